"""Writes a document as Markdown in one canonical way: what the archive keeps and people read.

Everything that Markdown could take for a mark is escaped, so that words cannot become structure, and reading
it back gives the same text, blocks, sections and links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.extract import labels
from tracker.extract.assemble import MAX_DEPTH
from tracker.model import Block, BlockKind, Document, Link

_SPECIAL = re.compile(r"[\\`*_\[\]<|]|&(?=#|\w+;)")
_LINE_START = re.compile(r"(?:[#>+~=\-]|\d{1,9}(?=[.)](?:\s|$)))")
_HASHES = re.compile(r"#+$")  # at the end of a heading they would be taken for its closing mark


def to_markdown(document: Document) -> str:
    """The document as Markdown that ends in a line end ("" for a document without blocks)."""
    links = _links_by_block(document)
    parts: list[str] = []
    above: Block | None = None
    for block, inside in zip(document.blocks, links, strict=True):
        if above is not None:
            parts.append("\n" if _close(above, block) else "\n\n")
        parts.append(_block(document, block, inside, above))
        above = block
    return "".join(parts) + "\n" if parts else ""


def _links_by_block(document: Document) -> Iterator[list[Link]]:
    at = 0
    for block in document.blocks:
        inside = []
        while at < len(document.links) and document.links[at].start < block.end:
            inside.append(document.links[at])
            at += 1
        yield inside


def _close(above: Block, below: Block) -> bool:
    if above.kind is not below.kind:
        return False
    if below.kind is BlockKind.TABLE_ROW:
        return above.table == below.table
    return below.kind is BlockKind.LIST_ITEM


def _block(document: Document, block: Block, links: list[Link], above: Block | None) -> str:
    if block.kind is BlockKind.TABLE_ROW:
        return _row(document, block, links, first=above is None or above.table != block.table)
    words = _inline(document.text, block.start, block.end, links)
    if block.kind is BlockKind.HEADING:
        return "#" * block.level + " " + _HASHES.sub(r"\\\g<0>", _labelled(block, words))
    if block.kind is BlockKind.LIST_ITEM:
        indent = "    " * (min(block.level, MAX_DEPTH) - 1)
        return indent + _item(document, block, _lines(words, indent + "    "))
    indent = "    " * block.level
    return indent + _guarded(_labelled(block, _lines(words, indent)))


def _labelled(block: Block, words: str) -> str:
    return f"{_escaped(block.label)} {words}" if block.label else words


def _item(document: Document, block: Block, words: str) -> str:
    """ "1. words" where the label is a Markdown number, else "- a) words"."""
    if labels.is_ordinal(block.label) and not labels.label_length(document.words(block)):
        return f"{block.label} {_guarded(words)}"
    return "- " + _guarded(_labelled(block, words))


def _lines(words: str, indent: str) -> str:
    if "\n" not in words:
        return words
    return ("\\\n" + indent).join(_guarded(line) for line in words.split("\n"))


def _guarded(line: str) -> str:
    """The line with what would begin a block escaped."""
    match = _LINE_START.match(line)
    if not match:
        return line
    end = match.end()
    return line[:end] + "\\" + line[end:] if match[0][0].isdigit() else "\\" + line


def _row(document: Document, block: Block, links: list[Link], first: bool) -> str:
    row = "|" + "|".join(_cell(document.text, cell.start, cell.end, links) for cell in block.cells) + "|"
    rule = "\n|" + " --- |" * len(block.cells)
    if block.header and first:
        return row + rule
    if first:
        return "|" + "  |" * len(block.cells) + rule + "\n" + row
    return row


def _cell(text: str, start: int, end: int, links: list[Link]) -> str:
    inside = [link for link in links if start <= link.start and link.end <= end]
    return f" {_inline(text, start, end, inside)} ".replace("\n", "<br> ")


def _inline(text: str, start: int, end: int, links: list[Link]) -> str:
    parts = []
    for link in links:
        target = _target(link.href)
        before = _escaped(text[start : link.start])
        if before.endswith("!"):
            before = before[:-1] + "\\!"  # else the link would be an image
        parts.append(f"{before}[{_escaped(text[link.start : link.end])}]({target})")
        start = link.end
    return "".join(parts) + _escaped(text[start:end])


def _target(href: str) -> str:
    href = re.sub(r"&(?=#|\w+;)", "&amp;", href)
    return f"<{href}>" if "(" in href or ")" in href else href


def _escaped(words: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", words)
