"""Structure that a source shows unmarked: typed bullets and numbers, headings in bold, lists as lines.

Each step takes and gives pieces. None of them changes words; a bullet becomes the kind of its block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from tracker.extract import labels
from tracker.extract.pieces import Piece
from tracker.model import BlockKind

MAX_HEADING = 110  # characters
_RUN_OF_BOLD = 4  # so many bold lines on end are no headings
_FINAL = re.compile(r"[.;,!…]\W*$")
_ENDED = re.compile(r"[.;:!?…]\W*$")
_WRAPPED = 40  # characters: no converter breaks lines that are shorter
_CHANCE = 6
_SEMICOLON = re.compile(r";(?:\s\w{1,4})?$")  # "...; and"
_SENTENCE = re.compile(r"[.!?;]\s+\S")


def infer(pieces: Iterable[Piece]) -> list[Piece]:
    """All steps in their order."""
    split = [line for piece in pieces for line in _lines(piece)]
    return _rejoined(_semicolon_lists(_numbered(_bold_headings(split))))


def _lines(piece: Piece) -> Iterator[Piece]:
    """A paragraph or item whose lines begin with bullets or numbers is as many items."""
    if piece.kind in (BlockKind.TABLE_ROW, BlockKind.HEADING):
        yield _unbulleted(piece) if piece.kind is BlockKind.HEADING else piece
        return
    if piece.label and labels.label_length(piece.words):
        piece = replace(
            piece, label=""
        )  # the number typed into the words is the one that readers see and cite
    text, start = piece.words, 0
    first = True
    for at in [*_starts(text), len(text) + 1]:
        part = replace(piece, inline=piece.inline.slice(start, at - 1), label=piece.label if first else "")
        if not first:
            part = replace(part, kind=BlockKind.PARAGRAPH)
        if part.words:
            yield _unbulleted(part)
        start, first = at, False


def _starts(text: str) -> Iterator[int]:
    at = text.find("\n") + 1
    while at > 0:
        line = text[at : at + 40]
        if labels.bullet_length(line) or labels.label_length(line):
            yield at
        at = text.find("\n", at) + 1


def _unbulleted(piece: Piece) -> Piece:
    length = labels.bullet_length(piece.words)
    if not length:
        return piece
    piece = replace(piece, inline=piece.inline.slice(length))
    if piece.kind is BlockKind.PARAGRAPH:
        return replace(piece, kind=BlockKind.LIST_ITEM, level=piece.level + 1)
    return piece


# --- clauses that a converter broke ---------------------------------------------------------------------


def _rejoined(pieces: Sequence[Piece]) -> list[Piece]:
    """Lines that a converter set apart, as if each were a paragraph, put together again.

    One such line may be chance; where there are many, the lines of the source were broken at a width, and a
    full line without an end goes on with whatever follows.
    """
    broken = [len(before.words) for before, after in pairwise(pieces) if _goes_on(before, after, _WRAPPED)]
    if len(broken) < max(_CHANCE, len(pieces) // 20):
        return list(pieces)
    full = sorted(broken)[len(broken) // 2] * 3 // 4
    out: list[Piece] = []
    for number, piece in enumerate(pieces):
        if number and _goes_on(pieces[number - 1], piece, _WRAPPED, full):
            out[-1] = replace(out[-1], inline=out[-1].inline.followed_by(piece.inline))
        else:
            out.append(piece)
    return out


def _goes_on(before: Piece, after: Piece, least: int, full: int = 1 << 30) -> bool:
    """Whether the second line continues the first one's sentence, which has no end.

    It begins small and the first has ``least`` characters, or the first is a ``full`` line.
    """
    if after.kind is not BlockKind.PARAGRAPH or after.label or after.inline.strong:
        return False
    if before.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or _ENDED.search(before.words):
        return False
    length = len(before.words)
    return length >= full or (length >= least and after.words[:1].islower())


# --- headings -----------------------------------------------------------------------------------------


def _bold_headings(pieces: Sequence[Piece]) -> list[Piece]:
    """Paragraphs that are bold (or italic) from end to end, short, and introduce something."""
    out: list[Piece] = []
    level = 1
    for number, piece in enumerate(pieces):
        if piece.kind is BlockKind.HEADING:
            level = piece.level
        elif _is_titled(piece) and _introduces(pieces, number):
            deeper = 1 if piece.inline.strong else 2
            piece = replace(piece, kind=BlockKind.HEADING, level=min(level + deeper, 6))
        out.append(piece)
    return out


def _is_titled(piece: Piece) -> bool:
    words = piece.words
    if (
        piece.kind is not BlockKind.PARAGRAPH
        or piece.level
        or not (piece.inline.strong or piece.inline.emphasis)
    ):
        return False
    longest = MAX_HEADING if piece.inline.strong else 70
    if (
        len(words) > longest
        or "\n" in words
        or _FINAL.search(words)
        or _SENTENCE.search(words.lstrip("0123456789. "))
    ):
        return False
    return piece.inline.strong or not any(c.isdigit() for c in words)


def _introduces(pieces: Sequence[Piece], number: int) -> bool:
    run = 1
    for other in pieces[number + 1 : number + 1 + _RUN_OF_BOLD]:
        if not _is_titled(other):
            break
        run += 1
    else:
        if run > _RUN_OF_BOLD:
            return False
    after = number + run
    return after < len(pieces)


# --- numbers ------------------------------------------------------------------------------------------


def _numbered(pieces: Sequence[Piece]) -> list[Piece]:
    """Paragraphs that begin with a number: titles of sections, items of lists, or clauses."""
    out: list[Piece] = []
    open_: list[str] = []  # labels of the open lists, outermost first
    for number, piece in enumerate(pieces):
        length = 0 if piece.kind is not BlockKind.PARAGRAPH else labels.label_length(piece.words)
        label = piece.words[:length]
        if length and _is_title(pieces, number, label):
            piece = replace(piece, kind=BlockKind.HEADING, level=min(labels.depth(label) + 1, 6))
        elif length and not labels.is_dotted(label):
            piece = replace(piece, kind=BlockKind.LIST_ITEM, level=piece.level + _nest(open_, label))
        if piece.kind is BlockKind.HEADING or labels.is_dotted(label):
            open_.clear()
        out.append(piece)
    return out


def _nest(open_: list[str], label: str) -> int:
    """The depth at which ``label`` stands, given the labels of the lists now open."""
    for depth in range(len(open_), 0, -1):
        if labels.follows(label, open_[depth - 1]):
            del open_[depth:]
            open_[depth - 1] = label
            return depth
    if not labels.is_first(label):
        open_.clear()
    elif open_ and any(s == t for s, _ in labels.readings(label) for t, _ in labels.readings(open_[-1])):
        open_.pop()  # a new list of the same style beside the one just ended
    open_.append(label)
    return len(open_)


def _is_title(pieces: Sequence[Piece], number: int, label: str) -> bool:
    """Whether a numbered paragraph is short, ends like no sentence, and no sibling stands right after it."""
    words = pieces[number].words
    if len(words) > MAX_HEADING or _FINAL.search(words) or "\n" in words or pieces[number].level:
        return False
    rest = words[len(label) :].strip()
    if rest[:1].islower() or rest.endswith(":") or number + 1 == len(pieces) or not label[:1].isalnum():
        return False
    if label[:1].islower() or label.endswith(")"):
        return False
    after = pieces[number + 1]
    if after.kind is not BlockKind.PARAGRAPH:
        return after.kind is not BlockKind.HEADING
    next_label = after.words[: labels.label_length(after.words)]
    return not next_label or labels.depth(next_label) > labels.depth(label)


# --- lists without marks ------------------------------------------------------------------------------


def _semicolon_lists(pieces: Sequence[Piece]) -> list[Piece]:
    """Paragraphs after a lead-in ("...:") that end in ";", and the one that ends the row, are items."""
    out: list[Piece] = []
    level = 0  # of the list now open; 0 where none is
    for piece in pieces:
        plain = piece.kind is BlockKind.PARAGRAPH and not piece.level and not labels.label_length(piece.words)
        semicolon = plain and _SEMICOLON.search(piece.words) is not None
        if semicolon and not level:
            level = _depth_below(out[-1]) if out else 0
        if plain and level:
            piece = replace(piece, kind=BlockKind.LIST_ITEM, level=level)
        if not semicolon:
            level = 0
        out.append(piece)
    return out


def _depth_below(above: Piece) -> int:
    if above.kind is BlockKind.TABLE_ROW or not above.words.endswith(":"):
        return 0
    return above.level + 1 if above.kind is BlockKind.LIST_ITEM else 1
