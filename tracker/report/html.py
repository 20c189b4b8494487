"""The report of two versions as one self-contained HTML file."""

from __future__ import annotations

from pathlib import Path

from tracker.model import Comparison
from tracker.report import pages, wording
from tracker.report.view import view


def render(
    comparison: Comparison, templates: Path | None = None, locale: str = wording.FALLBACK, title: str = ""
) -> str:
    """The page. Files in the folder ``templates`` stand in for those that come with the program; ``title`` is
    what the policy is called.

    Raises UnknownLocale and BrokenTemplate.
    """
    texts = wording.load(locale, templates)
    return pages.fill("report.html", texts, templates, view=view(comparison, title, texts))
