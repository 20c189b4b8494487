"""Tells when a version is an earlier one again: in the same words, whatever their form, order or date."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tracker.diff import wording
from tracker.diff.sentences import read_sentences
from tracker.model import Document


def substance(document: Document) -> str:
    """A digest (64 hex digits) of what a version says.

    It is the same for versions that differ in markup, numbering, order, wrapping of blocks, contractions,
    plain synonyms and the policy's own date alone.
    """
    text, language = document.text, document.language
    said = {
        " ".join(sentence.words)
        for sentence in read_sentences(document).all
        if not wording.is_date_line(wording.read(text[sentence.start : sentence.end], language), language)
    }
    return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()


def returned_to(digest: str, earlier: Sequence[tuple[str, str]]) -> str | None:
    """The version that a new one returns to, None where it is news or says what the last one said.

    ``earlier`` holds name (a date, say) and digest of each version before it, oldest first; of several that
    say the same the latest is named.
    """
    if not earlier or earlier[-1][1] == digest:
        return None
    return next((name for name, known in reversed(earlier) if known == digest), None)
