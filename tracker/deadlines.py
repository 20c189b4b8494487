"""Until when one may object to a party that was added, where the policy or agreement grants a period.

A grant is a sentence about sub-processors that gives a period to object, or announces changes a period ahead.
Its cues stand in ``lexicons/<lang>/deadlines.toml``. The day a change was made lies between the last look
that saw the earlier text and the capture of the later one, so every deadline is two dates: ``by`` is on the
safe side.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tracker import lexicons
from tracker.facts.cues import Hit
from tracker.facts.durations import Period, periods
from tracker.facts.reading import Reading, Unit, read_units
from tracker.model import Change, Document, Evidence

GrantKind = Literal["objection", "notice"]
_REACH = 220  # characters between the words of a grant and its period
_MOST = 20  # periods looked at in one sentence
_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?")
_NO_OBJECTION = frozenset({"party-renamed"})  # the same party under another name


@dataclass(frozen=True, slots=True)
class Grant:
    """A period granted: to object, or between notice and change. ``business`` days leave out weekends."""

    kind: GrantKind
    period: str  # ISO 8601
    business: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when one may object to one change; ``by`` counts from ``since``, ``latest`` from ``captured``."""

    policy: str
    change: Change
    since: datetime  # the last look that saw the earlier text
    captured: datetime  # the first that saw the later one
    version: str
    grant: Grant
    by: date
    latest: date


def grants(document: Document) -> tuple[Grant, ...]:
    """The periods that the document grants, in its order; none in a language without cues for them."""
    language = document.language if document.language in lexicons.languages() else "en"
    reading = Reading(document, language, read_units(document, language))
    found = [grant for unit in reading.units if (grant := _grant(reading, unit))]
    return tuple(dict.fromkeys(found))


def deadlines(
    policy: str,
    changes: Sequence[Change],
    terms: Sequence[Grant],
    since: datetime,
    captured: datetime,
    version: str,
) -> Iterator[Deadline]:
    """The deadlines of those changes that one may object to; ``terms`` are those in force before them."""
    grant = next((each for kind in ("objection", "notice") for each in terms if each.kind == kind), None)
    if grant is None:
        return
    by, latest = (after(start, grant.period, grant.business) for start in (since, captured))
    for change in changes:
        if objectionable(change):
            yield Deadline(policy, change, since, captured, version, grant, by, latest)


def objectionable(change: Change) -> bool:
    """Whether it is a change of parties that a right to object is about."""
    return change.kind == "party" and change.change != "removed" and change.rule not in _NO_OBJECTION


def after(start: datetime, period: str, business: bool = False) -> date:
    """The last day of an ISO 8601 period that begins at ``start``. Raises ValueError on no period."""
    match = _ISO.fullmatch(period)
    if not match or period == "P":
        raise ValueError(f"{period!r} is no period")
    years, months, weeks, days, hours = (int(part or 0) for part in match.groups())
    day = _months_later((start + timedelta(hours=hours)).date(), 12 * years + months)
    return _working_days_later(day, days) if business else day + timedelta(days=7 * weeks + days)


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _working_days_later(day: date, days: int) -> date:
    weeks, rest = divmod(days, 5)
    day += timedelta(weeks=weeks)
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() < 5
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _grant(reading: Reading, unit: Unit) -> Grant | None:
    cues = reading.cues("deadlines", "cues")
    hits = cues.scan(unit.folded)
    names = {hit.name for hit in hits}
    if "objection" not in names and not {"notice", "change"} <= names:
        return None
    if "sub_processor" not in names and not _is_about(reading, unit):
        return None
    times = periods(unit.folded, reading.language)[:_MOST]
    objection = [hit for hit in hits if hit.name == "objection"]
    found = _near(times, objection, hits)
    kind: GrantKind = "objection" if found else "notice"
    if not found and {"notice", "change"} <= names:
        found = _near(times, [hit for hit in hits if hit.name == "notice"], hits)
    return Grant(kind, found.iso, found.business, reading.unit_evidence(unit)) if found else None


def _is_about(reading: Reading, unit: Unit) -> bool:
    """Whether its heading, its lead-in or a sentence before it in the block is about sub-processors."""
    places = [reading.headings[section] for section in reading.section_path(unit)]
    if unit.lead:
        places.append(unit.lead.folded)
    places += [each.folded for each in reading.units if each.block == unit.block and each.start < unit.start]
    cues = reading.cues("deadlines", "cues")
    return any(hit.name == "sub_processor" for place in places for hit in cues.scan(place))


def _near(times: Sequence[Period], around: Sequence[Hit], hits: Sequence[Hit]) -> Period | None:
    """The period nearest to one of the words ``around``; not one that another meaning stands beside."""
    others = [hit for hit in hits if hit.name == "otherwise"]
    fit = [
        (min(_gap(time, hit) for hit in around), time.start, time)
        for time in times
        if around and all(_gap(time, other) > 12 for other in others)
    ]
    near = [each for each in fit if each[0] <= _REACH]
    return min(near)[2] if near else None


def _gap(time: Period, hit: Hit) -> int:
    return max(time.start - hit.end, hit.start - time.end, 0)
