"""The base of all errors that a user may meet, and the exit statuses of the contract.

Concrete errors live beside what raises them. Each says in one line what is wrong, with what, and what to do.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses (docs/commands.md)."""

    DONE = 0
    FOUND = 1  # done, and something was found under --exit-code or --fail-on
    USAGE = 2  # wrong usage or configuration
    PARTLY = 3  # part of the work failed, the rest is done
    FAILED = 4
    INTERRUPTED = 130


class TrackerError(Exception):
    """An error that is shown to the user as one line: ``what: advice``."""

    exit = Exit.FAILED

    def __init__(self, what: str, advice: str = "") -> None:
        self.what, self.advice = what, advice
        super().__init__(f"{what}: {advice}" if advice else what)

    def within(self, place: str) -> TrackerError:
        """The same error, said of a file or address."""
        told = TrackerError(f"{place}: {self.what}", self.advice)
        told.exit = self.exit
        return told


class UsageError(TrackerError):
    """Wrong arguments or configuration."""

    exit = Exit.USAGE


def nearest(name: str, known: list[str]) -> str:
    """Advice naming the known name that looks most like ``name``; "" where none does."""
    from difflib import get_close_matches  # errors are rare: start-up need not pay for it

    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else ""
