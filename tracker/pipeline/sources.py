"""Files and addresses as documents and sides of a comparison: what needs no workspace."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from tracker import bundle, diff, extract, facts
from tracker.config.records import Policy
from tracker.errors import TrackerError
from tracker.extract import EmptyInput
from tracker.model import Comparison, Document, Severity, Side, Snapshot, Version

NO_SEVERITIES: Mapping[str, Severity] = {}


class UnreadableFile(TrackerError):
    """A file that cannot be read."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or error}", "name a file that can be read")


def existing_file(source: str) -> Path | None:
    """The file that ``source`` names, if it is one rather than the id of a policy."""
    path = Path(source)
    return path if path.is_file() or path.suffix or path.name != source else None


def name_of(source: str) -> str:
    """What to call a file or address in output."""
    return source if "://" in source else Path(source).name


def media_type_of(path: Path) -> str:
    """The media type that the file's name tells; "" where it tells none."""
    if path.suffix.lower() in (".md", ".markdown"):
        return "text/markdown"
    return mimetypes.guess_type(path.name)[0] or ""


def bytes_of(path: Path) -> bytes:
    """The content of a file. Raises UnreadableFile."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, error) from None


def read_file(path: Path) -> Document:
    """The document in a file. Raises UnreadableFile and what extraction raises, with the file's name."""
    raw = bytes_of(path)
    try:
        return extract.read(raw, media_type_of(path))
    except TrackerError as error:
        raise error.within(str(path)) from None


def read_snapshot(snapshot: Snapshot, policy: Policy | None = None) -> Document:
    """What a snapshot says, read as the policy declares it."""
    chosen = policy or Policy(snapshot.policy, snapshot.url)
    try:
        found = [
            extract.read(raw, kind, url, chosen.select, chosen.remove) for raw, kind, url in _pages(snapshot)
        ]
    except EmptyInput:
        raise
    except TrackerError as error:
        raise error.within(snapshot.url) from None
    first = (
        found[0] if len(found) == 1 else extract.from_markdown("\n\n".join(map(extract.to_markdown, found)))
    )
    return replace(first, language=chosen.language or found[0].language, title=found[0].title)


def _pages(snapshot: Snapshot) -> Iterator[tuple[bytes, str, str]]:
    """Bytes, media type and address of each page that the snapshot holds."""
    if snapshot.media_type == bundle.MEDIA_TYPE:
        yield from ((part.body, part.content_type, part.url) for part in bundle.split(snapshot.raw))
        return
    charset = {name.lower(): value for name, value in snapshot.headers.items()}.get(
        "content-type", ""
    ).partition(";")[2]
    kind = f"{snapshot.media_type};{charset}" if charset else snapshot.media_type
    yield snapshot.raw, kind, snapshot.redirects[-1] if snapshot.redirects else snapshot.url


def side_of(document: Document, name: str, version: Version | None = None) -> Side:
    """A document with its facts, as one side of a comparison."""
    return Side(document, facts.read(document), version, name)


def compare(old: Side, new: Side, severities: Mapping[str, Severity] = NO_SEVERITIES) -> Comparison:
    """What changed from one side to the other."""
    return diff.compare(old, new, severities)
