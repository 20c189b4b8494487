"""The life of a policy: what each version changed, and from when to when each right and recipient stood."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from tracker.model import Comparison, Direction, Fact, Severity, Side
from tracker.report import as_json, pages, wording
from tracker.report.marking import safe, sentence
from tracker.report.wording import Wording

KINDS = ("right", "party", "retention", "practice")  # what has a life that is shown
WIDTH = 1000  # of the time axis, in its own units


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
    """Versions in a row in which something stood: indices of stops, the end exclusive."""

    start: int
    end: int
    value: str  # what it was then: a recipient's role, a period, a practice's polarity


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


# --- made of versions -----------------------------------------------------------------------------------


def timeline(title: str, versions: Iterable[tuple[Side, Comparison | None]]) -> Timeline:
    """The life of a policy out of its versions, oldest first, each compared with the one before it."""
    stops: list[Stop] = []
    seen: dict[tuple[str, str], list[Spell]] = {}
    subjects: dict[tuple[str, str], str] = {}
    names: dict[str, str] = {}
    policy = ""
    for number, (side, comparison) in enumerate(versions):
        policy = side.name
        stops.append(_stop(side, comparison))
        for fact in side.facts:
            if fact.kind in KINDS:
                life = (fact.kind, _identity(fact, names))
                subjects[life] = _subject(fact)
                _extend(seen.setdefault(life, []), number, _value(fact))
    lives = [Life(*life, subjects[life], tuple(spells)) for life, spells in seen.items()]
    lives.sort(key=lambda each: (KINDS.index(each.kind), each.spells[0].start, each.key.casefold(), each.key))
    return Timeline(policy, safe(title), tuple(stops), tuple(lives))


def _stop(side: Side, comparison: Comparison | None) -> Stop:
    assert side.version  # noqa: S101  (a timeline is made of recorded versions)
    changes = comparison.changes if comparison else ()
    return Stop(
        version=side.version.id,
        captured=side.version.captured,
        verdict=comparison.verdict if comparison else "first",
        summary=safe(comparison.summary) if comparison else "",
        severities=tuple(sum(change.severity is each for change in changes) for each in Severity),
        weakens=sum(change.direction is Direction.WEAKENS for change in changes),
        strengthens=sum(change.direction is Direction.STRENGTHENS for change in changes),
    )


def _identity(fact: Fact, names: dict[str, str]) -> str:
    """What makes a fact the same one in another version: a party keeps its life under a new name."""
    if fact.kind == "retention":
        return fact.attribute("subject").casefold()
    if fact.kind != "party":
        return fact.key
    known = [name.casefold() for name in (fact.key, *fact.aliases)]
    identity = next((names[name] for name in known if name in names), safe(fact.key))
    names.update((name, identity) for name in known)
    return identity


def _subject(fact: Fact) -> str:
    """What of a life only the policy's own words tell: a recipient's name, what is kept for a period."""
    return safe({"party": fact.key, "retention": fact.attribute("subject")}.get(fact.kind, ""))


def _value(fact: Fact) -> str:
    if fact.kind == "retention":
        return safe(fact.key)
    return safe(fact.attribute({"party": "role", "practice": "polarity"}.get(fact.kind, "")))


def label(life: Life, texts: Wording) -> str:
    """What a life is called in the reader's language; "" for a period of data in general."""
    words = life.subject if life.kind in ("party", "retention") else texts.label(life.kind, life.key)
    return words if life.kind == "party" else sentence(safe(words))


def _told(life: Life, spell: Spell, texts: Wording) -> str:
    """What a life was in a spell, in the reader's language."""
    values = spell.value.split(", ") if spell.value else []
    if life.kind == "retention":
        return ", ".join(texts.period(value) for value in values)
    return ", ".join(texts.known("value", value, value) for value in values)


def _extend(spells: list[Spell], number: int, value: str) -> None:
    """One more version in which it stood; facts of one version under one identity are joined."""
    last = spells[-1] if spells else None
    if last is None or last.end < number:
        spells.append(Spell(number, number + 1, value))
    elif last.end == number + 1:
        if value not in last.value.split(", "):
            spells[-1] = Spell(number, number + 1, f"{last.value}, {value}".strip(", "))
            if last.start < number:
                spells.insert(-1, Spell(last.start, number, last.value))
    elif last.value == value:
        spells[-1] = Spell(last.start, number + 1, value)
    else:
        spells.append(Spell(number, number + 1, value))


# --- kept beside the reports ----------------------------------------------------------------------------


def to_json(made: Timeline, state: str) -> str:
    """The timeline as JSON; ``state`` names what it was made of, for ``from_json`` to compare."""
    told = {"schema": "tracker.timeline/1", "state": state, **asdict(made)}
    return json.dumps(told, ensure_ascii=False, indent=1, default=as_json.time) + "\n"


def from_json(text: str, state: str) -> Timeline | None:
    """The timeline in ``text``; None where it was made of something else or is no timeline."""
    try:
        told = json.loads(text)
        if told["schema"] != "tracker.timeline/1" or told["state"] != state:
            return None
        stops = tuple(_read_stop(stop) for stop in told["stops"])
        lives = tuple(
            Life(
                life["kind"], life["key"], life["subject"], tuple(Spell(**spell) for spell in life["spells"])
            )
            for life in told["lives"]
        )
        return Timeline(told["policy"], told["title"], stops, lives)
    except (ValueError, KeyError, TypeError):
        return None


def _read_stop(told: dict[str, object]) -> Stop:
    values = dict(told)
    values["captured"] = datetime.fromisoformat(str(told["captured"]))
    values["severities"] = tuple(told["severities"])  # type: ignore[arg-type]
    return Stop(**values)  # type: ignore[arg-type]


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
        stops=tuple(reversed(made.stops)),
        dots=tuple(Dot(_x(made, n), _weight(stop), stop) for n, stop in enumerate(made.stops)),
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
