"""Reads Markdown: the part of CommonMark and its tables that policies use, mostly written by converters.

``pieces`` reads only what the marks say; ``read_markdown`` also sees what hands and converters left unmarked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tracker.extract import labels
from tracker.extract.infer import infer
from tracker.extract.inline_markdown import parse
from tracker.extract.normalise import characters
from tracker.extract.pieces import NOTHING, Piece
from tracker.model import BlockKind

_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)(.*?)(?:[ \t]#+)?[ \t]*$")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*$")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"(?P<mark>[-*+]|(?P<number>\d{1,9})(?P<stop>[.)]))(?:[ \t]+|$)")
_FENCE = re.compile(r"(?:`{3,}|~{3,})[^`]*$")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELLS = re.compile(r"(?:\\.|[^|\\]|\\$)*")
_DEEPER = 2  # columns that make an item the child of the one above


@dataclass
class _Reader:
    """Takes lines one by one; an open paragraph, list or table ends when a line of another kind comes."""

    base: str = ""
    done: list[Piece] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # lines of the open paragraph, item or heading
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    label: str = ""
    indents: list[int] = field(default_factory=list)  # of the open items, outermost first
    blank: bool = True
    hard: bool = False  # the line before ended in a hard break
    fence: str = ""
    tables: int = 0

    def end(self) -> None:
        """The open paragraph, item or heading is complete."""
        if self.words:
            self.done.append(Piece(self.kind, parse("".join(self.words), self.base), self.level, self.label))
        self.words, self.hard = [], False

    def open(self, kind: BlockKind, level: int, words: str, label: str = "") -> None:
        self.end()
        self.kind, self.level, self.label = kind, level, label
        self._append(words)

    def extend(self, words: str) -> None:
        hand_made = labels.bullet_length(words) or labels.label_length(words)
        self.words.append("\n" if self.hard or hand_made else " ")
        self._append(words)

    def _append(self, words: str) -> None:
        backslash = words.endswith("\\") and (len(words) - len(words.rstrip("\\"))) % 2 == 1
        self.hard = backslash or words.endswith("  ")
        self.words.append(words[:-1] if backslash else words.strip(" \t"))


def pieces(text: str, base: str = "") -> list[Piece]:
    """The pieces of a Markdown text as its marks tell."""
    reader = _Reader(base)
    lines = characters_with_indents(text)
    skip = 0
    for number, line in enumerate(lines):
        if skip:
            skip -= 1
        elif rows := _table(lines, number, reader):
            skip = rows - 1
        else:
            _line(reader, line)
    reader.end()
    return reader.done


def read_markdown(text: str, base: str = "") -> list[Piece]:
    """The pieces of a Markdown text with the structure that it shows unmarked."""
    return infer(_with_headers(pieces(text, base)))


def characters_with_indents(text: str) -> list[str]:
    """Lines in normalised characters, tabs as four columns."""
    return characters(text.replace("\t", "    ")).split("\n")


# --- lines --------------------------------------------------------------------------------------------


def _line(reader: _Reader, line: str) -> None:
    words = line.lstrip(" ")
    if reader.fence:
        _fenced(reader, words)
    elif not words:
        reader.end()
        reader.blank = True
    elif reader.hard and reader.words:
        reader.extend(words)
    else:
        _words_line(reader, words, len(line) - len(words))
        reader.blank = False


def _words_line(reader: _Reader, words: str, indent: int) -> None:
    if words.startswith(">"):
        words = words.lstrip("> ")  # quoted words are words
    if _SETEXT.match(words) and reader.words and reader.kind is BlockKind.PARAGRAPH and not reader.level:
        reader.kind, reader.level = BlockKind.HEADING, 1 if words[0] == "=" else 2
        reader.end()
    elif _RULE.match(words):
        reader.end()
        reader.indents.clear()
    elif atx := _ATX.match(words):
        reader.indents.clear()
        reader.open(BlockKind.HEADING, len(atx[1]), atx[2])
        reader.end()
    elif _FENCE.match(words):
        reader.end()
        reader.fence = words[:3]
    elif (item := _ITEM.match(words)) and _may_begin_item(reader, item):
        _item(reader, words, indent)
    elif reader.words:
        reader.extend(words)
    elif words:
        _paragraph(reader, words, indent)


def _may_begin_item(reader: _Reader, item: re.Match[str]) -> bool:
    """Only the first item of a list ends a paragraph: by chance of wrapping a line may begin with "12."."""
    within = reader.words and reader.kind is BlockKind.PARAGRAPH
    return not within or (item["number"] in (None, "1") and bool(item.string[item.end() :].strip()))


def _item(reader: _Reader, words: str, indent: int) -> None:
    """An item; "*   *   words" is an item within an item without words."""
    reader.end()
    at, label = 0, ""
    while not label and (match := _ITEM.match(words, at)):
        while reader.indents and indent + at < reader.indents[-1] + _DEEPER:
            reader.indents.pop()
        reader.indents.append(indent + at)
        at = match.end()
        label = match["mark"] if match["number"] else ""
    reader.open(BlockKind.LIST_ITEM, len(reader.indents), words[at:], label)


def _paragraph(reader: _Reader, words: str, indent: int) -> None:
    """A new paragraph: part of the open item that it is indented under, else outside all lists."""
    while reader.indents and indent < reader.indents[-1] + _DEEPER:
        reader.indents.pop()
    reader.open(BlockKind.PARAGRAPH, len(reader.indents), words)


def _fenced(reader: _Reader, words: str) -> None:
    if words.startswith(reader.fence):
        reader.fence = ""
        reader.end()
    elif words:
        reader.open(BlockKind.PARAGRAPH, 0, "")
        reader.words = ["".join("\\" + c if c in "\\`*_[]<&" else c for c in words)]
        reader.end()


# --- tables -------------------------------------------------------------------------------------------


def _table(lines: list[str], number: int, reader: _Reader) -> int:
    """Reads the table that begins at this line; returns how many lines it has, 0 where none begins."""
    if reader.fence or "|" not in lines[number] or number + 1 == len(lines):
        return 0
    if "|" not in lines[number + 1] or not _DELIMITERS.match(lines[number + 1].strip()):
        return 0
    reader.end()
    reader.indents.clear()
    reader.tables += 1
    head = _row(lines[number], reader, header=True)
    if any(cell.text for cell in head.cells):
        reader.done.append(head)
    end = number + 2
    while end < len(lines) and "|" in lines[end]:
        reader.done.append(_row(lines[end], reader))
        end += 1
    return end - number


def _row(line: str, reader: _Reader, header: bool = False) -> Piece:
    cells = tuple(parse(cell, reader.base) for cell in _cells(line.strip()))
    return Piece(BlockKind.TABLE_ROW, NOTHING, cells=cells, header=header, table=reader.tables)


def _cells(line: str) -> Iterator[str]:
    at = 1 if line.startswith("|") else 0
    while at < len(line):
        match = _CELLS.match(line, at)
        end = match.end() if match else len(line)
        yield line[at:end].strip()
        at = end + 1


def _with_headers(found: list[Piece]) -> list[Piece]:
    """In a table without a header row, a first row all in bold is one."""
    out: list[Piece] = []
    for piece in found:
        first = piece.table >= 0 and (not out or out[-1].table != piece.table)
        if first and not piece.header and len(piece.cells) > 1 and _all_strong(piece):
            piece = replace(piece, header=True)
        out.append(piece)
    return out


def _all_strong(piece: Piece) -> bool:
    worded = [cell for cell in piece.cells if cell.text]
    return bool(worded) and all(cell.strong for cell in worded)
