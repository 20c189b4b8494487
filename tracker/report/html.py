"""The report of two versions as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from tracker.model import Comparison
from tracker.report import pages, wording
from tracker.report.view import view

_UNSEEN: Mapping[str, datetime] = MappingProxyType({})


def render(
    comparison: Comparison,
    templates: Path | None = None,
    locale: str = wording.FALLBACK,
    title: str = "",
    seen: Mapping[str, datetime] = _UNSEEN,
    state: str = "",
) -> str:
    """The page. Files in the folder ``templates`` stand in for those that come with the program.

    ``title``: what the policy is called; ``seen``: when versions (by id) were last found the same; ``state``:
    words that tell what the page was made of, for ``pages.made_of``. Raises UnknownLocale, BrokenTemplate.
    """
    texts = wording.load(locale, templates)
    return pages.fill("report.html", texts, templates, state, view=view(comparison, title, texts, seen))
