"""Pairs the blocks of two versions wherever they stand now.

Equal words first: blocks unlike all others anchor, repeated ones are told apart by their neighbours. Then
similar words, among candidates that share rare words. What is left is laid word against word where it stands,
so that a clause split in two, joined lines or a list made a table are still one clause.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from tracker.diff import portions, similar
from tracker.diff.words import UNSPACED
from tracker.facts.cues import fold
from tracker.model import BlockKind, Document, Pair

_WORD = re.compile(rf"[^\W{UNSPACED}]+|[{UNSPACED}]")

Words = tuple[int, ...]

_BETWEEN = 0.25  # likeness that is enough where no other block can be meant


@dataclass
class Matching:
    """Which block is which so far: partner or -1, by index on either side."""

    to_new: list[int]
    to_old: list[int]

    def pair(self, old: int, new: int) -> None:
        self.to_new[old], self.to_old[new] = new, old

    def free(self, old: int, new: int) -> bool:
        """Whether both exist and neither has a partner."""
        return (
            0 <= old < len(self.to_new)
            and 0 <= new < len(self.to_old)
            and self.to_new[old] < 0
            and self.to_old[new] < 0
        )


def align(old: Document, new: Document) -> tuple[Pair, ...]:
    """The blocks of both versions in pairs, in the newer one's order, removed ones where they stood.

    Every block of either side occurs, in several pairs where it was split (an old block with several new
    ones) or merged (a new block with several old ones). ``moved`` marks the pairs outside the heaviest run of
    pairs that keep their order.
    """
    ours, theirs = _block_words(old, new)
    matching = Matching([-1] * len(ours), [-1] * len(theirs))
    _match_unique(ours, theirs, matching)
    once, once_too = _without_repeated(ours), _without_repeated(theirs)
    similar.match(once, once_too, matching.to_new, matching.to_old)
    _spread(ours, theirs, matching)  # repeated blocks, now beside edited ones too
    similar.match(ours, theirs, matching.to_new, matching.to_old)
    _match_between(old, new, ours, theirs, matching)
    couples = {(o, n) for o, n in enumerate(matching.to_new) if n >= 0}
    couples |= portions.find(ours, theirs, matching.to_new, matching.to_old)
    return tuple(_in_order(sorted(couples, key=lambda couple: (couple[1], couple[0])), old, new))


def _block_words(old: Document, new: Document) -> tuple[list[Words], list[Words]]:
    """Each block's words as numbers; case, marks, blanks and labels aside.

    A block that stands letter for letter as often on the other side is not read: it is a word of its own.
    """
    texts = [[document.words(block) for block in document.blocks] for document in (old, new)]
    before, after = Counter(texts[0]), Counter(texts[1])
    codes: dict[str, int] = {}
    read = {
        text: (-1 - number,) if text.strip() and before[text] == after[text] else _words(text, codes)
        for number, text in enumerate(before | after)
    }
    return [read[text] for text in texts[0]], [read[text] for text in texts[1]]


def _words(text: str, codes: dict[str, int]) -> Words:
    return tuple([codes.setdefault(word, len(codes)) for word in _WORD.findall(fold(text))])


# --- equal words ----------------------------------------------------------------------------------


def _match_unique(ours: list[Words], theirs: list[Words], matching: Matching) -> None:
    """Equal blocks that occur once on each side, and equal ones beside them."""
    before, after = _places(ours), _places(theirs)
    for words, found in before.items():
        if words and len(found) == len(after.get(words, ())) == 1:
            matching.pair(found[0], after[words][0])
    _spread(ours, theirs, matching)


def _places(blocks: list[Words]) -> dict[Words, list[int]]:
    places: dict[Words, list[int]] = defaultdict(list)
    for number, words in enumerate(blocks):
        places[words].append(number)
    return places


def _without_repeated(blocks: list[Words]) -> list[Words]:
    """The blocks with those emptied whose words occur more than once."""
    places = _places(blocks)
    return [words if len(places[words]) == 1 else () for words in blocks]


def _spread(ours: list[Words], theirs: list[Words], matching: Matching) -> None:
    """Matches equal blocks beside matched ones, first onwards, then backwards; the ends count as matched."""
    _match_beside(-1, -1, 1, ours, theirs, matching)
    for o in range(len(ours)):
        if matching.to_new[o] >= 0:
            _match_beside(o, matching.to_new[o], 1, ours, theirs, matching)
    _match_beside(len(ours), len(theirs), -1, ours, theirs, matching)
    for o in range(len(ours) - 1, -1, -1):
        if matching.to_new[o] >= 0:
            _match_beside(o, matching.to_new[o], -1, ours, theirs, matching)


def _match_beside(
    o: int, n: int, step: int, ours: list[Words], theirs: list[Words], matching: Matching
) -> None:
    o, n = o + step, n + step
    if matching.free(o, n) and ours[o] == theirs[n]:
        matching.pair(o, n)


def _match_between(
    old: Document, new: Document, ours: list[Words], theirs: list[Words], matching: Matching
) -> None:
    """The one block on each side between two pairs: headings, or blocks with some words in common."""
    to_new = [-1, *matching.to_new, len(theirs)]  # the ends count as matched
    for o in range(len(ours)):
        n = to_new[o] + 1
        if to_new[o] < 0 < o or to_new[o + 2] != n + 1 or not matching.free(o, n):
            continue
        headings = old.blocks[o].kind is new.blocks[n].kind is BlockKind.HEADING
        if headings or Indel.normalized_similarity(ours[o], theirs[n]) >= _BETWEEN:
            matching.pair(o, n)


# --- order ----------------------------------------------------------------------------------------


def _in_order(couples: list[tuple[int, int]], old: Document, new: Document) -> Iterator[Pair]:
    """The pairs with their moves told, and the blocks that have no partner put in their places."""
    weights = [1 + min(_length(old, o), _length(new, n)) for o, n in couples]
    staying = _heaviest_run([o for o, _ in couples], weights)
    paired = {o for o, _ in couples}
    behind: dict[int, list[int]] = defaultdict(
        list
    )  # new block (-1: the start) -> removed blocks to show after it
    stays_at = {o: n for number, (o, n) in enumerate(couples) if number in staying}
    place = -1
    for o in range(len(old.blocks)):
        if o in stays_at:
            place = max(place, stays_at[o])
        elif o not in paired:
            behind[place].append(o)
    of_new: dict[int, list[Pair]] = defaultdict(list)
    for number, (o, n) in enumerate(couples):
        of_new[n].append(Pair(o, n, number not in staying))
    for n in range(-1, len(new.blocks)):
        if n >= 0:
            yield from of_new.get(n, [Pair(None, n)])
        yield from (Pair(o, None) for o in behind.get(n, ()))


def _length(document: Document, number: int) -> int:
    return document.blocks[number].end - document.blocks[number].start


def _heaviest_run(values: Sequence[int], weights: Sequence[int]) -> set[int]:
    """Indexes of the non-decreasing subsequence of the greatest total weight, O(n log n)."""
    size = max(values, default=-1) + 1
    # A Fenwick tree over the values: greatest weight of a run that ends at or below, and the run's last index
    tree = [(0, -1)] * (size + 1)
    before: list[int] = []
    best = (0, -1)
    for at, (value, weight) in enumerate(zip(values, weights, strict=True)):
        reach, last, node = 0, -1, value + 1
        while node > 0:
            if tree[node][0] > reach:
                reach, last = tree[node]
            node -= node & -node
        before.append(last)
        node = value + 1
        while node <= size:
            if tree[node][0] < reach + weight:
                tree[node] = (reach + weight, at)
            node += node & -node
        best = max(best, (reach + weight, at))
    run: set[int] = set()
    at = best[1]
    while at >= 0:
        run.add(at)
        at = before[at]
    return run
