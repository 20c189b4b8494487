"""Tables of a page: which hold data, and their rows with cells in their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

_WIDEST = 60  # columns; a larger colspan is a mistake or an attack
_LONGEST_HEADER = 70  # characters of a cell in a header row that nothing marks as one


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a node for each column, None where a cell from above or from the left reaches in."""

    cells: tuple[LexborNode | None, ...]
    header: bool


def is_data(table: LexborNode) -> bool:
    """Whether the table holds data: one that only lays out the page is read as the blocks in it."""
    if (table.attributes.get("role") or "") in ("presentation", "none"):
        return False
    if any(node.mem_id != table.mem_id for node in table.css("table")) or table.css_first("h1, h2"):
        return False
    wide = sum(len(cells) > 1 for _, cells in _rows_of(table))
    return wide >= 2 or (wide == 1 and table.css_first("th") is not None)


def rows(table: LexborNode) -> tuple[list[LexborNode], list[Row]]:
    """The captions of a data table, and its rows."""
    captions = [node for node in _children(table) if node.tag == "caption"]
    grid = list(_grid(list(_rows_of(table))))
    if grid and not grid[0][1] and _could_be_header([cells for cells, _ in grid]):
        grid[0] = (grid[0][0], True)
    return captions, [Row(cells, header) for cells, header in grid]


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _rows_of(table: LexborNode) -> Iterator[tuple[bool, list[LexborNode]]]:
    """(stands in a thead, its cells) of each row, in order."""
    for part in _children(table):
        lines: Iterable[LexborNode] = [part] if part.tag == "tr" else []
        if part.tag in ("thead", "tbody", "tfoot"):
            lines = (line for line in _children(part) if line.tag == "tr")
        for line in lines:
            yield part.tag == "thead", [cell for cell in _children(line) if cell.tag in ("td", "th")]


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or ""
    return min(max(int(value), 1), _WIDEST) if value.isdigit() and len(value) < 6 else 1


def _grid(lines: list[tuple[bool, list[LexborNode]]]) -> Iterator[tuple[tuple[LexborNode | None, ...], bool]]:
    reaching: dict[int, int] = {}  # column -> rows that a cell from above still covers
    for in_head, cells in lines:
        row: list[LexborNode | None] = []
        for cell in cells:
            while len(row) < _WIDEST and reaching.get(len(row), 0) > 0:
                reaching[len(row)] -= 1
                row.append(None)
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for column in range(len(row), min(len(row) + width, _WIDEST)):
                reaching[column] = height - 1
            alone = len(cells) == 1 and not row
            row += [cell, *[None] * (0 if alone else min(width, _WIDEST) - 1)]
        header = bool(cells) and (in_head or all(cell.tag == "th" for cell in cells)) and len(row) > 1
        yield tuple(row), header


def _could_be_header(grid: list[tuple[LexborNode | None, ...]]) -> bool:
    """A first row of short cells, without a stop at their ends, all bold or above longer ones."""
    words = [_words(cell) for cell in grid[0]]
    if len(words) < 2 or len(grid) < 2 or not all(words):
        return False
    if any(len(each) > _LONGEST_HEADER or each[-1] in ".;," for each in words):
        return False
    if all(cell is not None and _is_bold(cell) for cell in grid[0]):
        return True
    below = [_words(cell) for row in grid[1:4] for cell in row]
    return max(map(len, below), default=0) > 2 * max(map(len, words))


def _words(cell: LexborNode | None) -> str:
    return " ".join(cell.text().split()) if cell is not None else ""


def _is_bold(cell: LexborNode) -> bool:
    if cell.tag == "th":
        return True
    bold = sum(len(node.text().split()) for node in cell.css("b, strong"))
    return bold >= len(cell.text().split()) > 0
