"""What one look at a policy brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tracker.model import Check, Comparison


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one look at a policy brought; ``comparison`` where it made a version that follows another.

    ``announce`` is False where that version is recorded but waits to be confirmed before anybody is told; the
    look that confirms it, an "unchanged" one, then brings the comparison with the last text announced.
    ``kind`` is the kind of failure, or the reason why the capture is held back. ``alarm`` tells that so many
    looks in a row failed to see the policy that somebody should know, or that it is seen again.
    """

    policy: str
    check: Check
    summary: str
    comparison: Comparison | None = None
    announce: bool = True
    kind: str = ""
    alarm: Literal["", "failing", "recovered"] = ""


_WORDS = {"new": "new", "changed": "changed", "failed": "FAILED", "suspect": "SUSPECT"}


def told(outcome: Outcome) -> Iterator[str]:
    """The lines that say what a look brought; none where there is nothing to tell."""
    word = _WORDS.get(outcome.check.outcome) or ("changed" if outcome.comparison else "")
    if word:
        yield f"{outcome.policy}: {word}: {outcome.summary}"
    if outcome.alarm == "failing":
        yield f"{outcome.policy}: ALARM: not seen in several looks in a row, last: {outcome.kind}"
    if outcome.alarm == "recovered":
        yield f"{outcome.policy}: seen again after several looks that failed"
