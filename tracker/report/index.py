"""The workspace's page: all policies and their reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.report import pages, wording


@dataclass(frozen=True, slots=True)
class Row:
    """A policy as the index lists it; ``reports`` are file names in its folder, oldest first."""

    policy: str
    title: str
    versions: int
    changed: datetime | None
    checked: datetime | None
    health: str
    reports: tuple[str, ...]


def render(rows: Sequence[Row], templates: Path | None = None, locale: str = wording.FALLBACK) -> str:
    """The page. Raises UnknownLocale and BrokenTemplate."""
    texts = wording.load(locale, templates)
    return pages.fill("index.html", texts, templates, rows=tuple(rows))
