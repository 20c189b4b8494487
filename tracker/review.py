"""What people said of changes: reviewed, dismissed with a note, flagged; and how that is written down.

One line a mark, fields parted by tabs, the latest of a change counts. A change is meant by the version that
brought it and its id, since the same change may come again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

State = Literal["reviewed", "dismissed", "flagged", "open"]
Which = tuple[str, str]  # the version's id (its first 16 digits) and the change's
TEXT = "text"  # stands for a change id where only statements changed that no kind of fact covers
HEAD = "# time\tstate\tversion\tchange\tby\tnote\n"
DIGITS = 16
_LONGEST = 2_000  # characters of a note


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody said of one change, and when."""

    at: datetime
    state: State
    version: str
    change: str
    by: str = ""
    note: str = ""

    @property
    def which(self) -> Which:
        """The change that is meant."""
        return self.version[:DIGITS], self.change


def line(mark: Mark) -> str:
    """The mark as a line."""
    at = mark.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    fields = (at, mark.state, *mark.which, _words(mark.by), _words(mark.note))
    return "\t".join(fields) + "\n"


def latest(text: str) -> Mapping[Which, Mark]:
    """The mark that counts of each change; lines that are none are passed over."""
    marks = (mark for each in text.splitlines() if (mark := _mark(each)))
    return {mark.which: mark for mark in marks}


def merged(text: str, marks: Iterable[Mark]) -> str:
    """The text with more marks at its end."""
    return (text or HEAD) + "".join(map(line, marks))


def _mark(words: str) -> Mark | None:
    fields = words.split("\t")
    if len(fields) != 6 or fields[1] not in get_args(State):
        return None
    try:
        at = datetime.fromisoformat(fields[0]).astimezone(UTC)
    except ValueError:
        return None
    state: State = fields[1]  # type: ignore[assignment]  # it is one of them
    return Mark(at, state, *fields[2:])


def _words(text: str) -> str:
    """One line of bounded length without tabs."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text[:_LONGEST]).split())
