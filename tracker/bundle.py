"""Several pages of one policy as one source: MIME multipart/related, each part a page with its address.

Every part gives its length, so that its bytes come back exactly; any MIME reader can open it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from tracker.errors import TrackerError

MEDIA_TYPE = "multipart/related"

_HEAD = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="


@dataclass(frozen=True, slots=True)
class Part:
    """One page: its final address, Content-Type as served (charset included), bytes, and validators."""

    url: str
    content_type: str
    body: bytes
    etag: str = ""
    last_modified: str = ""


class BrokenBundle(TrackerError):
    """Bytes that are no bundle of pages, or one that was cut."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this is no whole bundle of pages ({why})", "fetch the policy again")


def join(parts: Sequence[Part]) -> bytes:
    """The parts as one source; the same parts give the same bytes."""
    boundary = sha256(b"\0".join(part.body for part in parts)).hexdigest()[:32].encode()
    pieces = [_HEAD, b'"', boundary, b'"\r\n\r\n']
    for part in parts:
        pieces += [b"--", boundary, b"\r\n", _headers(part), b"\r\n", part.body, b"\r\n"]
    return b"".join([*pieces, b"--", boundary, b"--\r\n"])


def split(raw: bytes) -> tuple[Part, ...]:
    """The parts of a source that ``join`` made; raises BrokenBundle."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    if not head.startswith(_HEAD):
        raise BrokenBundle("it does not begin as one")
    mark = b"--" + head[len(_HEAD) :].strip(b'"')
    parts, place = [], len(head) + 4
    while raw[place : place + len(mark) + 2] == mark + b"\r\n":
        part, place = _part(raw, place + len(mark) + 2)
        parts.append(part)
    if not raw.startswith(mark + b"--", place) or not parts:
        raise BrokenBundle("it has no end")
    return tuple(parts)


def _headers(part: Part) -> bytes:
    fields = {
        "Content-Location": part.url,
        "Content-Type": part.content_type,
        "Content-Transfer-Encoding": "binary",
        "ETag": part.etag,
        "Last-Modified": part.last_modified,
        "Content-Length": str(len(part.body)),
    }
    lines = [f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value]
    return "".join(lines).encode("utf-8", "replace")


def _part(raw: bytes, start: int) -> tuple[Part, int]:
    """The part whose headers begin at ``start``, and where the next boundary begins."""
    end = raw.find(b"\r\n\r\n", start, start + 65_536)
    lines = raw[start : max(end, start)].decode("utf-8", "replace").split("\r\n")
    fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    length = fields.get("content-length", "")
    if not length.isdecimal() or len(length) > 12 or end + 6 + int(length) > len(raw):
        raise BrokenBundle("a page has no length, or fewer bytes than it says")
    body = raw[end + 4 : end + 4 + int(length)]
    part = Part(
        fields.get("content-location", ""),
        fields.get("content-type", ""),
        body,
        fields.get("etag", ""),
        fields.get("last-modified", ""),
    )
    return part, end + 4 + int(length) + 2
