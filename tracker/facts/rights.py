"""Reads rights: what a person may do about their data (kind ``right``).

A right counts where a frame governs its name (tracker.facts.frames), in the sentence itself, in the lead-in
of the list or table that it stands in, or in a heading over text that explains it. One fact for each right:
its scope is the union of the scopes in which it is stated, and none where it is stated for everybody
anywhere.

The lexicon (``rights.toml``) holds ``[frame]``, ``[context]`` (``heading``: titles of sections about
rights; ``object``: words for a person's data; ``processing_agreement``: titles of such; ``subject``: the
people whose data it is, there; ``choice``: how to opt out, of what the sentence before says, where that
is ``targeted`` advertising), for each right ``[right.<key>]`` with the levels below, and the tables of
tracker.facts.qualifiers:

    stated   says it all, in any place: needs no frame
    phrase   enough in any frame
    word     enough in a "right" frame; in the others only beside a word for the person's data
    bare     enough in a "right" frame only
    other    looks like the right and is not: takes away what it overlaps
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from tracker import lexicons
from tracker.facts import qualifiers
from tracker.facts.agreement import is_processing_agreement
from tracker.facts.cues import Cues, Hit
from tracker.facts.frames import Frame, Framed, key_of, level_of, read_frames, without_lookalikes
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Fact

LEVELS = ("stated", "phrase", "word", "bare", "other")
WEAK = ("may", "ask")
ANY = ("right", *WEAK)
_LABEL = re.compile(r"[^.:;?!–—\n]{1,80}?(?=\s*(?:[.:;?!–—\n]|\s-\s|$))")
_NEAR = 70  # characters between a right's word and the word for the data that it is about
_ITEM_LABEL = 25  # a list item about rights names its right within so many characters
_NEAR_FRAME = 110  # characters between a weak frame's words and a bare name of a right
_ENUMERATED = frozenset({"access", "rectification", "erasure", "restriction", "portability", "objection"})
_MANY = 4  # so many of these named in one sentence are the rights, whatever the words around them
_MAX_LEADS = 3  # lists within lists


@dataclass(frozen=True, slots=True)
class _Statement:
    """One place where a right is stated."""

    key: str
    unit: Unit
    cue: str
    qualifiers: qualifiers.Qualifiers


@cache
def _words(language: str) -> Cues:
    rights = lexicons.table(language, "rights").get("right", {})
    return Cues(
        {
            f"{key}/{level}": right[level]
            for key, right in rights.items()
            for level in LEVELS
            if level in right
        }
    )


def read(reading: Reading) -> Iterable[Fact]:
    """One fact for each right that the document states."""
    found: dict[str, list[_Statement]] = {}
    for statement in _Rights(reading).statements():
        found.setdefault(statement.key, []).append(statement)
    for key in sorted(found):
        statements = found[key]
        evidence = tuple(sorted({reading.unit_evidence(statement.unit) for statement in statements}))
        attributes = qualifiers.merged([statement.qualifiers for statement in statements])
        yield Fact("right", key, attributes, evidence, statements[0].cue)


class _Rights:
    """The state of one reading: what the headings promise, and the frames of lead-ins already looked at."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.words = _words(reading.language)
        self.frames = reading.cues("rights", "frame")
        self.titles = reading.cues("rights", "context", "heading")
        self.subjects = reading.cues("rights", "context", "subject")
        self.objects = reading.cues("rights", "context", "object")
        self.targeted = reading.cues("rights", "context", "targeted")
        self.choice = reading.cues("rights", "context", "choice")
        self.leads: dict[int, Framed] = {}
        self.sections = self._rights_sections()
        self.agreement = is_processing_agreement(reading)
        self.announced: dict[int, dict[str, str]] = {}  # section -> rights its heading names, with the cue

    def statements(self) -> Iterator[_Statement]:
        before: Unit | None = None
        for unit in self.reading.units:
            heading = unit.kind is BlockKind.HEADING
            found = self._heading(unit) if heading else self._text(unit) or self._refusal(unit, before)
            before = unit
            for key, cue in found.items():
                yield _Statement(
                    key, unit, f"{self.reading.language}/rights: {key} {cue}", self._qualified(unit)
                )

    def _qualified(self, unit: Unit) -> qualifiers.Qualifiers:
        return qualifiers.read(self.reading, unit)

    def _rights_sections(self) -> frozenset[int]:
        """Sections about rights: by their title, within such a one, or right after one and naming a right."""
        found: set[int] = set()
        for number, (section, title) in enumerate(
            zip(self.reading.document.sections, self.reading.headings, strict=True)
        ):
            about = self.titles.first(title) is not None
            follows = (
                number - 1 in found and self.reading.document.sections[number - 1].level <= section.level
            )
            if about or section.parent in found or (follows and self._hits(title)):
                found.add(number)
        return frozenset(found)

    def _about_subjects(self, unit: Unit) -> bool:
        return self.subjects.first(unit.folded) is not None

    def _hits(self, folded: str) -> list[Hit]:
        return without_lookalikes(self.words.scan(folded))

    def _heading(self, unit: Unit) -> Mapping[str, str]:
        """Nothing is stated by a heading; what it names counts through the text beneath it."""
        hits = self._hits(unit.folded)
        if hits:
            framed = read_frames(unit.folded, self.frames)
            about = unit.section in self.sections
            named = {
                key_of(hit): f"{hit.cue!r} in the heading"
                for hit in hits
                if about or self._governed(hit, unit, framed)
            }
            self.announced[unit.section] = named
        return {}

    def _text(self, unit: Unit) -> Mapping[str, str]:
        announced = self.announced.get(unit.section)
        hits = self._hits(unit.folded)
        if not (hits or announced) or self.reading.defines(unit):
            return {}
        if self.agreement and not self._about_subjects(unit):
            return {}
        framed = read_frames(unit.folded, self.frames)
        found = {}
        if announced and framed.frames:
            found.update(self.announced.pop(unit.section))
        label = self._label_end(unit)
        enumerated = len({key_of(hit) for hit in hits if level_of(hit) != "bare"} & _ENUMERATED) >= _MANY
        for hit in hits:
            cue = self._counts(hit, unit, framed, label)
            if not cue and enumerated and level_of(hit) != "bare" and not framed.is_denied(hit):
                cue = f"{hit.cue!r} in an enumeration of rights"
            if cue:
                found.setdefault(key_of(hit), cue)
        return found

    def _refusal(self, unit: Unit, before: Unit | None) -> Mapping[str, str]:
        """The right of a sentence that says how to opt out of what the one before told: targeted ads."""
        if before is None or before.block != unit.block or before.cell != unit.cell:
            return {}
        hit = self.choice.first(unit.folded)
        if hit is None or self.targeted.first(before.folded) is None or self.words.first(unit.folded):
            return {}
        return {"opt_out_sale": f"{hit.cue!r} after a sentence on targeted advertising"}

    def _counts(self, hit: Hit, unit: Unit, framed: Framed, label: int) -> str:
        """The cue and frame by which the hit states its right, "" where it states none."""
        if framed.is_denied(hit):
            return ""
        if level_of(hit) == "stated":
            return repr(hit.cue)
        frame = self._governed(hit, unit, framed)
        if frame:
            return f"{hit.cue!r} in frame {frame.cue!r}"
        if hit.start < label and level_of(hit) != "bare":
            return f"{hit.cue!r} as a label among rights"
        begins = unit.cell >= 0 or unit.start == self.reading.document.blocks[unit.block].start
        return self._inherited(hit, unit) if begins and hit.start < framed.first_clause else ""

    def _governed(self, hit: Hit, unit: Unit, framed: Framed) -> Frame | None:
        """The frame of the hit's own sentence that makes it a statement."""
        frame = framed.over(hit, ("right",))
        if frame and (level_of(hit) == "phrase" or not framed.in_aside(hit, frame)):
            return frame
        frame = framed.over(hit, WEAK)
        if (
            frame
            and self._bears_weak_frame(hit, unit)
            and (level_of(hit) == "phrase" or _is_near(hit, frame))
        ):
            return frame
        return None

    def _bears_weak_frame(self, hit: Hit, unit: Unit) -> bool:
        level = level_of(hit)
        return level == "phrase" or (level == "word" and self._names_data(hit, unit))

    def _inherited(self, hit: Hit, unit: Unit) -> str:
        """The same by a frame in the lead-in."""
        lead = unit.lead
        for _ in range(_MAX_LEADS):
            if lead is None:
                return ""
            frame = self._lead_frame(lead)
            if frame and (frame.kind == "right" or self._bears_weak_frame(hit, unit)):
                return f"{hit.cue!r} under the lead-in {frame.cue!r}"
            lead = lead.lead
        return ""

    def _lead_frame(self, lead: Unit) -> Frame | None:
        """The strongest frame of a lead-in that reaches its end."""
        framed = self.leads.get(lead.start)
        if framed is None:
            framed = self.leads[lead.start] = read_frames(lead.folded, self.frames)
        reaching = [frame for frame in framed.frames if frame.end == len(lead.folded) and frame.kind in ANY]
        return min(reaching, key=lambda frame: ANY.index(frame.kind), default=None)

    def _label_end(self, unit: Unit) -> int:
        """Where the unit's label ends, if it stands among rights; 0 where it has none."""
        among = unit.section in self.sections and (
            unit.kind is not BlockKind.PARAGRAPH or len(unit.folded) < 80
        )
        among = among or (unit.cell >= 0 and self.titles.first(unit.header) is not None)
        begins = unit.start == self.reading.document.blocks[unit.block].start
        match = _LABEL.match(unit.folded) if among else None
        label = match.end() if match and match[0].count(" ") < 9 else 0
        return max(label, _ITEM_LABEL if among and unit.kind is BlockKind.LIST_ITEM and begins else 0)

    def _names_data(self, hit: Hit, unit: Unit) -> bool:
        start = max(0, hit.start - _NEAR)
        return self.objects.first(unit.folded[start : hit.end + _NEAR]) is not None


def _is_near(hit: Hit, frame: Frame) -> bool:
    return abs(hit.start - frame.at) <= _NEAR_FRAME
