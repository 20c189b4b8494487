"""Finds blocks that are a portion of a block of the other version: split, merged, rewrapped, tabulated.

Around each run of blocks without partner, the words of both sides are laid against each other in order; a
block most of whose words lie in one block of the other side is a portion of that one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rapidfuzz.distance import Indel

Words = tuple[int, ...]
Couple = tuple[int, int]

_COVERED = 0.7  # share of a block's words that must lie in the other block
_ADJOINING = 0.45  # the same for a block beside one that is a portion of that block
_WIDE = 12  # blocks by which the other side of a run may be wider than the run itself
_MAX_CELLS = 100_000_000


def find(
    ours: Sequence[Words], theirs: Sequence[Words], to_new: Sequence[int], to_old: Sequence[int]
) -> set[Couple]:
    """Pairs (old, new) in which one block without partner so far is a portion of the other."""
    found = {
        (o, n)
        for here, there in _regions(to_old, to_new)
        for n, o in _portions(theirs, ours, here, there, to_old)
    }
    for here, there in _regions(to_new, to_old):
        found |= {(o, n) for o, n in _portions(ours, theirs, here, there, to_new)}
    matched = {(o, n) for o, n in enumerate(to_new) if n >= 0} | found
    holes = {(o, n) for n, o in _holes(((n, o) for o, n in matched), {n for _, n in matched})}
    return found | holes | set(_holes(matched, {o for o, _ in matched}))


def _holes(couples: Iterable[Couple], paired: set[int]) -> Iterator[Couple]:
    """Blocks without partner between two portions of one block: they are portions too, rewritten ones."""
    mine: dict[int, list[int]] = defaultdict(list)
    for here, there in couples:
        mine[there].append(here)
    for there, blocks in mine.items():
        for low, high in pairwise(sorted(blocks)):
            if high - low <= _WIDE and not any(block in paired for block in range(low + 1, high)):
                yield from ((block, there) for block in range(low + 1, high))


def _regions(partner: Sequence[int], back: Sequence[int]) -> Iterator[tuple[range, range]]:
    """Each run of blocks without partner with its two neighbours, and what stands there on the other side."""
    start = 0
    while start < len(partner):
        if partner[start] >= 0:
            start += 1
            continue
        end = start
        while end < len(partner) and partner[end] < 0:
            end += 1
        low = partner[start - 1] if start else -1
        high = partner[end] if end < len(partner) else len(back)
        for first, last in _windows(low, high, end - start, back):
            yield (
                range(max(start - 1, 0), min(end + 1, len(partner))),
                range(max(first, 0), min(last + 1, len(back))),
            )
        start = end


def _windows(low: int, high: int, length: int, back: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where the other side of a run may stand: between its neighbours' partners, or beside each."""
    if low <= high <= low + length + _WIDE:
        yield low, high
        return
    last = low
    while last + 1 < len(back) and back[last + 1] < 0 and last < low + length + _WIDE:
        last += 1
    yield low, last
    first = high
    while first > 0 and back[first - 1] < 0 and first > high - length - _WIDE:
        first -= 1
    yield first, high


def _portions(
    mine: Sequence[Words], others: Sequence[Words], here: range, there: range, partner: Sequence[int]
) -> Iterator[Couple]:
    """Pairs (mine, other) in which a block of ``here`` without partner is a portion of one of ``there``."""
    left = [(word, n) for n in here for word in mine[n]]
    right = [(word, o) for o in there for word in others[o]]
    if not left or not right or len(left) * len(right) > _MAX_CELLS:
        return
    shared: Counter[Couple] = Counter()
    for code in Indel.opcodes([word for word, _ in left], [word for word, _ in right]):
        if code.tag == "equal":
            span = range(code.src_end - code.src_start)
            run = Counter((left[code.src_start + at][1], right[code.dest_start + at][1]) for at in span)
            # a word that agrees alone says nothing, unless the block has no more words
            shared.update({(n, o): count for (n, o), count in run.items() if count > 1 or len(mine[n]) == 1})
    portions = {(n, partner[n]) for n in here if partner[n] >= 0}
    for step in (1, -1):  # what adjoins a portion need not be covered as well
        for (n, o), count in sorted(shared.items(), reverse=step < 0):
            least = _ADJOINING if (n - step, o) in portions else _COVERED
            if partner[n] < 0 and count >= least * len(mine[n]) and (n, o) not in portions:
                portions.add((n, o))
                yield n, o
