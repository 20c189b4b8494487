"""Whether a document is an agreement between companies, in which "you" and "the customer" are no data subjects."""

from __future__ import annotations

from tracker.facts.cues import fold
from tracker.facts.reading import Reading


def is_processing_agreement(reading: Reading) -> bool:
    """Whether the title, or one of the first headings, says so (``rights.toml``, ``[context] processing_agreement``)."""
    cues = reading.cues("rights", "context", "processing_agreement")
    return any(cues.first(title) for title in (fold(reading.document.title), *reading.headings[:2]))
