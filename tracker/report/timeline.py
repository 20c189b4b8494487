"""The policy's page: what each version changed, and from when to when each right and recipient stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.history import timeline as history
from tracker.model import Direction, Fact, Severity, Version
from tracker.report import pages, wording
from tracker.report.marking import safe, sentence
from tracker.report.wording import Wording

if TYPE_CHECKING:
    from tracker.pipeline.memory import Told

KINDS = ("right", "party", "retention", "practice")  # what has a life that is shown
WIDTH = 1000  # of the time axis, in its own units
_VALUE = {"party": "role", "practice": "polarity"}  # the attribute whose course is shown


@dataclass(frozen=True, slots=True)
class Stop:
    """One version and what it changed."""

    version: str
    captured: datetime
    verdict: str  # "first" for the first version
    summary: str
    severities: tuple[int, ...]  # how many changes of each gravity, the gravest first
    weakens: int
    strengthens: int
    returned: datetime | None = None  # when the text was captured that this version says again
    upgrade: bool = False  # only the program read the page otherwise

    @property
    def gravest(self) -> str:
        """The gravest severity that occurs; "" where nothing of substance changed."""
        return next((str(each) for each, n in zip(Severity, self.severities, strict=True) if n), "")

    @property
    def gravities(self) -> tuple[tuple[str, int], ...]:
        """Each gravity that occurs with its number."""
        return tuple((str(each), n) for each, n in zip(Severity, self.severities, strict=True) if n)


@dataclass(frozen=True, slots=True)
class Spell:
    """Versions in a row in which something stood alike: indices of stops, the end exclusive."""

    start: int
    end: int
    value: str  # what it was then: a recipient's role, periods, a practice's polarity


@dataclass(frozen=True, slots=True)
class Life:
    """One right, recipient, period or practice through all versions."""

    kind: str
    key: str
    subject: str
    spells: tuple[Spell, ...]

    def stands(self, stops: int) -> bool:
        """Whether the last of so many versions states it."""
        return self.spells[-1].end == stops

    def since(self) -> int:
        """The version from which it has stood without a gap, whatever its value."""
        start = self.spells[-1].start
        for spell in reversed(self.spells):
            if spell.end < start:
                break
            start = spell.start
        return start


@dataclass(frozen=True, slots=True)
class Timeline:
    """All versions of a policy, oldest first, and the lives of what they state."""

    policy: str
    title: str
    stops: tuple[Stop, ...]
    lives: tuple[Life, ...]


def timeline(
    title: str,
    versions: Sequence[Version],
    told: Sequence[Told],
    lives: Sequence[history.Life],
    stated: Sequence[Sequence[Fact]],
    returned: Mapping[str, Version],
) -> Timeline:
    """The life of a policy with at least one version, oldest first.

    ``told[i]``: what changed from version i to i + 1; ``stated``: the facts of each version; ``returned``:
    the earlier version that one (by id) says again.
    """
    stops = [_stop(versions[0], None, None)]
    for version, change in zip(versions[1:], told, strict=True):
        stops.append(_stop(version, change, returned.get(version.id)))
    said = [_marked(facts) for facts in stated]
    made = [
        Life(life.kind, safe(life.key), safe(life.subject), tuple(_spells(life, said)))
        for life in lives
        if life.kind in KINDS
    ]
    made.sort(key=lambda each: (KINDS.index(each.kind), each.spells[0].start, each.key.casefold(), each.key))
    return Timeline(versions[-1].policy, safe(title), tuple(stops), tuple(made))


def _stop(version: Version, told: Told | None, returned: Version | None) -> Stop:
    changes = told.changes if told else ()
    return Stop(
        version=version.id,
        captured=version.captured,
        verdict=told.verdict if told else "first",
        summary=safe(told.summary) if told else "",
        severities=tuple(sum(change.severity is each for change in changes) for each in Severity),
        weakens=sum(change.direction is Direction.WEAKENS for change in changes),
        strengthens=sum(change.direction is Direction.STRENGTHENS for change in changes),
        returned=returned.captured if returned else None,
        upgrade=version.record == "upgrade",
    )


def _marked(facts: Sequence[Fact]) -> dict[history.Mark, list[str]]:
    """What a version says of each fact that has a life here."""
    found: dict[history.Mark, list[str]] = {}
    for fact in facts:
        if fact.kind in KINDS:
            value = fact.key if fact.kind == "retention" else fact.attribute(_VALUE.get(fact.kind, ""))
            found.setdefault(history.mark(fact), []).append(safe(value))
    return found


def _spells(life: history.Life, said: Sequence[Mapping[history.Mark, list[str]]]) -> Iterator[Spell]:
    marks = sorted(life.marks)
    for stretch in life.stretches:
        versions = range(stretch.first, stretch.last + 1)
        values = {at: _joined(value for mark in marks for value in said[at].get(mark, ())) for at in versions}
        for value, group in groupby(versions, key=lambda at: values[at]):
            here = list(group)
            yield Spell(here[0], here[-1] + 1, value)


def _joined(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(value for value in values if value))


def label(life: Life, texts: Wording) -> str:
    """What a life is called in the reader's language; "" for a period of data in general."""
    if life.kind == "party":
        return life.key
    return sentence(safe(life.subject if life.kind == "retention" else texts.label(life.kind, life.key)))


def _told(life: Life, spell: Spell, texts: Wording) -> str:
    """What a life was in a spell, in the reader's language."""
    values = spell.value.split(", ") if spell.value else []
    if life.kind == "retention":
        return ", ".join(texts.period(value) for value in values)
    return ", ".join(texts.known("value", value, value) for value in values)


# --- shown ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """A spell on the time axis."""

    x: float
    width: float
    value: str
    since: datetime
    until: datetime | None  # when it was first seen gone; None where it stands


@dataclass(frozen=True, slots=True)
class Line:
    """A life on the time axis."""

    label: str
    standing: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The lives of one kind."""

    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A version on the time axis; ``weight`` 0 to 4 by the gravest change."""

    x: float
    weight: int
    stop: Stop


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policy's page."""

    title: str
    policy: str
    stops: tuple[Stop, ...]  # newest first
    dots: tuple[Dot, ...]
    charts: tuple[Chart, ...]
    reports: tuple[str, ...]  # file names, newest first


def view(made: Timeline, texts: Wording, reports: Sequence[str] = ()) -> PolicyView:
    """The context of the policy's page."""
    return PolicyView(
        title=made.title,
        policy=made.policy,
        stops=tuple(stop for stop in reversed(made.stops) if not stop.upgrade),
        dots=tuple(
            Dot(_x(made, n), _weight(stop), stop) for n, stop in enumerate(made.stops) if not stop.upgrade
        ),
        charts=tuple(
            Chart(kind, tuple(_line(made, life, texts) for life in group))
            for kind, group in groupby(made.lives, key=lambda life: life.kind)
        ),
        reports=tuple(sorted(reports, reverse=True)),
    )


def render(
    made: Timeline,
    reports: Sequence[str] = (),
    templates: Path | None = None,
    locale: str = wording.FALLBACK,
) -> str:
    """The policy's page. Raises UnknownLocale and BrokenTemplate."""
    texts = wording.load(locale, templates)
    return pages.fill("policy.html", texts, templates, view=view(made, texts, reports), width=WIDTH)


def _weight(stop: Stop) -> int:
    return 4 - Severity(stop.gravest).rank if stop.gravest else 0


def _x(made: Timeline, number: int) -> float:
    """Where a version stands on the axis; behind the last one there is room for what it states."""
    first, last = made.stops[0].captured, made.stops[-1].captured
    if number >= len(made.stops):
        return WIDTH
    span = (last - first).total_seconds()
    share = (made.stops[number].captured - first).total_seconds() / span if span else 0
    return round(share * WIDTH * 0.94, 1)


def _line(made: Timeline, life: Life, texts: Wording) -> Line:
    bars = tuple(
        Bar(
            _x(made, spell.start),
            round(_x(made, spell.end) - _x(made, spell.start), 1),
            _told(life, spell, texts),
            made.stops[spell.start].captured,
            made.stops[spell.end].captured if spell.end < len(made.stops) else None,
        )
        for spell in life.spells
    )
    return Line(label(life, texts), life.stands(len(made.stops)), bars)
