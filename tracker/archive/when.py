"""What a DATE of the command line means: an inclusive instant, a place in the history, or a version's id.

A date, a month or a year means its end in UTC, so that "the version in force then" is the latest one
captured in it or before it: ``2024-06`` answers with what stood when June 2024 was over. A time means the
end of the unit it is written in (``12:30`` is 12:30:59.999999); a time without a zone is in UTC.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from tracker.errors import UsageError

FORMS = (
    "write 2024-06-01, 2024-06-01T12:30, 2024-06, 2024, today, yesterday, '30 days ago', 'last month', "
    "first, previous, latest, or a version's id (4 hexadecimal digits or more)"
)
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")
_ID = re.compile(r"[0-9a-f]{4,40}")
_AGO = re.compile(r"([0-9]{1,6}|an?|one) (minute|hour|day|week|month|year)s? ago")
_LAST = re.compile(r"last (week|month|year)")
_ISO_DATE = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_ISO_TIME = re.compile(r"[0-9-]{8,10}[T ]([0-9:]{2,8})([.,][0-9]{1,6})?(Z|[+-][0-9:]{2,6})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instant:
    """The version in force at ``at`` (UTC), captures at that very instant included."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a policy's history."""

    name: Literal["first", "previous", "latest"]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a version's id: 4 to 40 hexadecimal digits in lower case."""

    digits: str


When = Instant | Place | Prefix


class BadDate(UsageError):
    """Words that are no DATE."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words[:60]!r} is no date", FORMS)


def parse(words: str, now: datetime) -> When:
    """What ``words`` mean as seen from ``now`` (aware). Raises BadDate."""
    plain = " ".join(words.split()).lower()
    if plain in ("first", "previous", "latest"):
        return Place(plain)  # type: ignore[arg-type]  # mypy does not narrow a str by ``in``
    try:
        at = _calendar(plain) or _relative(plain, now.astimezone(UTC))
    except (ValueError, OverflowError):  # the 31st of June, year 0, a million years ago
        raise BadDate(words) from None
    if at is not None:
        return Instant(at)
    if _ID.fullmatch(plain):
        return Prefix(plain)
    raise BadDate(words)


def _calendar(plain: str) -> datetime | None:
    if month := _MONTH.fullmatch(plain):
        return _end_of_month(int(month[1]), int(month[2]))
    if _YEAR.fullmatch(plain):
        return _end_of_month(int(plain), 12)
    if _ISO_DATE.fullmatch(plain):
        return _end_of_day(datetime.fromisoformat(plain))
    if clock := _ISO_TIME.fullmatch(plain):
        return _end_of_time(plain, clock[1], bool(clock[2]))
    return None


def _end_of_time(plain: str, clock: str, fraction: bool) -> datetime:
    at = datetime.fromisoformat(plain.upper())
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    digits = len(clock.replace(":", ""))
    unit = {2: timedelta(hours=1), 4: timedelta(minutes=1)}.get(digits, timedelta(seconds=1))
    return at if fraction else at + unit - _TICK


def _relative(plain: str, now: datetime) -> datetime | None:
    if plain in ("now", "today", "yesterday"):
        return now if plain == "now" else _end_of_day(now - _DAY * (plain == "yesterday"))
    if ago := _AGO.fullmatch(plain):
        return _ago(int(ago[1]) if ago[1].isdigit() else 1, ago[2], now)
    if last := _LAST.fullmatch(plain):
        return _last(last[1], now)
    return None


def _ago(count: int, unit: str, now: datetime) -> datetime:
    if unit in ("minute", "hour"):
        return now - timedelta(**{unit + "s": count})
    if unit in ("day", "week"):
        return _end_of_day(now - timedelta(**{unit + "s": count}))
    months = now.year * 12 + now.month - 1 - count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    if year < 1:
        raise ValueError(year)
    return _end_of_day(now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1])))


def _last(unit: str, now: datetime) -> datetime:
    if unit == "week":
        return _end_of_day(now - _DAY * (now.weekday() + 1))
    first = now.replace(day=1) if unit == "month" else now.replace(month=1, day=1)
    return _end_of_day(first - _DAY)


def _end_of_day(day: datetime) -> datetime:
    return datetime.combine(day.date(), time.max, UTC)


def _end_of_month(year: int, month: int) -> datetime:
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        raise ValueError(month)
    return datetime(year, month, monthrange(year, month)[1], 23, 59, 59, 999999, UTC)
