"""Reads facts: dates."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.facts.reading import Reading
from tracker.model import Fact


def read(reading: Reading) -> Iterable[Fact]:
    """Nothing yet."""
    return ()
