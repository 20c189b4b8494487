"""The workspace's page: all policies, their latest changes, who grants which right, who gets the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.report import pages, timeline, wording
from tracker.report.timeline import Life, Stop, Timeline
from tracker.report.wording import Wording

LATEST = 20  # changes that are listed


@dataclass(frozen=True, slots=True)
class Row:
    """A policy as the index lists it; ``reports`` are file names in its folder, oldest first."""

    policy: str
    title: str
    versions: int
    changed: datetime | None
    checked: datetime | None
    health: str
    reports: tuple[str, ...]
    timeline: Timeline | None = None


@dataclass(frozen=True, slots=True)
class News:
    """A version that changed something, with its policy."""

    row: Row
    stop: Stop


@dataclass(frozen=True, slots=True)
class Right:
    """A right and which policies state it, in the order of the rows."""

    label: str
    granted: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """A policy that names a recipient, and since when."""

    row: Row
    since: datetime
    role: str


@dataclass(frozen=True, slots=True)
class Party:
    """A recipient and the policies that name it."""

    name: str
    namings: tuple[Naming, ...]


@dataclass(frozen=True, slots=True)
class IndexView:
    """The workspace's page."""

    rows: tuple[Row, ...]
    news: tuple[News, ...]  # newest first
    surveyed: tuple[Row, ...]  # the policies that the rights are told of
    rights: tuple[Right, ...]
    parties: tuple[Party, ...]  # named by the most policies first


def view(rows: Sequence[Row], texts: Wording) -> IndexView:
    """The context of the workspace's page."""
    surveyed = tuple(row for row in rows if row.timeline and row.timeline.stops)
    return IndexView(
        rows=tuple(rows),
        news=_news(surveyed),
        surveyed=surveyed,
        rights=_rights(surveyed, texts),
        parties=_parties(surveyed),
    )


def render(rows: Sequence[Row], templates: Path | None = None, locale: str = wording.FALLBACK) -> str:
    """The page. Raises UnknownLocale and BrokenTemplate."""
    texts = wording.load(locale, templates)
    return pages.fill("index.html", texts, templates, view=view(rows, texts))


def _standing(row: Row, kind: str) -> list[Life]:
    made = row.timeline
    return [life for life in made.lives if life.kind == kind and life.stands(len(made.stops))] if made else []


def _news(rows: Sequence[Row]) -> tuple[News, ...]:
    found = [
        News(row, stop)
        for row in rows
        if row.timeline
        for stop in row.timeline.stops
        if stop.verdict == "substantive" and not stop.returned and not stop.upgrade
    ]
    found.sort(key=lambda news: news.row.policy)
    found.sort(key=lambda news: news.stop.captured, reverse=True)
    return tuple(found[:LATEST])


def _rights(rows: Sequence[Row], texts: Wording) -> tuple[Right, ...]:
    granted = [{life.key: timeline.label(life, texts) for life in _standing(row, "right")} for row in rows]
    labels = {key: label for found in granted for key, label in found.items()}
    made = [Right(label, tuple(key in found for found in granted)) for key, label in labels.items()]
    return tuple(sorted(made, key=lambda right: (-sum(right.granted), right.label)))


def _parties(rows: Sequence[Row]) -> tuple[Party, ...]:
    found: dict[str, list[tuple[str, Naming]]] = {}
    for row in rows:
        for life in _standing(row, "party"):
            assert row.timeline  # noqa: S101  (only such rows have lives)
            naming = Naming(row, row.timeline.stops[life.since()].captured, life.spells[-1].value)
            found.setdefault(life.key.casefold(), []).append((life.key, naming))
    made = [Party(named[0][0], tuple(naming for _, naming in named)) for named in found.values()]
    return tuple(sorted(made, key=lambda party: (-len(party.namings), party.name.casefold(), party.name)))
