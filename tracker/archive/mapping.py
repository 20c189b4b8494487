"""Records <-> what git holds: paths, the three files of a capture, commit messages with trailers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tracker import __version__
from tracker.errors import UsageError
from tracker.model import Check, Document, PageReading, Snapshot, Version

FORMAT = "tracker.archive/1"
TEXT, METADATA = "policy.md", "capture.json"
CAPTURES = frozenset(("capture", "upgrade"))  # records with a date of their own
READING = "reading"  # a capture read anew: its text stands in the place of the first one
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_SUFFIXES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "text/markdown": "md",
    "text/plain": "txt",
    "multipart/related": "mhtml",
}
# What a server says of the page itself. Cookies and the like are the visitor's and are never kept.
_HEADERS = frozenset(
    (
        *(
            "age",
            "cache-control",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-length",
        ),
        *("content-location", "content-type", "date", "etag", "expires", "last-modified", "link"),
        *("memento-datetime", "server", "vary"),
    )
)
_LONGEST = 2000  # characters of one header, title or address: hostile servers send megabytes


class BadPolicyId(UsageError):
    """An id that cannot be a folder's name."""

    def __init__(self, policy: str) -> None:
        advice = "use small letters, digits, '.', '_' and '-', beginning with a letter or digit, up to 100"
        super().__init__(f"{policy[:60]!r} is no id of a policy", advice)


class NaiveDate(UsageError):
    """A date that git and people cannot place: without a time zone, or before 1970."""

    def __init__(self, policy: str, at: datetime) -> None:
        super().__init__(
            f"{policy}: {at.isoformat()} is no capture date", "give a time zone and a year from 1970 on"
        )


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture as git will hold it: ``version.id`` is still empty; files by name, all in one folder.

    ``kept`` are files that git holds already, by name and id of the blob.
    """

    version: Version
    files: Mapping[str, bytes]
    message: str
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A capture as it is read now, and how."""

    version: Version
    document: Document
    read_as: tuple[PageReading, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether it says something else than was read before."""
        return text_digest(self.document) != self.version.text_sha256


def checked_policy(policy: str) -> str:
    """The id itself. Raises BadPolicyId: ids become paths."""
    if not _SLUG.fullmatch(policy):
        raise BadPolicyId(policy)
    return policy


def checked_time(policy: str, at: datetime) -> datetime:
    """The time in UTC. Raises NaiveDate."""
    if at.tzinfo is None or at < EPOCH:
        raise NaiveDate(policy, at)
    return at.astimezone(UTC)


def folder(policy: str) -> tuple[str, str, str]:
    """Path of the policy's folder; spread over 256 by hash, so that no tree grows with the archive."""
    return "policies", sha256(policy.encode()).hexdigest()[:2], policy


def path(policy: str, name: str) -> str:
    """Path of one file of a policy."""
    return "/".join((*folder(policy), name))


def source_name(media_type: str) -> str:
    """Name of the file that holds the raw bytes."""
    return "source." + _SUFFIXES.get(media_type.partition(";")[0].strip().lower(), "bin")


def text_digest(document: Document) -> str:
    """SHA-256 of the normalised text: two captures with the same one are one version."""
    return sha256(document.text.encode("utf-8", "replace")).hexdigest()


def capture(snapshot: Snapshot, document: Document, markdown: str) -> Capture:
    """What the archive keeps of a snapshot: raw bytes, text, metadata."""
    version = Version(
        policy=checked_policy(snapshot.policy),
        id="",
        captured=checked_time(snapshot.policy, snapshot.captured),
        url=public(snapshot.url),
        language=_line(document.language),
        title=_line(document.title),
        raw_sha256=sha256(snapshot.raw).hexdigest(),
        text_sha256=text_digest(document),
        media_type=_line(snapshot.media_type),
        provenance=_line(snapshot.provenance),
        tool=__version__,
        record="upgrade" if snapshot.upgrade else "capture",
    )
    return capture_of(version, snapshot.raw, markdown.encode("utf-8", "replace"), transport(snapshot))


def capture_of(version: Version, raw: bytes, text: bytes, transport: Mapping[str, object]) -> Capture:
    """The files of a version; ``transport`` are more members for its metadata."""
    source = source_name(version.media_type)
    metadata = _metadata(version, raw, text, transport)
    return Capture(version, {source: raw, TEXT: text, METADATA: metadata}, message(version))


def reading_capture(anew: Reading, raw: bytes, blob: str, markdown: str) -> Capture:
    """A capture read anew: another text for the bytes ``raw``, which git holds as ``blob``."""
    version, document = anew.version, anew.document
    read = replace(
        version,
        language=_line(document.language),
        title=_line(document.title),
        text_sha256=text_digest(document),
        tool=__version__,
    )
    text = markdown.encode("utf-8", "replace")
    metadata = _metadata(read, raw, text, {"capture": version.id, **_read_as(anew.read_as)})
    return Capture(
        read,
        {TEXT: text, METADATA: metadata},
        reading_message(read),
        {source_name(version.media_type): blob},
    )


def _metadata(version: Version, raw: bytes, text: bytes, transport: Mapping[str, object]) -> bytes:
    source = source_name(version.media_type)
    data = {
        "schema": "tracker.capture/1",
        "policy": version.policy,
        "captured": stamp(version.captured),
        "url": version.url,
        **transport,
        "media_type": version.media_type,
        "language": version.language,
        "title": version.title,
        "provenance": version.provenance,
        "tool": version.tool,
        "text_sha256": version.text_sha256,
        "files": {
            name: {"bytes": len(it), "sha256": sha256(it).hexdigest()}
            for name, it in ((source, raw), (TEXT, text))
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def transport(snapshot: Snapshot) -> dict[str, object]:
    """How a snapshot came, as far as it is kept: status, redirects and headers that speak of the page."""
    headers = {
        name.lower(): _line(value) for name, value in snapshot.headers.items() if name.lower() in _HEADERS
    }
    return {
        "status": snapshot.status,
        "redirects": [public(url) for url in snapshot.redirects],
        "headers": dict(sorted(headers.items())),
        **(
            {"tls": {_line(name): _line(value) for name, value in snapshot.tls.items()}}
            if snapshot.tls
            else {}
        ),
        **_read_as(snapshot.read_as),
    }


def _read_as(pages: tuple[PageReading, ...]) -> dict[str, object]:
    return {"read_as": [asdict(page) for page in pages]} if pages else {}


def pages_read(data: Mapping[str, Any]) -> tuple[PageReading, ...]:
    """The reverse: how the text of a capture was taken from it, out of its metadata."""
    return tuple(
        PageReading(page["url"], tuple(page["select"]), tuple(page["remove"]))
        for page in data.get("read_as", ())
    )


def public(url: str) -> str:
    """The address without a user's name and password."""
    try:
        parts = urlsplit(_line(url))
    except ValueError:  # an unclosed bracket
        return _line(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _line(words: str) -> str:
    """One line of bounded length: what is written into a trailer must not begin another one."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in words[:_LONGEST]).split())


# --- times ------------------------------------------------------------------------------------------


def stamp(at: datetime) -> str:
    """The time as ISO 8601 in UTC, with "Z"."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def time_of(words: str) -> datetime:
    """The reverse of ``stamp``. Raises ValueError."""
    return datetime.fromisoformat(words).astimezone(UTC)


# --- commit messages --------------------------------------------------------------------------------

_TRAILERS = {
    "Policy": "policy",
    "URL": "url",
    "Language": "language",
    "Title": "title",
    "Raw-SHA256": "raw_sha256",
    "Text-SHA256": "text_sha256",
    "Media-Type": "media_type",
    "Provenance": "provenance",
    "Tool": "tool",
}


def message(version: Version) -> str:
    """The commit message of a capture: a line for people, then every field of the version."""
    named = version.record if version.record == "capture" else "technical upgrade"
    return _told(version, version.record, named)


def reading_message(version: Version) -> str:
    """The commit message of a re-extraction of the capture of that instant."""
    return _told(version, READING, "re-extraction of the capture")


def _told(version: Version, record: str, named: str) -> str:
    fields = [("Record", record), ("Captured", stamp(version.captured))]
    fields += [(name, getattr(version, field)) for name, field in _TRAILERS.items()]
    return compose(f"{version.policy}: {named} of {version.captured:%Y-%m-%d}", fields)


def compose(subject: str, fields: Sequence[tuple[str, str]]) -> str:
    """A commit message with ``Tracker-`` trailers; fields without a value are left out."""
    trailers = "".join(f"Tracker-{name}: {value}\n" for name, value in fields if value)
    return f"{subject}\n\n{trailers}"


def trailers(words: str) -> dict[str, str]:
    """The ``Tracker-`` trailers of a commit message, names without that."""
    found = {}
    for line in words.split("\n"):
        name, colon, value = line.partition(": ")
        if colon and name.startswith("Tracker-"):
            found[name.removeprefix("Tracker-")] = value
    return found


def is_capture(found: Mapping[str, str]) -> bool:
    """Whether these are the trailers of a capture, technical upgrades included."""
    return found.get("Record") in CAPTURES


def version_of(commit: str, found: Mapping[str, str]) -> Version:
    """The version that a capture's trailers describe. Raises KeyError, ValueError on foreign ones."""
    fields: dict[str, Any] = {field: found.get(name, "") for name, field in _TRAILERS.items()}
    fields["policy"] = checked_policy(found["Policy"])
    if found["Record"] == "upgrade":
        fields["record"] = "upgrade"
    return Version(id=commit, captured=time_of(found["Captured"]), **fields)


def reading_of(commit: str, found: Mapping[str, str]) -> Version:
    """What a re-extraction says of the capture of its instant, whose id it does not know. Raises as above."""
    return replace(version_of("", found), reading=commit)


# --- checks -----------------------------------------------------------------------------------------


def check_line(check: Check) -> str:
    """A check as one line of JSON."""
    data = {"policy": check.policy, "at": stamp(check.at), "outcome": check.outcome}
    if check.detail:
        data["detail"] = _line(check.detail)
    if check.version:
        data["version"] = check.version
    return json.dumps(data, ensure_ascii=False) + "\n"


def checks_of(lines: bytes) -> list[Check]:
    """The checks in whole lines of JSON; a line that is torn or foreign is passed over."""
    return [check for line in lines.splitlines() if (check := _check(line)) is not None]


def _check(line: bytes) -> Check | None:
    try:
        data = json.loads(line)
        return Check(
            checked_policy(data["policy"]),
            time_of(data["at"]),
            data["outcome"],
            data.get("detail", ""),
            data.get("version", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError, UsageError):
        return None
