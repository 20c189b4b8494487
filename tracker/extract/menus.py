"""Rows of links above and below a document that nothing in the markup marks as a menu."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.extract.pieces import Piece
from tracker.model import BlockKind

_ROW = 4  # so many links on end are a menu
_SCRAP = 4  # words; a piece of so few without a stop at its end may stand in a menu
_MOST = 0.3  # of all words that may be dropped


def without_menus(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The pieces without menus at the beginning and the end, and the pieces of those menus."""
    begin = _menu_length(pieces)
    end = len(pieces) - _menu_length(pieces[::-1])
    end -= _is_bare_heading(pieces[:end])
    if begin >= end:
        return list(pieces), []
    dropped = [*pieces[:begin], *pieces[end:]]
    if _words(dropped) > _words(pieces) * _MOST:
        return list(pieces), []
    return list(pieces[begin:end]), dropped


def _words(pieces: Sequence[Piece]) -> int:
    return sum(piece.words.count(" ") + 1 for piece in pieces)


def _menu_length(pieces: Sequence[Piece]) -> int:
    """How many pieces from the first on are a menu: up to the last link before words that are no scraps."""
    length = links = 0
    for number, piece in enumerate(pieces):
        if _is_link(piece):
            links += 1
            length = number + 1
        elif not _is_scrap(piece):
            break
    return length if links >= _ROW and links >= length * 0.6 else 0


def _is_bare_heading(pieces: Sequence[Piece]) -> bool:
    """Whether a heading of a menu that is gone is left at the end, with nothing to head."""
    return (
        len(pieces) > 2 and pieces[-1].kind is BlockKind.HEADING and pieces[-2].kind is not BlockKind.HEADING
    )


def _is_link(piece: Piece) -> bool:
    if piece.kind in (BlockKind.HEADING, BlockKind.TABLE_ROW) or len(piece.words) > 60:
        return False
    linked = sum(end - start for start, end, _ in piece.inline.links)
    return linked >= len(piece.words) * 0.8


def _is_scrap(piece: Piece) -> bool:
    if piece.kind in (BlockKind.HEADING, BlockKind.TABLE_ROW):
        return False
    return piece.words.count(" ") < _SCRAP and piece.words[-1:] not in ".:;"
