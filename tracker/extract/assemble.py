"""Puts pieces together: one text with exact offsets, sections, and what introduces what.

Blocks are parted by a blank line ("\\n\\n"); items of one list and rows of one table by a line end ("\\n").
Before a block's words stands its label and a blank; before a plain list item "• ". Everything here follows
from the pieces' kinds, levels and words alone, so that a document written as Markdown is put together again
the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tracker.extract import labels
from tracker.extract.pieces import Inline, Piece, in_one_line
from tracker.model import Block, BlockKind, Cell, Document, Link, Section

MAX_DEPTH = 8  # of lists; deeper items stand at this depth
BULLET = "• "
CELL_BREAK = " | "


def assemble(pieces: Iterable[Piece], language: str = "und", title: str = "") -> Document:
    """The document that the pieces make; pieces without words are left out."""
    placed = _levelled(_labelled(piece for piece in pieces if _has_words(piece)))
    text = _Text()
    for piece in placed:
        text.place(piece)
    sections, of_block = _sections(placed)
    leads = _leads(placed, of_block)
    headers = _headers(placed)
    blocks = tuple(
        Block(
            kind=piece.kind,
            start=start,
            end=end,
            level=piece.level,
            label=piece.label,
            section=of_block[i],
            lead=leads[i],
            cells=tuple(Cell(a, b, header) for (a, b), header in zip(text.cells[i], headers[i], strict=True)),
            header=piece.header,
            table=piece.table,
        )
        for i, (piece, (start, end)) in enumerate(zip(placed, text.spans, strict=True))
    )
    return Document("".join(text.parts), blocks, sections, tuple(text.links), language, title)


def _has_words(piece: Piece) -> bool:
    return any(cell.text for cell in piece.cells) if piece.cells else bool(piece.words)


# --- labels and levels --------------------------------------------------------------------------------


def _labelled(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for piece in pieces:
        if piece.kind is BlockKind.TABLE_ROW:
            yield piece
            continue
        if piece.kind is BlockKind.HEADING and "\n" in piece.words:
            piece = replace(piece, inline=in_one_line(piece.inline))
        if piece.label:
            yield _with_own_label(piece)
            continue
        length = labels.label_length(piece.words)
        yield (
            replace(piece, label=piece.words[:length], inline=piece.inline.slice(length)) if length else piece
        )


def _with_own_label(piece: Piece) -> Piece:
    """A label that nobody could tell from words ("A." before "5 days") becomes the first of the words."""
    if labels.is_ordinal(piece.label) and not labels.label_length(piece.words):
        return piece
    whole = f"{piece.label} {piece.words}"
    if labels.label_length(whole) == len(piece.label):
        return piece
    shift = len(piece.label) + 1
    links = tuple((a + shift, b + shift, href) for a, b, href in piece.inline.links)
    return replace(piece, label="", inline=replace(piece.inline, text=whole, links=links))


def _levelled(pieces: Iterable[Piece]) -> list[Piece]:
    """Levels without gaps (an item is at most one deeper than what is above it), tables numbered from 0."""
    out: list[Piece] = []
    depth, tables, last = 0, -1, -1
    for piece in pieces:
        level, table = piece.level, -1
        if piece.kind is BlockKind.HEADING:
            depth, level = 0, min(max(level, 1), 6)
        elif piece.kind is BlockKind.LIST_ITEM:
            depth = level = max(1, min(level, depth + 1, MAX_DEPTH))
        elif piece.kind is BlockKind.PARAGRAPH:
            depth = level = min(level, depth)
        else:
            depth = level = 0
            new = piece.table != last or not out or out[-1].kind is not BlockKind.TABLE_ROW
            tables += new
            table = tables
        last = piece.table
        header = piece.header and (not out or out[-1].table != table)
        out.append(replace(piece, level=level, table=table, header=header))
    return out


# --- the text -----------------------------------------------------------------------------------------


@dataclass
class _Text:
    parts: list[str] = field(default_factory=list)
    length: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)
    cells: list[list[tuple[int, int]]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    last: Piece | None = None

    def place(self, piece: Piece) -> None:
        if self.last is not None:
            self._add("\n" if _close(self.last, piece) else "\n\n")
        self.last = piece
        if piece.label:
            self._add(piece.label + " ")
        elif piece.kind is BlockKind.LIST_ITEM:
            self._add(BULLET)
        start = self.length
        if piece.kind is BlockKind.TABLE_ROW:
            self.cells.append(self._row(piece.cells))
        else:
            self.cells.append([])
            self._words(piece.inline)
        self.spans.append((start, self.length))

    def _row(self, cells: Sequence[Inline]) -> list[tuple[int, int]]:
        spans = []
        for number, cell in enumerate(cells):
            if number:
                self._add(CELL_BREAK)
            start = self.length
            self._words(cell)
            spans.append((start, self.length))
        return spans

    def _words(self, inline: Inline) -> None:
        self.links += [Link(self.length + a, self.length + b, href) for a, b, href in inline.links]
        self._add(inline.text)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def _close(above: Piece, below: Piece) -> bool:
    if above.kind is not below.kind:
        return False
    if below.kind is BlockKind.TABLE_ROW:
        return above.table == below.table
    return below.kind is BlockKind.LIST_ITEM


# --- sections -----------------------------------------------------------------------------------------


def _sections(pieces: Sequence[Piece]) -> tuple[tuple[Section, ...], list[int]]:
    sections: list[Section] = []
    of_block: list[int] = []
    open_: list[int] = []
    for number, piece in enumerate(pieces):
        if piece.kind is BlockKind.HEADING:
            while open_ and sections[open_[-1]].level >= piece.level:
                _close_section(sections, open_.pop(), number)
            parent = open_[-1] if open_ else -1
            open_.append(len(sections))
            sections.append(Section(piece.words, piece.label, piece.level, number, parent, len(pieces)))
        of_block.append(open_[-1] if open_ else -1)
    return tuple(sections), of_block


def _close_section(sections: list[Section], section: int, end: int) -> None:
    sections[section] = replace(sections[section], end=end)


# --- column headers -----------------------------------------------------------------------------------


def _headers(pieces: Sequence[Piece]) -> list[list[str]]:
    """For each block the words of each cell's column header; a row of one cell in a wider table has none."""
    out: list[list[str]] = []
    columns: list[str] = []
    table = -1
    for piece in pieces:
        if piece.table != table:
            columns, table = [], piece.table
        words = [cell.text.replace("\n", " ") for cell in piece.cells]
        if piece.header:
            columns = words
            out.append([""] * len(words))
        elif len(words) == 1 < len(columns):
            out.append([""])
        else:
            out.append([columns[i] if i < len(columns) else "" for i in range(len(words))])
    return out


# --- lead-ins -----------------------------------------------------------------------------------------

_CLAUSE_END = re.compile(r"[.):]+$")


@dataclass
class _Leads:
    """Walks the blocks and knows what has introduced the list at each depth."""

    leads: list[int] = field(default_factory=list)
    of_depth: dict[int, int] = field(default_factory=dict)  # depth -> lead of the list open there
    item_at: dict[int, int] = field(default_factory=dict)  # depth -> last item there in this section
    clauses: dict[str, int] = field(default_factory=dict)  # "3.1" -> block that ends in ":"
    table: int = -1
    table_lead: int = -1


def _leads(pieces: Sequence[Piece], of_block: Sequence[int]) -> list[int]:
    state = _Leads()
    for number, piece in enumerate(pieces):
        before = number - 1
        if piece.kind is BlockKind.LIST_ITEM:
            lead = _item_lead(state, pieces, number)
            state.of_depth[piece.level] = lead
            state.item_at[piece.level] = number
            for deeper in [depth for depth in state.of_depth if depth > piece.level]:
                del state.of_depth[deeper]
        elif piece.kind is BlockKind.TABLE_ROW:
            lead = _row_lead(state, pieces, number)
        else:
            lead = _clause_lead(state, piece)
            if piece.level == 0 or piece.kind is BlockKind.HEADING:
                state.of_depth.clear()
            if of_block[number] != (of_block[before] if number else -1):
                state.item_at.clear()
        state.leads.append(lead)
        if piece.label and piece.words.endswith(":"):
            state.clauses[_CLAUSE_END.sub("", piece.label)] = number
    return state.leads


def _item_lead(state: _Leads, pieces: Sequence[Piece], number: int) -> int:
    piece, above = pieces[number], pieces[number - 1] if number else None
    if piece.level in state.of_depth:
        return state.of_depth[piece.level]
    earlier = state.item_at.get(piece.level, -1)
    if earlier >= 0 and piece.label and labels.follows(piece.label, pieces[earlier].label):
        return state.leads[earlier]  # a list that paragraphs have interrupted goes on
    if above is None or above.kind is BlockKind.TABLE_ROW:
        return -1
    if piece.level > 1 and not (above.kind is BlockKind.PARAGRAPH and above.words.endswith(":")):
        return state.item_at.get(piece.level - 1, number - 1)
    return number - 1


def _row_lead(state: _Leads, pieces: Sequence[Piece], number: int) -> int:
    if pieces[number].table != state.table:
        state.of_depth.clear()
        above = pieces[number - 1].kind if number else BlockKind.TABLE_ROW
        state.table = pieces[number].table
        state.table_lead = -1 if above is BlockKind.TABLE_ROW else number - 1
    return state.table_lead


def _clause_lead(state: _Leads, piece: Piece) -> int:
    """A clause "6.1.2" completes "6.1 We undertake:"."""
    if piece.kind is not BlockKind.PARAGRAPH or not labels.is_dotted(piece.label):
        return -1
    parent = _CLAUSE_END.sub("", piece.label).rpartition(".")[0]
    return state.clauses.get(parent, -1)
