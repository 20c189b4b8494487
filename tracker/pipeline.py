"""The only composition of stages: what commands, the scheduler and the demo call."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from tracker import diff, extract, facts
from tracker.archive import Archive
from tracker.config import Workspace
from tracker.errors import TrackerError
from tracker.model import Comparison, Document, Severity, Side, Verdict, Version

NO_SEVERITIES: Mapping[str, Severity] = {}


class UnreadableFile(TrackerError):
    """A file that cannot be read."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or error}", "name a file that can be read")


# --- files and addresses, without a workspace -------------------------------------------------------


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


def read_file(path: Path) -> Document:
    """The document in a file. Raises UnreadableFile and what extraction raises, with the file's name."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, error) from None
    try:
        return extract.read(raw, media_type_of(path))
    except TrackerError as error:
        raise error.within(str(path)) from None


def side_of(document: Document, name: str, version: Version | None = None) -> Side:
    """A document with its facts, as one side of a comparison."""
    return Side(document, facts.read(document), version, name)


def compare(old: Side, new: Side, severities: Mapping[str, Severity] = NO_SEVERITIES) -> Comparison:
    """What changed from one side to the other."""
    return diff.compare(old, new, severities)


# --- a workspace ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A version and what it changed against the one before."""

    version: Version
    verdict: Verdict | str  # "first" for the first version
    summary: str


class Workbench:
    """A workspace with its archive open: every job that needs both."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.archive = Archive.create(workspace.snapshots)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.archive.close()

    def version(self, policy: str, words: str, now: datetime) -> Version:
        """The version that a DATE of the command line means."""
        return self.archive.resolve(policy, words, now)

    def side(self, version: Version) -> Side:
        """A recorded version with what it states."""
        return side_of(self.archive.document(version), version.policy, version)

    def diff(self, policy: str, old: str, new: str, now: datetime) -> Comparison:
        """What changed between two DATEs."""
        return self.compare(self.version(policy, old, now), self.version(policy, new, now))

    def compare(self, old: Version, new: Version) -> Comparison:
        """What changed between two versions, graded as the workspace says."""
        return compare(self.side(old), self.side(new), self.workspace.severities)

    def log(self, policy: str, limit: int | None = None) -> Iterator[LogEntry]:
        """The versions, newest first, each compared with the one before it."""
        side = lru_cache(maxsize=2)(self.side)
        history = self.archive.history(policy)
        for number, version in enumerate(history[:limit]):
            if number + 1 == len(history):
                yield LogEntry(version, "first", first_summary(side(version)))
                continue
            result = compare(side(history[number + 1]), side(version), self.workspace.severities)
            yield LogEntry(version, result.verdict, result.summary)


def first_summary(side: Side) -> str:
    """What a first version states, in a line."""
    counts = {kind: len({fact.key for fact in side.facts if fact.kind == kind}) for kind in ("right", "party", "retention")}
    words = {"right": ("right", "rights"), "party": ("named recipient", "named recipients"), "retention": ("retention period", "retention periods")}
    return "First version: " + ", ".join(f"{n} {words[kind][n != 1]}" for kind, n in counts.items())
