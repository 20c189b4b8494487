"""Reads who gets the data without being named: kind ``recipient_category``.

A category counts where the words state a disclosure to it: in the sentence, in the lead-in that the sentence
completes, or under a heading about sharing. A denied disclosure is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.facts.cues import Cues, Hit
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Fact


@dataclass(frozen=True, slots=True)
class _Words:
    frames: Cues
    categories: Cues


def read(reading: Reading) -> Iterable[Fact]:
    """All categories of recipients, with the sentences that state them."""
    words = _Words(reading.cues("recipients", "cues"), reading.cues("recipients", "categories"))
    under_sharing = [
        any(hit.name == "heading" for hit in words.frames.scan(title)) for title in reading.headings
    ]
    for unit in reading.units:
        if unit.kind is not BlockKind.HEADING:
            yield from _in_unit(reading, unit, words, under_sharing)


def _in_unit(reading: Reading, unit: Unit, words: _Words, under_sharing: list[bool]) -> Iterator[Fact]:
    categories = words.categories.scan(unit.folded)
    if not categories or _is_basis(reading, unit):
        return
    frames = words.frames.scan(unit.folded)
    inherited = _inherited(reading, unit, words, under_sharing)
    seen: set[str] = set()
    for hit in categories:
        frame = _frame_of(hit, frames) or inherited
        if frame and hit.name not in seen and not _is_denied(hit, frames):
            seen.add(hit.name)
            cue = f"{reading.language}/recipients: {hit.name} {hit.cue!r} in frame {frame!r}"
            yield Fact("recipient_category", hit.name, evidence=(reading.unit_evidence(unit),), cue=cue)


def _is_basis(reading: Reading, unit: Unit) -> bool:
    """Whether the cell tells the legal basis of what its row is about: "legal obligation" is nobody there."""
    return bool(unit.header) and reading.cues("bases", "frame").first(unit.header) is not None


def _frame_of(hit: Hit, frames: list[Hit]) -> str:
    """The cue of disclosure that governs the category: "share with" before it, "may access" after it."""
    for frame in frames:
        if frame.name == "disclosure" and frame.start <= hit.start:
            return frame.cue
        if frame.name == "access" and 0 <= frame.start - hit.end <= 60:
            return frame.cue
    return ""


def _inherited(reading: Reading, unit: Unit, words: _Words, under_sharing: list[bool]) -> str:
    """The disclosure that the lead-in or the heading states for the unit; "" where there is none."""
    if unit.lead is not None:
        lead = words.frames.scan(unit.lead.folded)
        if any(hit.name == "denied" for hit in lead):
            return ""
        found = next((hit.cue for hit in lead if hit.name in ("disclosure", "heading")), "")
        if found:
            return found
    opens = unit.kind is not BlockKind.PARAGRAPH or unit.start == reading.document.blocks[unit.block].start
    return "heading" if opens and any(under_sharing[at] for at in reading.section_path(unit)) else ""


def _is_denied(hit: Hit, frames: list[Hit]) -> bool:
    before = [frame.end for frame in frames if frame.name == "denied" and frame.start < hit.start]
    return bool(before) and not any(max(before) <= f.start < hit.start for f in frames if f.name == "rescued")
