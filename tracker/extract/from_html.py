"""Reads the elements of a page in their order: headings, paragraphs, lists, tables, links.

What of the page is read at all is told by ``main_content``. Walks without recursion: pages nest as deep
as they like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from tracker.extract import html_tables
from tracker.extract.pieces import Inline, Piece, Run, retargeted, weave
from tracker.model import BlockKind

_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_STRONG = frozenset({"b", "strong", "dt", "summary", "legend", "caption"})
_EMPHASIS = frozenset({"i", "em"})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_BLOCKS = {
    *_HEADINGS,
    *_LISTS,
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd",
    "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "nav", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
}  # fmt: skip
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:normal|[1-4]00)", re.IGNORECASE)
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_STYLES = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}


@dataclass(slots=True)
class _List:
    style: str  # "" for bullets, else "1", "a", "A", "i", "I"
    number: int


@dataclass(slots=True)
class _Item:
    label: str
    depth: int
    begun: bool = False  # its first words are out: what follows continues it


@dataclass
class _Walk:
    base: str
    pieces: list[Piece] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    heading: int = 0
    strong: int = 0
    emphasis: int = 0
    preformatted: int = 0
    tables: int = 0

    # --- text ---

    def text(self, words: str) -> None:
        if not self.preformatted and "\n" in words:
            words = words.replace("\n", " ").replace("\r", " ")
        href = self.links[-1] if self.links else ""
        self.runs.append(Run(words, href, self.strong > 0, self.emphasis > 0))

    def flush(self) -> None:
        """Ends the block that the runs since the last flush make."""
        if not self.runs:
            return
        inline = retargeted(weave(self.runs), self.base)
        self.runs = []
        if inline.text:
            self.pieces.append(self._piece(inline))

    def _piece(self, inline: Inline) -> Piece:
        item = self.items[-1] if self.items else None
        if self.heading:
            label = item.label if item and not item.begun else ""
            if item:
                item.begun = True
            return Piece(BlockKind.HEADING, inline, self.heading, label)
        if item and not item.begun:
            item.begun = True
            return Piece(BlockKind.LIST_ITEM, inline, item.depth, item.label)
        return Piece(BlockKind.PARAGRAPH, inline, item.depth if item else 0)

    # --- elements ---

    def enter(self, node: LexborNode, tag: str) -> bool:
        """Begins an element; False where its children are not to be walked."""
        if tag in _BLOCKS:
            self.flush()
            return self._enter_block(node, tag)
        if tag == "br":
            self.runs.append(Run("\n", "", self.strong > 0, self.emphasis > 0))
        elif tag == "a":
            self.links.append(node.attributes.get("href") or "")
        self._dress(node, tag, 1)
        return True

    def _enter_block(self, node: LexborNode, tag: str) -> bool:
        if tag in _HEADINGS:
            self.heading = _HEADINGS[tag]
        elif tag in _LISTS:
            self.lists.append(_list(node, tag))
        elif tag == "li":
            self._enter_item(node)
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "table" and html_tables.is_data(node):
            self._table(node)
            return False
        self._dress(node, tag, 1)
        return True

    def _enter_item(self, node: LexborNode) -> None:
        if not self.lists:
            self.lists.append(
                _List("", 0)
            )  # an item outside all lists; the list stays open, as browsers show it
        here = self.lists[-1]
        value = node.attributes.get("value") or ""
        here.number = int(value) if value.isdigit() and len(value) < 5 else here.number + 1
        self.items.append(_Item(printed(here.number, here.style), len(self.lists)))

    def leave(self, node: LexborNode, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
            if tag in _HEADINGS:
                self.heading = 0
            elif tag in _LISTS:
                self.lists.pop()
            elif tag == "li" and self.items:
                self.items.pop()
            elif tag == "pre":
                self.preformatted -= 1
        elif tag == "a":
            self.links.pop()
        self._dress(node, tag, -1)

    def _dress(self, node: LexborNode, tag: str, change: int) -> None:
        if tag in _STRONG or _is_accordion_button(node, tag):
            self.strong += change
        elif tag in _EMPHASIS:
            self.emphasis += change
        elif tag in ("span", "p", "div", "font"):
            style = node.attributes.get("style") or ""
            if "weight" in style and _BOLD_STYLE.search(style):
                self.strong += change

    def _table(self, node: LexborNode) -> None:
        caption, rows = html_tables.rows(node)
        self.tables += 1
        for found in caption:
            self.pieces += walk(found, self.base)
        for row in rows:
            cells = tuple(_cell(cell, self.base) if cell is not None else Inline("") for cell in row.cells)
            self.pieces.append(
                Piece(BlockKind.TABLE_ROW, Inline(""), cells=cells, header=row.header, table=self.tables)
            )


def walk(root: LexborNode, base: str = "") -> list[Piece]:
    """The pieces of the element ``root`` and all within it."""
    state = _Walk(base)
    node: LexborNode | None = root
    end = root.mem_id
    while node is not None:
        tag = node.tag or ""
        child = None
        if tag == "-text":
            state.text(node.text_content or "")
        elif not tag.startswith(("-", "!")) and state.enter(node, tag):
            child = node.child
            if child is None:
                state.leave(node, tag)
        node = child or _next(state, node, end)
    state.flush()
    return state.pieces


def _next(state: _Walk, node: LexborNode, end: int) -> LexborNode | None:
    while node.mem_id != end:
        if node.next is not None:
            return node.next
        parent = node.parent
        if parent is None:
            return None
        node = parent
        state.leave(node, node.tag or "")
    return None


def _cell(node: LexborNode, base: str) -> Inline:
    """A cell's blocks as lines, numbers kept, bullets not."""
    return join_lines(
        piece.inline if not piece.label else _with_label(piece) for piece in walk(node, base) if piece.words
    )


def _with_label(piece: Piece) -> Inline:
    shift = len(piece.label) + 1
    links = tuple((a + shift, b + shift, href) for a, b, href in piece.inline.links)
    return Inline(f"{piece.label} {piece.words}", links)


def join_lines(lines: Iterable[Inline]) -> Inline:
    """One inline of several lines."""
    texts: list[str] = []
    links: list[tuple[int, int, str]] = []
    length = 0
    strong = True
    for line in lines:
        links += [(a + length, b + length, href) for a, b, href in line.links]
        texts.append(line.text)
        length += len(line.text) + 1
        strong &= line.strong
    return Inline("\n".join(texts), tuple(links), strong and bool(texts))


def _is_accordion_button(node: LexborNode, tag: str) -> bool:
    return tag == "button" and ("aria-expanded" in node.attributes or "aria-controls" in node.attributes)


# --- list numbers -------------------------------------------------------------------------------------


def _list(node: LexborNode, tag: str) -> _List:
    if tag != "ol":
        return _List("", 0)
    attributes = node.attributes
    css = attributes.get("style") or ""
    start = attributes.get("start") or ""
    number = int(start) - 1 if start.isdigit() and len(start) < 5 else 0
    if "list-style" in css and "none" in css:
        return _List("", number)
    style = next((short for name, short in _STYLES.items() if name in css), attributes.get("type") or "1")
    return _List(style if style in ("1", "a", "A", "i", "I") else "1", number)


def printed(number: int, style: str) -> str:
    """The label that a browser prints before the item: "3.", "c.", "iii."; "" for bullets."""
    if not style:
        return ""
    if style == "1" or number < 1 or number > 3000:
        return f"{number}."
    word = _roman(number) if style in "iI" else _letters(number)
    return (word.upper() if style.isupper() else word) + "."


def _roman(number: int) -> str:
    out = ""
    for value, numeral in _ROMAN:
        count, number = divmod(number, value)
        out += numeral * count
    return out


def _letters(number: int) -> str:
    out = ""
    while number:
        number, digit = divmod(number - 1, 26)
        out = chr(ord("a") + digit) + out
    return out
