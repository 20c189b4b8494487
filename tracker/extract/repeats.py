"""A text that stands twice in one source (page and print view, page and dialog) is read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracker.extract.pieces import Piece

_LONG = 8  # words of a block that tells where the text begins again
_SAME = 0.9  # of the second half's words must stand in the first, and the reverse


def without_repeats(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The pieces without the second half, where it says what the first half says; and that second half."""
    words = [_words(piece) for piece in pieces]
    first: dict[str, int] = {}
    for at, text in enumerate(words):
        if text.count(" ") < _LONG:
            continue
        if text not in first:
            first[text] = at
        elif at > first[text]:
            begin = _begin(words, first[text], at)
            if _same(words[:begin], words[begin:]):
                return list(pieces[:begin]), list(pieces[begin:])
            break
    return list(pieces), []


def _words(piece: Piece) -> str:
    return " | ".join(cell.text for cell in piece.cells) if piece.cells else piece.words


def _begin(words: Sequence[str], first: int, again: int) -> int:
    """Where the repetition begins: as many blocks before ``again`` as stand alike before ``first``."""
    while first > 0 and again - 1 > first and words[first - 1] == words[again - 1]:
        first, again = first - 1, again - 1
    return again


def _same(above: Sequence[str], below: Sequence[str]) -> bool:
    one, two = (Counter(word for text in half for word in text.split()) for half in (above, below))
    shared = sum((one & two).values())
    return shared >= _SAME * max(sum(one.values()), sum(two.values()))
