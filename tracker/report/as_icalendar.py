"""Deadlines as an iCalendar (RFC 5545): one all-day event each, with ids that stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from tracker import __version__
from tracker.deadlines import Deadline
from tracker.report.style import harmless, shortened

_WIDTH = 75  # octets of a line
_QUOTE = 600


def calendar(deadlines: Iterable[Deadline], titles: Mapping[str, str]) -> str:
    """The calendar, its lines ended with CR LF; ``titles`` are what policies are called, by id."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//tracker//{__version__}//EN", "CALSCALE:GREGORIAN"]
    lines.append("X-WR-CALNAME:Deadlines to object")
    for deadline in deadlines:
        lines += _event(deadline, titles.get(deadline.policy, deadline.policy))
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def _event(deadline: Deadline, title: str) -> Iterator[str]:
    change = deadline.change
    window = f"between {deadline.since:%Y-%m-%d} and {deadline.captured:%Y-%m-%d}"
    told = (
        f"{change.message}\nThe change was made {window}; the period of {deadline.grant.period} ends "
        f"between {deadline.by} and {deadline.latest}.\n“{shortened(deadline.grant.evidence.quote, _QUOTE)}”"
    )
    yield "BEGIN:VEVENT"
    yield f"UID:{deadline.policy}-{deadline.version[:16]}-{change.id}@tracker"
    yield f"DTSTAMP:{_stamp(deadline.captured)}"
    yield f"DTSTART;VALUE=DATE:{deadline.by:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{deadline.by + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(shortened(f'{title}: last day to object ({change.message})', 200))}"
    yield f"DESCRIPTION:{_text(told)}"
    yield f"CATEGORIES:{change.severity}".upper()
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    safe = "".join(mark for mark in harmless(words) if mark == "\n" or mark.isprintable())
    escaped = safe.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets; all but the first begin with a blank."""
    piece, size = "", 0
    for mark in line:
        octets = len(mark.encode("utf-8", "replace"))
        if size + octets > _WIDTH:
            yield piece
            piece, size = " ", 1
        piece, size = piece + mark, size + octets
    yield piece
