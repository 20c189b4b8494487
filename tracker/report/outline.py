"""How passages are shown: in stretches, some folded, under a table of contents that marks the changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from tracker.model import BlockKind, Severity
from tracker.report import marking
from tracker.report.passages import Passage, Reference, Rows

_QUIET = ("same", "editorial")  # states that a reader of changes may skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """Passages that are shown together, or folded because they say the same."""

    folded: bool
    unchanged: int
    editorial: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    id: str
    title: str
    depth: int
    change: str  # of the heading itself
    changes: int  # clauses beneath it that changed in more than form
    severity: str  # the gravest change of substance beneath it; "" where there is none


class _Placed(Protocol):
    @property
    def place(self) -> str: ...


def places_of(quotes: Iterable[_Placed]) -> list[str]:
    """The passages that quotes stand in, each once."""
    return list(dict.fromkeys(quote.place for quote in quotes if quote.place))


def with_changes(found: Rows, changes: Iterable[tuple[Reference, list[str]]]) -> tuple[Passage, ...]:
    """The passages, each with the changes of substance that are proven in it."""
    told: dict[str, list[Reference]] = {}
    for change, places in changes:
        for place in places:
            told.setdefault(place, []).append(change)
    return tuple(
        replace(passage, changes=tuple(told[passage.id])) if passage.id in told else passage
        for passage in found.passages
    )


def stretches(passages: Sequence[Passage]) -> tuple[Stretch, ...]:
    """The passages in stretches: those that changed with the headings above them, and folded ones between."""
    shown = _shown(passages)
    found = []
    for folded, group in groupby(passages, key=lambda passage: passage.id not in shown):
        here = tuple(group)
        editorial = sum(passage.state == "editorial" for passage in here)
        found.append(Stretch(folded, len(here) - editorial, editorial, here))
    return tuple(found)


def _shown(passages: Sequence[Passage]) -> set[str]:
    """Passages that changed in more than form, and the headings that they stand under."""
    shown: set[str] = set()
    above: list[Passage] = []
    for passage in passages:
        if passage.block == BlockKind.HEADING and passage.state != "trace":
            above = [each for each in above if each.depth < passage.depth] + [passage]
        if passage.state not in _QUIET:
            shown.update(each.id for each in (*above, passage))
    return shown


def contents(passages: Sequence[Passage]) -> tuple[Entry, ...]:
    """The headings of both versions in reading order, each with what changed beneath it."""
    found: list[tuple[Passage, list[Passage]]] = []
    for passage in passages:
        if passage.block == BlockKind.HEADING and passage.state != "trace":
            found.append((passage, []))
        if found:
            found[-1][1].append(passage)
    return tuple(_entry(heading, beneath) for heading, beneath in found)


def _entry(heading: Passage, beneath: list[Passage]) -> Entry:
    told = [Severity(reference.severity) for passage in beneath for reference in passage.changes]
    mark: marking.Mark = "removed" if heading.change == "removed" else "added"
    label, title = (
        "".join(each.text for each in marking.side(part, mark)) for part in (heading.label, heading.segments)
    )
    return Entry(
        id=heading.id,
        title=f"{label} {title}".strip(),
        depth=heading.depth,
        change=heading.change,
        changes=sum(each.state not in (*_QUIET, "trace") and not each.continued for each in beneath),
        severity=min(told, key=lambda each: each.rank).value if told else "",
    )
