"""Whether a document is an agreement between companies: its "you" and "customer" are no data subjects."""

from __future__ import annotations

from tracker.facts.cues import fold
from tracker.facts.reading import Reading


def is_processing_agreement(reading: Reading) -> bool:
    """Whether the title or a first heading says so (``rights.toml``: ``processing_agreement``)."""
    cues = reading.cues("rights", "context", "processing_agreement")
    return any(cues.first(title) for title in (fold(reading.document.title), *reading.headings[:2]))
