"""How a look at a page is told on the terminal: what ``preview`` and ``add --dry-run`` share."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tracker.cli import terminal
from tracker.report.style import harmless

if TYPE_CHECKING:
    from tracker.pipeline.judging import Look

BROWSER = "whether Chromium runs the page's scripts: auto, where the plain page shows nothing; always; never"
_SHOWN = 4  # things left out for one reason that are quoted


def verdict(look: Look) -> str:
    """Whether it would be recorded, in which language, and how much there is of it."""
    told = f"would be held back: {look.suspicion}" if look.suspicion else "would be recorded"
    if look.document is None:
        return terminal.style().paint(harmless(told), "bold")
    words, blocks = len(look.document.text.split()), len(look.document.blocks)
    kept = f", language {look.document.language}, {words} words in {blocks} blocks"
    return terminal.style().paint(harmless(told), "bold") + kept


def left_out(look: Look) -> str:
    """What of the page was dropped, by reason, each with how it begins; "" where nothing was."""
    lines = []
    for why, group in groupby(sorted(look.dropped, key=lambda each: each.why), key=lambda each: each.why):
        quotes = list(dict.fromkeys(each.what for each in group if each.what))
        lines += [f"  {why}: {harmless(quote)}" for quote in quotes[:_SHOWN]]
        if len(quotes) > _SHOWN:
            lines.append(f"  {why}: and {len(quotes) - _SHOWN} more")
    return "\n".join([terminal.style().paint("Left out", "bold"), *lines]) if lines else ""
