"""When the operators are called: a policy that fails again and again, or whose captures are held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from tracker.model import Check

_TROUBLE = ("failed", "suspect")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a policy needs a look: since when, and the last look's words."""

    since: datetime
    looks: int
    detail: str

    @property
    def summary(self) -> str:
        """In a line."""
        return f"{self.looks} looks in vain since {self.since:%Y-%m-%d %H:%M} UTC; the last: {self.detail}"


def trouble(checks: Sequence[Check], after: int) -> Trouble | None:
    """What is wrong with a policy by its checks, newest first: ``after`` looks in a row that saw nothing."""
    vain = list(takewhile(lambda check: check.outcome in _TROUBLE, checks))
    if len(vain) < after:
        return None
    first = vain[-1]
    detail = vain[0].detail or vain[0].outcome
    return Trouble(first.at, len(vain), f"{vain[0].outcome}: {detail}")
