"""How often a policy is looked at: "12h", "2 weeks", "daily", or a cron expression in five fields."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=366)

_NAMED = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
}
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_UNIT_WORDS = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "day": "d", "days": "d",
    "week": "w", "weeks": "w",
}  # fmt: skip
_AMOUNT = re.compile(r"(?:every\s+)?(\d{1,9}(?:\.\d{1,6})?)?\s*([a-z]+)", re.IGNORECASE)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAY_FIELD = re.compile(
    r"(?P<first>\*|[a-z]{3}|\d)(?:-(?P<last>[a-z]{3}|\d))?(?:/(?P<step>\d))?", re.IGNORECASE
)


def duration(words: str) -> timedelta:
    """The length of time in "30s", "2 min", "every 3 days", "daily"; ValueError where it is none."""
    words = words.strip()
    if named := _NAMED.get(words.lower()):
        return named
    match = _AMOUNT.fullmatch(words)
    unit = match and _UNIT_WORDS.get(match[2].lower(), match[2].lower())
    if not match or unit not in _UNITS or (match[1] is None and not words.lower().startswith("every")):
        raise ValueError(f"{words!r} is no length of time: write it like '30s', '12 hours' or '1d'")
    return timedelta(seconds=float(match[1] or 1) * _UNITS[unit])


def check(words: str) -> str:
    """The words of an interval or cron expression, in one spacing; ValueError says what is wrong."""
    words = " ".join(words.split())
    if _is_cron(words):
        _triggers(words)
    else:
        _interval(words)
    return words


def next_after(words: str, last: datetime, zone: tzinfo, *, spread: float = 0.0) -> datetime:
    """When a policy that was looked at ``last`` (aware) is due again.

    ``spread`` (0 to 1) moves an interval later by up to a tenth of it, so that policies added together part;
    cron expressions are read in ``zone`` and kept to the minute. An expression that never comes gives
    the latest time there is.
    """
    if not _is_cron(words):
        return last + _interval(words) * (1 + spread / 10)
    moment = last.astimezone(zone) + timedelta(microseconds=1)
    found = [trigger.get_next_fire_time(None, moment) for trigger in _triggers(words, zone)]
    return min((time for time in found if time is not None), default=datetime.max.replace(tzinfo=zone))


def _is_cron(words: str) -> bool:
    return len(words.split()) == 5


def _interval(words: str) -> timedelta:
    try:
        length = duration(words)
    except ValueError:
        raise ValueError(
            f"{words!r} is neither an interval nor a cron expression: "
            "write it like '12 hours', '1d', 'weekly' or '0 6 * * mon'"
        ) from None
    if not SHORTEST <= length <= LONGEST:
        raise ValueError(f"{words!r} is too short or too long: intervals go from 1 minute to 366 days")
    return length


@lru_cache(maxsize=256)
def _triggers(words: str, zone: tzinfo | None = None) -> tuple[BaseTrigger, ...]:
    """The expression as triggers: it fires when any of them does."""
    from apscheduler.triggers.cron import CronTrigger  # costly to import, and most policies have an interval

    minute, hour, day, month, weekday = words.split()
    fields: dict[str, Any] = {"minute": minute, "hour": hour, "month": month}
    # cron fires when the day of the month OR of the week fits, if both are given; APScheduler wants both
    by_day = [{"day": day}] if day != "*" or weekday == "*" else []
    by_weekday = [{"day_of_week": _weekdays(weekday)}] if weekday != "*" else []
    try:
        return tuple(CronTrigger(**fields, **days, timezone=zone or UTC) for days in by_day + by_weekday)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{words!r} is no cron expression ({error})") from None


def _weekdays(field: str) -> str:
    """Cron's days of the week by name: cron counts from Sunday, APScheduler from Monday."""
    chosen: set[int] = set()
    for part in field.split(","):
        match = _DAY_FIELD.fullmatch(part)
        if not match:
            raise ValueError(f"{part!r} is no day of the week: write it like 'mon', '1-5' or 'sat,sun'")
        first = 0 if match["first"] == "*" else _weekday(match["first"])
        last = (
            _weekday(match["last"])
            if match["last"]
            else (6 if match["first"] == "*" or match["step"] else first)
        )
        if last < first:  # "fri-mon", or "5-7" with Sunday as 7
            last += 7
        chosen.update(number % 7 for number in range(first, last + 1, int(match["step"] or 1) or 1))
    return ",".join(_DAYS[number] for number in sorted(chosen))


def _weekday(word: str) -> int:
    if word.isdigit() and int(word) <= 7:
        return int(word) % 7
    if word.lower() in _DAYS:
        return _DAYS.index(word.lower())
    raise ValueError(f"{word!r} is no day of the week: write it like 'mon', '1-5' or 'sat,sun'")
