"""Reads legal bases: on which of the grounds of Art. 6(1) GDPR the data are processed (kind ``legal_basis``).

The lexicon (``bases.toml``) holds ``[frame]`` with ``basis`` (words that announce one: "legal basis", "we
rely on") and ``denied`` ("without having to rely on"), and for each basis ``[basis.<key>]``:

    stated     says it all: needs no frame
    word       enough in a sentence, list, table column or section that announces bases
    elsewhere  words after which it is the reason for something else ("we keep ... to comply with")
    other      looks like it and is not: takes away what it overlaps

References to the letters of Art. 6(1) are read in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tracker import lexicons
from tracker.facts.agreement import is_processing_agreement
from tracker.facts.cues import Cues, Hit
from tracker.facts.frames import key_of, level_of, without_lookalikes
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Fact

LETTERS = {
    "a": "consent",
    "b": "contract",
    "c": "legal_obligation",
    "d": "vital_interests",
    "e": "public_task",
    "f": "legitimate_interests",
}
LEVELS = ("stated", "word", "elsewhere", "other")
_ARTICLE = re.compile(
    r"\b(?:art(?:icle|ikel|[ií]culo|igo|icolo|ykuł|\.)?|ст(?:\.|ать\w{1,2})?|п(?:\.|ункт\w{0,2})?)\s{0,2}6"
    r"[\s,.]{0,3}(?:abs(?:\.|atz)|paragraph|paragraphe|par\.?|para\.?|§|lid|ust\.?|apartado|n\.?º?|comma|ч\.?|п\.?)?"
    r"\s{0,2}\(?\s?1\s?\)?[\s,.]{0,3}(?:(?:s\.|satz|subpara\w*\.?|unterabs\.)\s{0,2}1[\s,.]{0,3})?"
    r"(?:lit(?:era|\.)?|buchst(?:abe|\.)|letter|lettre|letra|lett(?:era|\.)?|sub|onder|point|pkt|al\.|let\.|п(?:п\.|\.)|"
    r"подпункт\w?)?[\s,.]{0,3}[(«\"]?\s?([a-f]|[абвгде])\b"
)
_CYRILLIC = dict(zip("абвгде", "abcdef", strict=True))


@cache
def _words(language: str) -> Cues:
    bases = lexicons.table(language, "bases").get("basis", {})
    return Cues(
        {f"{key}/{level}": basis[level] for key, basis in bases.items() for level in LEVELS if level in basis}
    )


def read(reading: Reading) -> Iterable[Fact]:
    """One fact for each statement of a basis; the reader of facts joins them."""
    frames = reading.cues("bases", "frame")
    words = _words(reading.language)
    agreement = is_processing_agreement(reading)
    announced: dict[int, str] = {}  # start of a lead-in -> the frame that it holds
    about = [frame.cue if (frame := _frame(frames, title)) else "" for title in reading.headings]
    for unit in reading.units:
        if unit.kind is BlockKind.HEADING:
            continue
        found = dict(_articles(unit))
        hits = [] if agreement else without_lookalikes(words.scan(unit.folded))
        if hits:
            context = _context(reading, unit, frames, announced, about)
            found.update(_stated(hits, context))
        for key, cue in found.items():
            yield Fact(
                "legal_basis",
                key,
                {},
                (reading.unit_evidence(unit),),
                f"{reading.language}/bases: {key} {cue}",
            )


def _articles(unit: Unit) -> Iterator[tuple[str, str]]:
    if "6" in unit.folded:
        for match in _ARTICLE.finditer(unit.folded):
            letter = _CYRILLIC.get(match[1], match[1])
            yield LETTERS[letter], f"Art. 6(1)({letter})"


def _frame(frames: Cues, folded: str) -> Hit | None:
    hits = frames.scan(folded)
    return None if any(hit.name == "denied" for hit in hits) else next((hit for hit in hits), None)


def _context(
    reading: Reading, unit: Unit, frames: Cues, announced: dict[int, str], about: list[str]
) -> str | None:
    """The frame of the unit: its own, its column's, its lead-in's or its section's; None if denied."""
    own = frames.scan(unit.folded)
    if any(hit.name == "denied" for hit in own):
        return None
    if own:
        return own[0].cue
    if unit.header and (frame := _frame(frames, unit.header)):
        return frame.cue
    lead = unit.lead
    if lead is not None:
        if lead.start not in announced:
            frame = _frame(frames, lead.folded)
            announced[lead.start] = frame.cue if frame else ""
        if announced[lead.start]:
            return announced[lead.start]
    return next((about[section] for section in reading.section_path(unit) if about[section]), "")


def _stated(hits: list[Hit], context: str | None) -> Iterator[tuple[str, str]]:
    if context is None:
        return
    elsewhere: set[str] = set()
    for hit in hits:  # in the order of the text
        key, level = key_of(hit), level_of(hit)
        if level == "elsewhere":
            elsewhere.add(key)
        elif context:
            yield key, f"{hit.cue!r} in frame {context!r}"
        elif level == "stated" and key not in elsewhere:
            yield key, repr(hit.cue)
