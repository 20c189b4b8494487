"""Snapshots from files with dates.

The date is the one given, else the one in the first line that the Princeton archive writes above each text
("... privacy policy that was archived on 2019-05-24. ..."). A date stands for 00:00 UTC of that day.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

from tracker.errors import TrackerError, UsageError
from tracker.importers.princeton import archived
from tracker.model import Snapshot

_LARGEST = 64 << 20  # bytes: no policy is larger, and what is read is held in memory
_MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".mhtml": "multipart/related",
}


class NoDate(UsageError):
    """A file that does not say when it was captured."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: its date is not known", "say when it was captured: --date 2024-06-01")


class UnreadableFile(TrackerError):
    """A file that cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: cannot read it: {why}", "name the files of a policy's versions")


def read(paths: Iterable[Path], policy: str, at: date | datetime | None = None) -> Iterator[Snapshot]:
    """A snapshot of each file, in the order given. Raises UnreadableFile, NoDate."""
    for path in paths:
        try:
            with path.open("rb") as file:
                raw = file.read(_LARGEST + 1)
        except OSError as error:
            raise UnreadableFile(path, error.strerror or str(error)) from None
        if len(raw) > _LARGEST:
            raise UnreadableFile(path, f"it is larger than {_LARGEST >> 20} MB")
        captured = _instant(at) if at is not None else archived(raw)
        if captured is None:
            raise NoDate(path)
        yield Snapshot(policy, "", captured, raw, media_type_of(path), "import:files")


def media_type_of(path: Path) -> str:
    """The media type that the file's name tells; "" where it tells none, so that the content decides."""
    return _MEDIA_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""


def _instant(at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
