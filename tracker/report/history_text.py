"""Blame and timelines on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from tracker.history.blame import Standing
from tracker.history.timeline import Life
from tracker.model import BlockKind, Document, Version
from tracker.report.as_text import TITLES
from tracker.report.style import DIRECTION_MARK, Style, harmless, shortened

if TYPE_CHECKING:
    from tracker.pipeline.histories import Clauses, Facts, Stated, Timeline

_DATES = 24  # columns before a clause
_NAME = 26  # columns of a fact's name in a chart
_LEAST = 20  # columns of a chart
_BULLET = {BlockKind.LIST_ITEM: "• ", BlockKind.TABLE_ROW: "| "}


# --- blame ----------------------------------------------------------------------------------------


def clauses(found: Clauses, style: Style, whole: bool = False) -> str:
    """Each clause behind the days since when it stands and when it was last edited; ``whole``: in full."""
    lines = [
        style.paint(_head(found.versions), "bold"),
        "",
        style.paint(f"{'since':<12}{'edited':<12}clause", "dim"),
    ]
    for number, standing in enumerate(found.standings):
        lines += _clause(found, number, standing, style, whole)
    return "\n".join(lines) + "\n"


def _head(versions: Sequence[Version]) -> str:
    last = versions[-1]
    before = f", the last of {len(versions)} since {_day(versions[0])}" if len(versions) > 1 else ""
    return f"{harmless(last.policy)}: the version of {_day(last)}{before}"


def _clause(found: Clauses, number: int, standing: Standing, style: Style, whole: bool) -> Iterator[str]:
    words = _words(found.document, number)
    edited = _day(found.versions[standing.worded]) if standing.worded != standing.since else ""
    first = f"{_day(found.versions[standing.since]):<12}{edited:<12}"
    room = style.width - _DATES
    heading = found.document.blocks[number].kind is BlockKind.HEADING
    told = harmless(words) if whole else shortened(words, room)
    lines = style.wrap(told, " " * _DATES, first).split("\n")
    yield "\n".join(style.paint(line, "bold") if heading else line for line in lines)
    for note in _notes(standing, found.versions):
        yield style.paint(style.wrap(note, " " * (_DATES + 2)), "dim")


def _words(document: Document, number: int) -> str:
    block = document.blocks[number]
    label = f"{block.label} " if block.label else _BULLET.get(block.kind, "")
    return label + document.words(block)


def _notes(standing: Standing, versions: Sequence[Version]) -> Iterator[str]:
    for absence in standing.absences:
        gone, back = _days(versions[absence.gone], versions[absence.back])
        yield f"gone {gone}, back {back}"
    if standing.said is not None:
        yield f"in these words already {_day(versions[standing.said])}, in others between"


def facts(found: Facts, style: Style) -> str:
    """Each fact with the day since when it stands, its absences and alterations, and a quote."""
    lines = [style.paint(_head(found.versions), "bold")]
    for one in found.stated:
        lines += ["", *_stated(one, found.versions, style)]
    return "\n".join(lines) + "\n"


def _stated(one: Stated, versions: Sequence[Version], style: Style) -> Iterator[str]:
    life = one.life
    name = style.paint(f"{one.fact.kind} {_name(life)}", "cyan")
    yield f"{_day(versions[life.stretches[-1].first])}  {name}"
    for former in life.names[1:]:
        yield f"    formerly {harmless(former)}"
    for before, after in zip(life.stretches, life.stretches[1:], strict=False):
        gone, back = _days(versions[before.last + 1], versions[after.first])
        yield f"    stated from {_day(versions[before.first])}, absent from {gone} to {back}"
    for alteration in life.alterations:
        mark = DIRECTION_MARK[alteration.change.direction]
        words = f"{mark} altered {_day(versions[alteration.at])}: {harmless(alteration.change.message)}"
        yield style.wrap(words, "      ", "    ")
    if one.fact.evidence:
        evidence = one.fact.evidence[0]
        place = f" — {shortened(' › '.join(evidence.section), 100)}" if evidence.section else ""
        yield style.wrap(f"“{shortened(evidence.quote, 240)}”{place}", "    ")
    if one.clause:
        yield f"    {_of_clause(one.clause, versions)}"


def _of_clause(standing: Standing, versions: Sequence[Version]) -> str:
    edited = f", edited {_day(versions[standing.worded])}" if standing.worded != standing.since else ""
    return f"in a clause of {_day(versions[standing.since])}{edited}"


# --- timeline ---------------------------------------------------------------------------------------


def timeline(found: Timeline, style: Style) -> str:
    """A line for each fact: its name, a chart from the first version to the last, and its days."""
    versions = found.versions
    columns = max(_LEAST, style.width - _NAME - 28)
    spans = _spans(versions, columns)
    first, last = _day(versions[0]), _day(versions[-1])
    count = f"{len(versions)} version{'s' * (len(versions) != 1)}"
    returned = f", {len(found.returned)} of them as an earlier one" if found.returned else ""
    lines = [style.paint(f"{harmless(versions[0].policy)}: {count}{returned}", "bold")]
    lines.append(style.paint(" " * (_NAME + 2) + f"{first:<{columns - len(last)}}{last}", "dim"))
    for kind, lives in groupby(found.lives, key=lambda life: life.kind):
        lines += ["", style.paint(TITLES[kind], "bold")]
        lines += [_line(life, versions, spans, columns, style) for life in lives]
    legend = "█ stated  ▒ part of the time  · not stated  ◆ altered"
    return "\n".join([*lines, "", style.paint(legend, "dim")]) + "\n"


def _line(
    life: Life, versions: Sequence[Version], spans: Sequence[tuple[int, int]], columns: int, style: Style
) -> str:
    stands = life.stretches[-1].last == len(versions) - 1
    days = f"since {_day(versions[life.stretches[0].first])}"
    if not stands:
        gone = versions[life.stretches[-1].last + 1]
        days = f"{_day(versions[life.stretches[0].first])} to {_day(gone)}"
    gaps = len(life.stretches) - 1
    told = days + (f", {gaps} gap{'s' * (gaps > 1)}" if gaps else "")
    name = shortened(_name(life), _NAME)
    chart = _chart(life, spans, columns)
    return f"  {style.paint(f'{name:<{_NAME}}', 'cyan')}{chart}  {told}"


def _spans(versions: Sequence[Version], columns: int) -> list[tuple[int, int]]:
    """The first and last column of the time in which each version stood; the last column is the newest's."""
    start = versions[0].captured
    whole = (versions[-1].captured - start).total_seconds() or 1.0
    at = [int((one.captured - start).total_seconds() / whole * (columns - 1)) for one in versions]
    return [
        (here, max(here, after - (after > here and after - here > 1)))
        for here, after in zip(at, [*at[1:], columns - 1], strict=True)
    ]


def _chart(life: Life, spans: Sequence[tuple[int, int]], columns: int) -> str:
    stated, silent = [False] * columns, [False] * columns
    for number, (first, last) in enumerate(spans):
        held = stated if life.stands(number) else silent
        for column in range(first, last + 1):
            held[column] = True
    marks = [("▒" if silent[c] else "█") if stated[c] else "·" for c in range(columns)]
    for alteration in life.alterations:
        marks[spans[alteration.at][0]] = "◆"
    return "".join(marks)


def _name(life: Life) -> str:
    return harmless(life.key) + (f" ({harmless(life.subject)})" if life.subject else "")


def _days(one: Version, other: Version) -> tuple[str, str]:
    """The days of two versions, with the time where it is one day."""
    if _day(one) != _day(other):
        return _day(one), _day(other)
    return f"{one.captured:%Y-%m-%d %H:%M}", f"{other.captured:%H:%M}"


def _day(version: Version) -> str:
    return f"{version.captured:%Y-%m-%d}"
