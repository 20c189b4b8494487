"""Reads which data are collected and for which purposes.

A term of ``lexicons/<lang>/data.toml`` or ``purposes.toml`` counts where its sentence, its lead-in, its
column header or the heading right above says that data are collected, or used for something; not in a
denial or a definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tracker.facts.cues import Hit
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Evidence, Fact

_MOST = 80  # pieces of evidence for one fact; the first ones stand


def read(reading: Reading) -> Iterable[Fact]:
    """Facts of kind ``data_category`` and ``purpose``, one for each key."""
    yield from _kind(reading, "data_category", "data")
    yield from _kind(reading, "purpose", "purposes")


def _kind(reading: Reading, kind: str, file: str) -> Iterator[Fact]:
    evidence: dict[str, list[Evidence]] = {}
    why: dict[str, str] = {}
    before: Unit | None = None
    for unit in reading.units:
        before, above = unit, before
        if unit.kind is BlockKind.HEADING:
            continue
        terms = reading.cues(file, "terms").scan(unit.folded)
        frame = _frame(reading, unit, file, above) if terms else ""
        for hit in _named(terms, frame, reading, unit, file):
            found = evidence.setdefault(hit.name, [])
            if len(found) < _MOST:
                found.append(reading.unit_evidence(unit))
            why.setdefault(hit.name, f"{reading.language}/{file}: {hit.cue!r} in frame {frame}")
    for key, found in evidence.items():
        yield Fact(kind, key, {}, tuple(dict.fromkeys(found)), why[key])


def _named(terms: list[Hit], frame: str, reading: Reading, unit: Unit, file: str) -> list[Hit]:
    """The first term of each key; in a sentence that holds the frame itself, those after it."""
    if not frame:
        return []
    start = 0
    if frame == "sentence":
        first = reading.cues(file, "frames").first(unit.folded)
        start = first.start if first else 0
    named: dict[str, Hit] = {}
    for hit in _outermost(terms):
        if hit.end > start:
            named.setdefault(hit.name, hit)
    return list(named.values())


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Hits without those inside a longer one: an "IP address" is no postal address."""
    kept: list[Hit] = []
    for hit in hits:  # by start, longest first
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _frame(reading: Reading, unit: Unit, file: str, above: Unit | None) -> str:
    """Where the frame stands: "column", "lead", "heading" or "sentence"; "" where none does or one is denied.

    ``above`` is the unit before it: a line that ends in a colon introduces a paragraph as it does a list.
    """
    if reading.cues(file, "denials").first(unit.folded):
        return ""
    if unit.header and reading.cues(file, "headers").first(unit.header):
        return "column"
    lead = unit.lead
    if lead is None and above is not None and above.folded.endswith(":"):
        lead = above
    while lead is not None and unit.cell < 0:
        if reading.cues(file, "denials").first(lead.folded):
            return ""
        if reading.cues(file, "frames").first(lead.folded):
            return "lead"
        lead = lead.lead
    listed = unit.kind is BlockKind.LIST_ITEM
    if listed and unit.section >= 0 and reading.cues(file, "headings").first(reading.headings[unit.section]):
        return "heading"
    return "sentence" if reading.cues(file, "frames").first(unit.folded) else ""
