"""Facts and changes of large collections: what is to be worked out, and one piece of it worked out.

A collection becomes works: documents of one policy in order of time, raw, so that a worker needs no disk in
common. A work becomes lines of JSON (``tracker.analysis/1``); what is done where changes nothing about them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from tracker import extract
from tracker.errors import TrackerError
from tracker.model import Comparison, Document, Severity, Side, Version
from tracker.pipeline.sources import bytes_of, compare, media_type_of, side_of
from tracker.pipeline.workbench import Workbench
from tracker.report import as_json

MOST = 16  # documents of one work
_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".md", ".markdown", ".txt", ".pdf"})
_STORED = "application/x-tracker-markdown"  # text of an archive, which is read back rather than extracted


class NothingToAnalyse(TrackerError):
    """A folder without documents."""

    def __init__(self, folder: Path) -> None:
        names = " ".join(sorted(_SUFFIXES))
        super().__init__(f"{folder}: no documents here", f"name a folder with files that end in {names}")


@dataclass(frozen=True, slots=True)
class Source:
    """One document as it lies: ``version`` is its id, or its path; ``captured`` is ISO 8601 or ""."""

    version: str
    captured: str
    media_type: str
    raw: bytes
    url: str = ""
    language: str = ""
    title: str = ""
    returned: bool = False  # its text stood before already


@dataclass(frozen=True, slots=True)
class Work:
    """Documents of one policy, oldest first; that before it held the first of a ``continued`` one too."""

    policy: str
    sources: tuple[Source, ...]
    continued: bool = False
    severities: tuple[tuple[str, str], ...] = ()


# --- collections ---------------------------------------------------------------------------------------


def of_folder(folder: Path) -> Iterator[Work]:
    """The documents under a folder, by path; files named by their date are versions of one policy."""
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES and path.is_file() and not _hidden(path.relative_to(folder))
    )
    if not paths:
        raise NothingToAnalyse(folder)
    for policy, group in groupby(paths, key=lambda path: _policy(path, folder)):
        dated = sorted(group, key=lambda path: (_date(path), path))
        yield from _works(policy, (_read(path, folder) for path in dated))


def of_workspace(
    bench: Workbench, policies: Iterable[str], since: datetime | None = None, until: datetime | None = None
) -> Iterator[Work]:
    """The versions of policies in an archive, captured from ``since`` to ``until``."""
    severities = tuple(sorted((rule, str(grade)) for rule, grade in bench.workspace.severities.items()))
    for policy in policies:
        history = [each for each in bench.archive.history(policy)[::-1] if each.record != "upgrade"]
        first: dict[str, str] = {}  # the version that had a text first
        for version in history:
            first.setdefault(version.text_sha256, version.id)
        sources = (
            _stored(bench, version, first[version.text_sha256] != version.id)
            for version in history
            if (since is None or version.captured >= since) and (until is None or version.captured <= until)
        )
        for work in _works(policy, sources):
            yield replace(work, severities=severities)


def _works(policy: str, sources: Iterable[Source]) -> Iterator[Work]:
    """Works of bounded length; each begins with the document that the last one ended with."""
    batch: list[Source] = []
    continued = False
    for source in sources:
        batch.append(source)
        if len(batch) == MOST:
            yield Work(policy, tuple(batch), continued)
            batch, continued = [source], True
    if len(batch) > continued:
        yield Work(policy, tuple(batch), continued)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _date(path: Path) -> str:
    """The date that the file's name is, as ISO 8601; "" where it is none."""
    try:
        found = datetime.fromisoformat(path.stem)
    except ValueError:
        return ""
    return as_json.time(found if found.tzinfo else found.replace(tzinfo=UTC))


def _policy(path: Path, folder: Path) -> str:
    relative = path.relative_to(folder)
    if not _date(path):
        return relative.as_posix()
    return relative.parent.as_posix() if len(relative.parts) > 1 else folder.resolve().name


def _read(path: Path, folder: Path) -> Source:
    return Source(path.relative_to(folder).as_posix(), _date(path), media_type_of(path), bytes_of(path))


def _stored(bench: Workbench, version: Version, returned: bool) -> Source:
    text = bench.archive.text(version).encode("utf-8", "replace")
    at = as_json.time(version.captured)
    return Source(version.id, at, _STORED, text, version.url, version.language, version.title, returned)


# --- one work ------------------------------------------------------------------------------------------


def lines(work: Work) -> list[str]:
    """What a work yields: a line for each version, fact, change and document that cannot be read."""
    found: list[str] = []
    severities = {rule: Severity(grade) for rule, grade in work.severities}
    before: Side | None = None
    side: Side | None
    for number, source in enumerate(work.sources):
        try:
            side = side_of(_document(source), work.policy)
            result = compare(before, side, severities) if before else None
            told = [] if work.continued and not number else list(_told(work, source, side, result))
        except Exception as error:  # a document that nobody foresaw must not stop the others
            told = [_line({"type": "error", **_place(work, source), "error": _words(error)})]
            side = before
        found += told
        before = side
    return found


def _words(error: Exception) -> str:
    if isinstance(error, TrackerError):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _document(source: Source) -> Document:
    if source.media_type != _STORED:
        return extract.read(source.raw, source.media_type, source.url)
    document = extract.from_markdown(source.raw.decode("utf-8", "replace"))
    return replace(document, language=source.language, title=source.title)


def _told(work: Work, source: Source, side: Side, result: Comparison | None) -> Iterator[str]:
    place = _place(work, source)
    text = side.document.text
    yield _line(
        {
            "type": "version",
            **place,
            "url": source.url,
            "language": side.document.language,
            "title": side.document.title,
            "words": len(text.split()),
            "text_sha256": sha256(text.encode("utf-8", "replace")).hexdigest(),
            "verdict": result.verdict if result else "first",
            "summary": result.summary if result else "",
            "returned": source.returned,
        }
    )
    for fact in as_json.facts(side)["facts"]:
        yield _line({"type": "fact", **place, **fact})
    for change in result.changes if result else ():
        yield _line({"type": "change", **place, "returned": source.returned, **as_json.change(change)})


def _place(work: Work, source: Source) -> dict[str, str]:
    return {"policy": work.policy, "version": source.version, "captured": source.captured}


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def chunk(works: Sequence[Work]) -> list[list[str]]:
    """What several works yield: the task that workers are given."""
    return [lines(work) for work in works]
