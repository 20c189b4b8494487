"""The only composition of stages: what commands call."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path

from tracker import diff, extract, facts
from tracker.errors import TrackerError
from tracker.model import Comparison, Document, Severity, Side


class UnreadableFile(TrackerError):
    """A file that cannot be read."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or error}", "name a file that can be read")


def media_type_of(path: Path) -> str:
    """The media type that the file's name tells; "" where it tells none."""
    if path.suffix.lower() in (".md", ".markdown"):
        return "text/markdown"
    return mimetypes.guess_type(path.name)[0] or ""


def read_file(path: Path) -> Document:
    """The document in a file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, error) from None
    return extract.read(raw, media_type_of(path))


def side_of(document: Document, name: str) -> Side:
    """A document with its facts, as one side of a comparison."""
    return Side(document, facts.read(document), None, name)


def compare_files(old: Path, new: Path, severities: Mapping[str, Severity] | None = None) -> Comparison:
    """What changed between two files."""
    return diff.compare(side_of(read_file(old), old.name), side_of(read_file(new), new.name), severities)
