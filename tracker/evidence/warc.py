"""Captures as WARC records, for the programs of web archives."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import BinaryIO

from tracker import __version__, bundle
from tracker.archive.mapping import stamp
from tracker.errors import TrackerError
from tracker.model import Snapshot

_NAMESPACE = uuid.UUID("6f1c7c52-8a0e-5d5c-9a3e-6f0d1d2f4b11")  # of our record ids
_OF_THE_WIRE = frozenset(("content-encoding", "content-length", "transfer-encoding"))  # not of the bytes kept


class NoWarcLibrary(TrackerError):
    """The optional library is not installed."""

    def __init__(self) -> None:
        super().__init__("the library 'warcio' is not installed", "pip install 'tracker[evidence]'")


def write(out: BinaryIO, captures: Iterable[tuple[str, Snapshot]]) -> int:
    """Writes a record for each page of each (version's id, capture), and gives their number.

    The same captures give the same bytes. Raises NoWarcLibrary.
    """
    try:
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import WARCWriter
    except ImportError:
        raise NoWarcLibrary from None
    writer = WARCWriter(out, gzip=True)
    count = 0
    for version, snapshot in captures:
        if not count:
            writer.write_record(_about(writer, snapshot))
        for number, (url, kind, body, headers) in enumerate(_pages(snapshot)):
            head = StatusAndHeaders(
                f"{snapshot.status or 200} OK", _http(headers, kind, body), protocol="HTTP/1.1"
            )
            told = {
                "WARC-Date": _date(snapshot),
                "WARC-Record-ID": _id(f"{version}/{number}"),
                "WARC-Source-URI": snapshot.provenance if "://" in snapshot.provenance else "",
            }
            record = writer.create_warc_record(
                url or f"urn:tracker:{snapshot.policy}",
                "response" if url else "resource",
                payload=BytesIO(body),
                http_headers=head if url else None,
                warc_content_type="" if url else kind,
                warc_headers_dict={name: value for name, value in told.items() if value},
            )
            writer.write_record(record)
            count += 1
    return count


def _about(writer: object, first: Snapshot) -> object:
    from warcio.warcwriter import WARCWriter

    assert isinstance(writer, WARCWriter)  # noqa: S101
    info = {"software": f"tracker/{__version__}", "format": "WARC File Format 1.0"}
    record = writer.create_warcinfo_record(None, info)
    record.rec_headers.replace_header("WARC-Date", _date(first))
    record.rec_headers.replace_header("WARC-Record-ID", _id(f"{first.policy}/{_date(first)}/info"))
    return record


def _pages(snapshot: Snapshot) -> Iterable[tuple[str, str, bytes, Mapping[str, str]]]:
    """(address, media type, bytes, headers) of each page."""
    if snapshot.media_type == bundle.MEDIA_TYPE:
        return [(part.url, part.content_type, part.body, {}) for part in bundle.split(snapshot.raw)]
    url = snapshot.redirects[-1] if snapshot.redirects else snapshot.url
    return [(url, snapshot.media_type, snapshot.raw, snapshot.headers)]


def _http(headers: Mapping[str, str], kind: str, body: bytes) -> list[tuple[str, str]]:
    kept = {name: value for name, value in headers.items() if name.lower() not in _OF_THE_WIRE}
    kept.setdefault("content-type", kind)
    return [*sorted(kept.items()), ("content-length", str(len(body)))]


def _date(snapshot: Snapshot) -> str:
    return stamp(snapshot.captured.replace(microsecond=0))


def _id(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, name)}>"
