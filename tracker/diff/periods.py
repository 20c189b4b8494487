"""ISO 8601 durations as lengths that can be compared: P24M equals P2Y, P2W equals P14D."""

from __future__ import annotations

import re

_DURATION = re.compile(
    r"P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_DAYS_A_MONTH = 365.25 / 12
_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")


def _parts(key: str) -> tuple[float, ...] | None:
    match = _DURATION.fullmatch(key)
    if match is None or not any(match.groups()):
        return None
    return tuple(float(number or 0) for number in match.groups())


def days(key: str) -> float | None:
    """The duration's length in days (a month is a twelfth of 365.25 days); None where ``key`` is none."""
    parts = _parts(key)
    if parts is None:
        return None
    years, months, weeks, single, hours, minutes, seconds = parts
    return (
        (years * 12 + months) * _DAYS_A_MONTH
        + weeks * 7
        + single
        + hours / 24
        + minutes / 1440
        + seconds / 86400
    )


def canonical(key: str) -> str:
    """One spelling for equal durations: years as months, all else as days; what is no duration stays as it
    is.
    """
    parts = _parts(key)
    if parts is None:
        return key
    years, months, weeks, single, hours, minutes, seconds = parts
    rest = weeks * 7 + single + hours / 24 + minutes / 1440 + seconds / 86400
    return f"P{years * 12 + months:g}M{rest:g}D"


def spoken(key: str) -> str:
    """The duration in English words ("60 days", "1 year 6 months"); ``key`` itself where it is none."""
    parts = _parts(key)
    if parts is None:
        return key
    return " ".join(
        f"{number:g} {unit}{'' if number == 1 else 's'}"
        for number, unit in zip(parts, _UNITS, strict=True)
        if number
    )
