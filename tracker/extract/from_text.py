"""Reads plain text: paragraphs, hand-made bullets and numbers, headings without marks.

A paragraph is a run of lines broken where the next word did not fit, or else a line. Marks of Markdown
headings ("## Rights", "Rights" over "-----") are understood too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.extract import labels
from tracker.extract.infer import infer
from tracker.extract.normalise import characters, clean
from tracker.extract.pieces import Inline, Piece
from tracker.model import BlockKind

_ATX = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_UNDERLINE = re.compile(r"(?:=+|-+)$")
_RULE = re.compile(r"(?:[*_=~\-–—]\s*){3,}$")
_MARK = re.compile(rf"[{re.escape(labels.BULLETS)}]$|\(?(?:\d{{1,3}}(?:\.\d{{1,3}})*|[a-z])[.)]$")
_WIDEST_WRAP = 130  # columns; no hand wraps wider
_INDENT = 2  # columns that make an item deeper


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source with its indentation; ``after_blank`` where an empty line stands before it."""

    indent: int
    words: str
    after_blank: bool

    @property
    def width(self) -> int:
        return self.indent + len(self.words)


def from_text(text: str) -> list[Piece]:
    """The pieces of a plain text."""
    lines = list(_read_lines(characters(text)))
    return infer(_headed(list(_paragraphs(lines, wrap_width(lines)))))


def _read_lines(text: str) -> Iterator[Line]:
    blank = False
    for raw in text.split("\n"):
        words = raw.strip()
        if words and not _RULE.fullmatch(words):
            yield Line(len(raw) - len(raw.lstrip()), clean(words), blank)
            blank = False
        elif words and _UNDERLINE.fullmatch(words):
            yield Line(0, words, blank)  # may underline a heading
        else:
            blank = True


# --- wrapping -----------------------------------------------------------------------------------------


def wrap_width(lines: Sequence[Line]) -> int:
    """The column at which the text is wrapped by hand; 0 where it is not."""
    widths = sorted(line.width for line in lines)
    if len(widths) < 4:
        return 0
    width = widths[int(len(widths) * 0.97)]
    near = sum(width - 16 <= each <= width for each in widths)
    return width if 40 <= width <= _WIDEST_WRAP and near >= len(widths) * 0.25 else 0


def _continues(above: Line, below: Line, width: int) -> bool:
    """Whether ``below`` goes on with the sentence of ``above``: its first word did not fit there any more."""
    if not width or below.after_blank or _is_marked(below.words) or _UNDERLINE.fullmatch(below.words):
        return False
    first = below.words.split(" ", 1)[0]
    return above.width + 1 + len(first) > width - 2


def _is_marked(words: str) -> bool:
    return bool(labels.bullet_length(words) or labels.label_length(words) or _ATX.match(words))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines joined; ``level`` is a marked heading's."""

    indent: int
    words: str
    after_blank: bool
    level: int = 0


def _paragraphs(lines: Sequence[Line], width: int) -> Iterator[Paragraph]:
    at = 0
    while at < len(lines):
        first = lines[at]
        words = [first.words]
        at += 1
        while at < len(lines) and (_MARK.fullmatch(words[-1]) or _continues(lines[at - 1], lines[at], width)):
            words.append(lines[at].words)
            at += 1
        underline = lines[at].words if at < len(lines) and len(words) < 4 else ""
        atx = _ATX.match(first.words)
        if atx:
            yield Paragraph(0, " ".join([atx[2], *words[1:]]), True, len(atx[1]))
        elif underline and _UNDERLINE.fullmatch(underline) and not lines[at].after_blank:
            yield Paragraph(0, " ".join(words), True, 1 if underline[0] == "=" else 2)
            at += 1
        elif not _UNDERLINE.fullmatch(first.words):
            yield Paragraph(first.indent, " ".join(words), first.after_blank)


# --- headings -----------------------------------------------------------------------------------------

_SHORT = 90  # characters
_FEW = 16  # words
_AROUND = 4  # paragraphs looked at on each side: among many short lines (a flattened table) none is a heading
_ENDS = re.compile(r"[.;,…]['\"”»)]*$|[:(]$")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")  # "Last updated: June 2, 2024"
_WH = re.compile(r"[?？]$")


def _headed(paragraphs: Sequence[Paragraph]) -> list[Piece]:
    """Paragraphs as pieces; the short ones that look like titles and introduce something become headings."""
    blank_lines = sum(p.after_blank for p in paragraphs) > len(paragraphs) / 3
    often = Counter(p.words for p in paragraphs)  # words that stand several times are cells of a table
    short = [_could_be_title(p.words) for p in paragraphs]
    alone = [is_short and often[p.words] == 1 for is_short, p in zip(short, paragraphs, strict=True)]
    out: list[Piece] = []
    indents: list[int] = []  # of the open list's items, outermost first
    for number, paragraph in enumerate(paragraphs):
        level = paragraph.level or (
            _title_level(paragraphs, short, number, blank_lines) if alone[number] else 0
        )
        words = Inline(paragraph.words)
        if level:
            indents.clear()
            out.append(Piece(BlockKind.HEADING, words, level))
        elif labels.bullet_length(paragraph.words) or _is_indented_number(paragraph):
            out.append(_item(paragraph, indents))
        else:
            indents.clear()
            out.append(Piece(BlockKind.PARAGRAPH, words))
    return out


def _is_indented_number(paragraph: Paragraph) -> bool:
    length = labels.label_length(paragraph.words)
    return paragraph.indent >= _INDENT and length > 0 and not labels.is_dotted(paragraph.words[:length])


def _item(paragraph: Paragraph, indents: list[int]) -> Piece:
    while indents and indents[-1] >= paragraph.indent + _INDENT:
        indents.pop()
    if not indents or paragraph.indent >= indents[-1] + _INDENT:
        indents.append(paragraph.indent)
    words = Inline(paragraph.words)
    return Piece(BlockKind.LIST_ITEM, words.slice(labels.bullet_length(words.text)), len(indents))


def _could_be_title(words: str) -> bool:
    if len(words) > _SHORT or words.count(" ") >= _FEW or _ENDS.search(words):
        return False
    length = labels.label_length(words)
    if labels.bullet_length(words) or (length and not words[:1].isalnum()) or _YEAR.search(words):
        return False
    first = words[length:].lstrip("\"'“«( ")[:1]
    return bool(first) and not first.islower() and any(c.isalpha() for c in words)


def _title_level(
    paragraphs: Sequence[Paragraph], short: Sequence[bool], number: int, blank_lines: bool
) -> int:
    """The level of the heading that a short line is; 0 where it is none."""
    words = paragraphs[number].words
    label = words[: labels.label_length(words)]
    if label:
        return _numbered_level(paragraphs, short, number, label)
    if number == 0:
        return 1 if len(paragraphs) > 1 else 0
    if number + 1 == len(paragraphs):
        return 0
    if blank_lines and not (paragraphs[number].after_blank and paragraphs[number + 1].after_blank):
        return 0
    after = paragraphs[number + 1].words
    strong = words.isupper() or bool(_WH.search(words))
    if strong and len(words) > 3:
        return 2
    return (
        2
        if _introduces(short, number) and not _in_table(short, number) and _is_body(after, short, number)
        else 0
    )


def _numbered_level(paragraphs: Sequence[Paragraph], short: Sequence[bool], number: int, label: str) -> int:
    """The level of "1. DEFINITIONS" and "3.2 Erasure"; short neighbours of one style are a list: 0."""
    if label.endswith(")") or label[0].islower() or number + 1 == len(paragraphs):
        return 0
    after = paragraphs[number + 1].words
    sibling = after[: labels.label_length(after)]
    if sibling and labels.depth(sibling) <= labels.depth(label) and not paragraphs[number].words.isupper():
        return 0
    if paragraphs[number].indent >= _INDENT and not paragraphs[number].words[len(label) :].isupper():
        return 0
    return min(labels.depth(label) + 1, 6)


def _introduces(short: Sequence[bool], number: int) -> bool:
    """At most three short lines on end, then something else."""
    end = number
    while end < len(short) and short[end]:
        end += 1
    begin = number
    while begin > 0 and short[begin - 1]:
        begin -= 1
    return end < len(short) and (end - begin <= 3 or (begin == 0 and end - number <= 2))


def _is_body(after: str, short: Sequence[bool], number: int) -> bool:
    return (
        short[number + 1]
        or bool(labels.bullet_length(after))
        or len(after) > _SHORT
        or after.endswith((".", ":"))
    )


def _in_table(short: Sequence[bool], number: int) -> bool:
    around = [*short[max(0, number - _AROUND) : number], *short[number + 1 : number + 1 + _AROUND]]
    return number > _AROUND and sum(around) > len(around) / 2
