"""What follows from the looks at a policy, one after the other: alarms, coverage, whether a text has held.

Pure: ``checks`` are those of ``Archive.checks``, newest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise, takewhile
from typing import Literal

from tracker.model import Check, Version

Found = Literal["changed", "unchanged", "suspect", "failed", "not looked"]

_UNSEEN = ("failed", "suspect")
_GRAVITY: tuple[Found, ...] = (
    "changed",
    "unchanged",
    "suspect",
    "failed",
)  # the first that a day has tells it


@dataclass(frozen=True, slots=True)
class Day:
    """What was found on one day (in UTC), in how many looks, and the detail of the last telling one."""

    day: date
    found: Found
    looks: int = 0
    detail: str = ""


def unseen(checks: Sequence[Check]) -> int:
    """How many looks in a row, up to the last one, did not see the policy."""
    return sum(1 for _ in takewhile(lambda check: check.outcome in _UNSEEN, checks))


def alarm(checks: Sequence[Check], after: int) -> Literal["", "failing", "recovered"]:
    """What the last look gives cause to tell: each once, when ``after`` looks in a row saw nothing."""
    if unseen(checks) == after:
        return "failing"
    return "recovered" if checks and not unseen(checks) and unseen(checks[1:]) >= after else ""


def coverage(checks: Sequence[Check], first: date, last: date) -> Iterator[Day]:
    """For each day from ``first`` to ``last`` what was found."""
    by_day = {day: list(group) for day, group in groupby(checks, key=lambda check: check.at.date())}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield _day(day, by_day.get(day, []))


def _day(day: date, checks: Sequence[Check]) -> Day:
    for found in _GRAVITY:
        telling = [check for check in checks if _is(check, found)]
        if telling:
            return Day(day, found, len(checks), telling[0].detail)
    return Day(day, "not looked")


def _is(check: Check, found: Found) -> bool:
    return check.outcome == found or (check.outcome == "new" and found == "changed")


def runs(days: Iterator[Day]) -> Iterator[tuple[Day, date, int]]:
    """Days on end with the same finding: the first of them, the last date, and the looks in all."""
    for _, group in groupby(days, key=lambda day: (day.found, day.detail)):
        found = list(group)
        yield found[0], found[-1].day, sum(day.looks for day in found)


# --- announcements ------------------------------------------------------------------------------------


def newly_settled(
    history: Sequence[Version], checks: Sequence[Check], settle: float
) -> tuple[Version, Version] | None:
    """The last announced version and the present one, where the last look is the first to settle the latter.

    ``history`` is newest first. A version is settled once it was seen ``settle`` seconds or more after its
    capture; the first one of all needs no announcement.
    """
    if len(history) < 2 or len(_settling(history[0], None, checks, settle)) != 1:
        return None
    if not checks or checks[0].at != _settling(history[0], None, checks, settle)[0]:
        return None
    for newer, older in pairwise(history):
        if older is history[-1] or _settling(older, newer.captured, checks, settle):
            return (older, history[0]) if older.text_sha256 != history[0].text_sha256 else None
    return None


def _settling(
    version: Version, until: datetime | None, checks: Sequence[Check], settle: float
) -> list[datetime]:
    """The looks that found the version still standing after it had time to settle."""
    since = version.captured + timedelta(seconds=settle)
    return [
        check.at
        for check in checks
        if check.outcome == "unchanged"
        and since <= check.at
        and check.at > version.captured
        and (until is None or check.at < until)
    ]
