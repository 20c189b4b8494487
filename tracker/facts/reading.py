"""What every reader of facts is given: the document cut into units, each with its place and lead-in.

A unit is a sentence, or a line where the source broke the line (a line of a table cell, say). A list item's
or table row's units know the lead-in that they complete ("You have the right to:").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from tracker import lexicons
from tracker.facts import names
from tracker.facts.cues import Cues, fold, prepare
from tracker.model import Block, BlockKind, Document, Evidence

if TYPE_CHECKING:
    from tracker.facts.author import Author

ORDINAL = (
    "1."  # among a language's abbreviations: a short number with a point ends no sentence ("14. Februar")
)
MAX_UNIT = 4_000  # characters; a longer sentence is cut, so that one endless line costs linear time
_BREAK = re.compile(
    r"(?<=[.!?…])[\"”»')\]]*\s+(?=[\"“«'(\[]?[^\W_a-zа-яё])|(?<=[。！？；])[”』」）]*\s*(?=\S)|\n+"
)
_CAPITALISED = re.compile(r"[^\W\d_](?:[^\W\dA-ZÀ-ÖØ-ÞА-ЯЁ_]|['’])*(?![\w/])")
_FORM_REACH = 30  # characters before a point in which a legal form stands


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or line: its span in the document's text, its folded words, and where it stands."""

    start: int
    end: int
    folded: str  # tracker.facts.cues.fold of its words, the same length
    block: int  # index into document.blocks
    kind: BlockKind
    section: int
    lead: Unit | None = None  # the sentence that introduces the list or table in which it stands
    cell: int = -1  # index into the row's cells; -1 outside tables
    header: str = ""  # folded words of the cell's column header


@dataclass(frozen=True)
class Reading:
    """A document as one language reads it."""

    document: Document
    language: str
    units: tuple[Unit, ...]

    def lexicon(self, name: str) -> dict[str, Any]:
        """The language's lexicon file of that name."""
        return lexicons.table(self.language, name)

    def cues(self, file: str, *path: str) -> Cues:
        """The compiled cues that stand in a lexicon file under ``path``: a list, or a table of lists."""
        return _cues(self.language, file, path)

    def evidence(self, start: int, end: int, section: int) -> Evidence:
        """The span as evidence, without blanks at its ends."""
        words = self.document.text[start:end]
        start += len(words) - len(words.lstrip())
        words = words.strip()
        return Evidence(start, start + len(words), words, self.document.path(section))

    def unit_evidence(self, unit: Unit) -> Evidence:
        """The whole unit as evidence."""
        return self.evidence(unit.start, unit.end, unit.section)

    def words(self, unit: Unit) -> str:
        """The unit's words as written."""
        return self.document.text[unit.start : unit.end]

    @cached_property
    def author(self) -> Author:
        """Whose policy it is, by which names."""
        from tracker.facts.author import identify  # it reads a Reading itself

        return identify(self)

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Folded titles of all sections, by index."""
        return tuple(fold(section.title) for section in self.document.sections)

    @cached_property
    def definitions(self) -> frozenset[int]:
        """Sections that say what words mean: they state nothing."""
        cues = self.cues("language", "definitions")
        return frozenset(number for number, title in enumerate(self.headings) if cues.first(title))

    def defines(self, unit: Unit) -> bool:
        """Whether the unit stands in such a section."""
        return bool(self.definitions) and not self.definitions.isdisjoint(self.section_path(unit))

    def section_path(self, unit: Unit) -> Iterator[int]:
        """Indexes of the unit's sections, innermost first."""
        section = unit.section
        while section >= 0:
            yield section
            section = self.document.sections[section].parent


@cache
def _cues(language: str, file: str, path: tuple[str, ...]) -> Cues:
    _prepare(language)
    found: Any = lexicons.table(language, file)
    for step in path:
        found = found.get(step, {})
    if isinstance(found, list):
        found = {path[-1] if path else file: found}
    return Cues({name: cues for name, cues in found.items() if isinstance(cues, list)})


@cache
def _prepare(language: str) -> None:
    """Build one automaton for the whole language rather than one more with each table."""
    for name in lexicons.names(language):
        prepare(
            cue
            for key, value in lexicons.table(language, name).items()
            if key != "example"
            for cue in _lists(value)
        )


def _lists(value: Any) -> Iterator[str]:
    """All strings that stand in lists anywhere in a table."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _lists(inner)
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))


@dataclass(frozen=True, slots=True)
class Stops:
    """What a language knows of points inside sentences, in lower case."""

    abbreviations: frozenset[str] = frozenset()  # with their points; ORDINAL stands for all ordinals
    beginnings: frozenset[str] = frozenset()  # words that begin a sentence where a name could not go on


NO_STOPS = Stops()


@cache
def stops_of(language: str) -> Stops:
    """What the language's lexicon says of points inside sentences."""
    table = lexicons.table(language, "language")
    ordinals = [ORDINAL] if table.get("ordinals") else []
    small = lexicons.table(language, "parties").get("small", ())
    return Stops(frozenset((*table.get("abbreviations", ()), *ordinals)), frozenset(small))


def read_units(document: Document, language: str) -> tuple[Unit, ...]:
    """The units of the whole document in order."""
    stops = stops_of(language)
    units: list[Unit] = []
    last_of: dict[int, Unit] = {}  # block -> its last unit, for lead-ins
    for number, block in enumerate(document.blocks):
        lead = last_of.get(block.lead)
        for start, end, cell in _spans(document.text, block, stops):
            unit = Unit(
                start,
                end,
                fold(document.text[start:end]),
                number,
                block.kind,
                block.section,
                lead,
                cell,
                fold(block.cells[cell].header) if cell >= 0 else "",
            )
            units.append(unit)
            last_of[number] = unit
    return tuple(units)


def _spans(text: str, block: Block, stops: Stops) -> Iterator[tuple[int, int, int]]:
    if not block.cells:
        for start, end in sentences(text, block.start, block.end, stops):
            yield start, end, -1
    for number, cell in enumerate(block.cells):
        for start, end in sentences(text, cell.start, cell.end, stops):
            yield start, end, number


def sentences(text: str, start: int, end: int, stops: Stops = NO_STOPS) -> Iterator[tuple[int, int]]:
    """Spans of the sentences and lines in ``text[start:end]``, none longer than MAX_UNIT."""
    at = start
    for match in _BREAK.finditer(text, start, end):
        if "\n" not in match[0] and _goes_on(text, at, match, stops):
            continue
        yield from _pieces(text, at, match.start())
        at = match.end()
    yield from _pieces(text, at, end)


def _goes_on(text: str, start: int, gap: re.Match[str], stops: Stops) -> bool:
    """Whether the point before the gap ends no sentence: of an abbreviation or an ordinal.

    The point of a legal form ends one where the next word can be no part of a name ("Ltd. Our", "Inc. Wir").
    """
    word = _last_word(text, start, gap.start())
    if word not in stops.abbreviations:
        return ORDINAL in stops.abbreviations and len(word) <= 3 and word[:-1].isdigit()
    following = _CAPITALISED.match(text, gap.end())
    begins = following is not None and following[0].lower() in stops.beginnings
    return not (begins and names.ends_with_form(text[max(start, gap.start() - _FORM_REACH) : gap.start()]))


def _last_word(text: str, start: int, end: int) -> str:
    return text[max(start, end - 20) : end].rsplit(None, 1)[-1].lower().lstrip('(«“"') if end > start else ""


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_UNIT:
        cut = text.rfind(" ", start + MAX_UNIT // 2, start + MAX_UNIT)
        cut = cut if cut > start else start + MAX_UNIT
        yield start, cut
        start = cut
    if text[start:end].strip():
        yield start, end
