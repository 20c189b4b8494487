"""Versions that return to an earlier one: captures that failed, roll-outs taken back, old pages shown again.

Such a version is news to nobody who knew the earlier one: whoever notifies may pass it over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import sha256

from tracker import lexicons
from tracker.diff.words import WORD
from tracker.facts import dates
from tracker.facts.cues import fold
from tracker.facts.reading import Reading, read_units
from tracker.model import Document, Version

Sense = Callable[[Version], str]  # what a version says, as a digest: fingerprint()

_WORD = re.compile(WORD)
_DATE_LINE = 120  # characters: longer sentences around a date say more than the date


def returned_to(version: Version, earlier: Iterable[Version], sense: Sense | None = None) -> Version | None:
    """The latest earlier version that ``version`` says again after another one stood between; else None.

    ``earlier`` are versions of the same policy in any order; those not captured before ``version`` do not
    count. Versions are equal by their texts, else by what ``sense`` gives for them, where it is given.
    """
    before = sorted((one for one in earlier if one.captured < version.captured), key=lambda one: one.captured)
    return returns([*before, version], sense).get(version.id)


def returns(history: Iterable[Version], sense: Sense | None = None) -> dict[str, Version]:
    """For each version (by id) that returns to an earlier one, the latest such; oldest first."""
    texts: dict[str, Version] = {}
    senses: dict[str, Version] = {}
    found: dict[str, Version] = {}
    last_text = last_sense = ""
    for version in history:
        text = version.text_sha256 or version.id
        said = sense(version) if sense else text
        if text != last_text and said != last_sense:
            again = texts.get(text) or senses.get(said)
            if again is not None:
                found[version.id] = again
        texts[text] = senses[said] = version
        last_text, last_sense = text, said
    return found


def fingerprint(document: Document) -> str:
    """A digest of what a version says: its words without case, marks and the policy's own dates."""
    told = sha256(document.language.encode("utf-8", "replace"))
    told.update(" ".join(_WORD.findall(fold(_undated(document)))).encode("utf-8", "replace"))
    return told.hexdigest()


def _undated(document: Document) -> str:
    """The text without the lines that only say when the policy was updated or takes effect."""
    language = document.language if document.language in lexicons.languages() else "en"
    lines = sorted(
        (evidence.start, evidence.end)
        for fact in dates.read(Reading(document, language, read_units(document, language)))
        for evidence in fact.evidence
        if evidence.end - evidence.start <= _DATE_LINE
    )
    parts, reached = [], 0
    for start, end in lines:
        parts.append(document.text[reached:start])
        reached = max(reached, end)
    return " ".join([*parts, document.text[reached:]])
