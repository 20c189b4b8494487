"""The text of a comparison, clause by clause: what a report shows beneath the changes of substance."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from tracker.diff.text import edits
from tracker.model import Block, BlockKind, Comparison, Document, Pair, TextChange
from tracker.report import marking
from tracker.report.marking import Segment, safe

_DEEPEST = 4  # headings below this depth are shown as of this depth


@dataclass(frozen=True, slots=True)
class Reference:
    """A change of substance that a passage tells of."""

    id: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row."""

    header: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One clause in both versions. A passage that moved away leaves a trace (``state`` "trace")."""

    id: str
    state: str  # "same", "trace" or a class of text changes
    change: str  # "added", "removed", "altered" or ""
    block: str  # kind of block
    depth: int  # of a heading or list item, from 1; else 0
    label: tuple[Segment, ...]  # the printed number or letter
    segments: tuple[Segment, ...]
    cells: tuple[Cell, ...]  # of a table's row, instead of segments
    reason: str
    partner: str  # id of the trace of a moved passage, and the reverse
    continued: bool  # moved together with the passage before it
    old_language: str
    new_language: str
    changes: tuple[Reference, ...] = ()

    @property
    def old(self) -> tuple[Segment, ...]:
        """What the older version says."""
        return self._side("removed")

    @property
    def new(self) -> tuple[Segment, ...]:
        """What the newer version says."""
        return self._side("added")

    def _side(self, mark: marking.Mark) -> tuple[Segment, ...]:
        label, words = marking.side(self.label, mark), marking.side(self.segments, mark)
        return (*label, Segment("same", " "), *words) if label and words else words


@dataclass(frozen=True, slots=True)
class Place:
    """Where which passage begins in one version's text."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    ids: tuple[str, ...]

    def at(self, offset: int) -> str:
        """The id of the passage that holds the offset; "" for none."""
        found = bisect_right(self.starts, offset) - 1
        return self.ids[found] if found >= 0 and offset < self.ends[found] else ""


@dataclass(frozen=True, slots=True)
class Rows:
    """All passages in reading order, and where they stand in either text."""

    passages: tuple[Passage, ...]
    old: Place
    new: Place


# --- passages of a comparison -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clause:
    """A passage in the making: its blocks, and its text change where it has one."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    change: TextChange | None
    moved: bool = False


def rows(result: Comparison) -> Rows:
    """The text of both versions as passages, in the newer version's order."""
    numbered = [(f"t{n}", *each) for n, each in enumerate(_with_traces(list(_clauses(result))), 1)]
    homes = {clause.old: name for name, clause, trace in numbered if not trace}
    traces = {id(clause.change): name for name, clause, trace in numbered if trace}
    made: list[Passage] = []
    old, new = [], []
    for name, clause, trace in numbered:
        if trace:
            made.append(_trace(name, homes[clause.old], clause, result))
            continue
        partner = traces.get(id(clause.change), "") if clause.moved else ""
        continued = bool(partner and made and made[-1].partner == partner)
        made.append(_passage(name, partner, clause, result, continued))
        old += [(*_span(result.old.document, clause.old), name)] if clause.old else []
        new += [(*_span(result.new.document, clause.new), name)] if clause.new else []
    return Rows(tuple(made), _place(old), _place(new))


def _span(document: Document, blocks: tuple[int, ...]) -> tuple[int, int]:
    return document.blocks[blocks[0]].start, document.blocks[blocks[-1]].end


def _place(spans: list[tuple[int, int, str]]) -> Place:
    starts, ends, names = zip(*sorted(spans), strict=True) if spans else ((), (), ())
    return Place(starts, ends, names)


def _clauses(result: Comparison) -> Iterator[_Clause]:
    """The pairs, those of one text change together unless each of them says what it said."""
    found = _Changes(result)
    for change, group in groupby(result.pairs, key=found.of):
        pairs = list(group)
        if change is None or all(_says_the_same(pair, result) for pair in pairs):
            yield from (_clause([pair], change) for pair in pairs)
        else:
            yield _clause(pairs, change)


def _says_the_same(pair: Pair, result: Comparison) -> bool:
    if pair.old is None or pair.new is None:
        return False
    old, new = result.old.document, result.new.document
    return old.words(old.blocks[pair.old]) == new.words(new.blocks[pair.new])


def _clause(pairs: Sequence[Pair], change: TextChange | None) -> _Clause:
    old = tuple(sorted({pair.old for pair in pairs if pair.old is not None}))
    new = tuple(sorted({pair.new for pair in pairs if pair.new is not None}))
    return _Clause(old, new, change, any(pair.moved for pair in pairs) and bool(old and new))


class _Changes:
    """Finds the text change that a pair of blocks belongs to."""

    def __init__(self, result: Comparison) -> None:
        self._result = result
        changes = list(enumerate(result.text_changes))
        self._old = sorted((each.old.start, each.old.end, n) for n, each in changes if each.old.quote)
        self._new = sorted((each.new.start, each.new.end, n) for n, each in changes if each.new.quote)

    def of(self, pair: Pair) -> TextChange | None:
        """The text change; None where the blocks say the same."""
        number = -1
        if pair.new is not None:
            number = _covering(self._new, self._result.new.document.blocks[pair.new])
        if number < 0 and pair.old is not None:
            number = _covering(self._old, self._result.old.document.blocks[pair.old])
        return self._result.text_changes[number] if number >= 0 else None


def _covering(spans: list[tuple[int, int, int]], block: Block) -> int:
    found = bisect_right(spans, (block.start, 1 << 60, 0)) - 1
    return spans[found][2] if found >= 0 and block.start < spans[found][1] else -1


def _with_traces(clauses: list[_Clause]) -> Iterator[tuple[_Clause, bool]]:
    """The clauses, and for each stretch that moved a trace where it stood in the older version."""
    moved: dict[int, _Clause] = {}
    for clause in sorted((clause for clause in clauses if clause.moved), key=lambda clause: clause.old):
        moved.setdefault(id(clause.change), clause)
    after: dict[int, list[_Clause]] = {}
    stay = [
        (clause.old[0], number) for number, clause in enumerate(clauses) if clause.old and not clause.moved
    ]
    stay.sort()
    for clause in moved.values():
        found = bisect_right(stay, (clause.old[0], len(clauses))) - 1
        after.setdefault(stay[found][1] if found >= 0 else -1, []).append(clause)
    yield from ((clause, True) for clause in after.get(-1, ()))
    for number, clause in enumerate(clauses):
        yield clause, False
        yield from ((gone, True) for gone in after.get(number, ()))


# --- one passage --------------------------------------------------------------------------------------


def _passage(name: str, partner: str, clause: _Clause, result: Comparison, continued: bool) -> Passage:
    old, new = result.old.document, result.new.document
    document, blocks = (new, clause.new) if clause.new else (old, clause.old)
    block = document.blocks[blocks[0]]
    change = clause.change
    return Passage(
        id=name,
        state=str(change.kind) if change else "same",
        change=_kind_of_change(clause, old, new),
        block=block.kind,
        depth=_depth(document, block),
        label=_label(clause, old, new),
        segments=_segments(clause, old, new),
        cells=_cells(clause, old, new),
        reason=safe(change.reason) if change else "",
        partner=partner,
        continued=continued,
        old_language=old.language,
        new_language=new.language,
    )


def _trace(name: str, home: str, clause: _Clause, result: Comparison) -> Passage:
    """What remains where a moved clause stood: its first words, and where it went."""
    old = result.old.document
    block = old.blocks[clause.old[0]]
    return Passage(
        id=name,
        state="trace",
        change="",
        block=block.kind,
        depth=_depth(old, block),
        label=marking.plain(block.label),
        segments=marking.plain(_beginning(old.words(block))),
        cells=(),
        reason="",
        partner=home,
        continued=False,
        old_language=old.language,
        new_language=old.language,
    )


def _beginning(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 80 else line[:79].rsplit(" ", 1)[0] + "…"


def _kind_of_change(clause: _Clause, old: Document, new: Document) -> str:
    if clause.change is None:
        return ""
    if clause.old and clause.new:
        return "altered" if _said(old, clause.old) != _said(new, clause.new) else ""
    return "added" if clause.new else "removed"


def _label(clause: _Clause, old: Document, new: Document) -> tuple[Segment, ...]:
    """The label with its change; where a clause was split or merged, that of what it is now."""
    before = old.blocks[clause.old[0]].label if clause.old else ""
    after = new.blocks[clause.new[0]].label if clause.new else ""
    if before == after or not clause.old or not clause.new:
        return marking.plain(after or before)
    return (*marking.plain(before, "removed"), *marking.plain(after, "added"))


def _depth(document: Document, block: Block) -> int:
    if block.kind is BlockKind.HEADING:
        return min(max(len(document.path(block.section)), 1), _DEEPEST)
    return block.level


def _segments(clause: _Clause, old: Document, new: Document) -> tuple[Segment, ...]:
    was, now = _said(old, clause.old), _said(new, clause.new)
    if clause.change is None or was == now:
        return marking.plain(now or was)
    return marking.segments(edits(was, now))


def _said(document: Document, blocks: tuple[int, ...]) -> str:
    """The words of the blocks, with the labels of all but the first."""
    return document.text[slice(*_span(document, blocks))] if blocks else ""


def _cells(clause: _Clause, old: Document, new: Document) -> tuple[Cell, ...]:
    """The cells of a table's row, where both versions have as many; none where it was split or merged."""
    if len(clause.old) > 1 or len(clause.new) > 1:
        return ()
    before = old.blocks[clause.old[0]] if clause.old else None
    after = new.blocks[clause.new[0]] if clause.new else None
    ours = _words(old, before)
    theirs = _words(new, after)
    shown = after or before
    if shown is None or not shown.cells or (before and after and len(ours) != len(theirs)):
        return ()
    document = new if after else old
    blank = [""] * len(shown.cells)
    return tuple(
        Cell(
            safe(cell.header) if document.text[cell.start : cell.end] != cell.header else "",
            marking.segments(edits(was, now)) if clause.change else marking.plain(now or was),
        )
        for cell, was, now in zip(shown.cells, ours or blank, theirs or blank, strict=True)
    )


def _words(document: Document, block: Block | None) -> list[str]:
    return [document.text[cell.start : cell.end] for cell in block.cells] if block else []
