"""Pairs blocks whose words are much alike though not equal, wherever they stand.

Candidates share rare words with the block, or stand where it stood; rapidfuzz compares the few that are left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import nlargest
from math import log

from rapidfuzz.distance import Indel

Words = tuple[int, ...]

_CANDIDATES = 6  # compared closely for each block
_COMMON = 60  # a word in more blocks than this finds no candidates
_ELSEWHERE = 0.5  # similarity from which a block is taken for one that moved
_IN_PLACE = 0.3  # the same where the neighbours on both sides are matched with each other
_HERE = 0.05  # what standing in the same gap is worth
_SHORT = 4  # blocks of fewer words must be more alike
_NEAR = 8  # blocks of a gap that are compared with each other though they share no rare word


def match(ours: Sequence[Words], theirs: Sequence[Words], to_new: list[int], to_old: list[int]) -> None:
    """Fills ``to_new`` and ``to_old`` with the pairs found among blocks that have no partner (-1) yet."""
    scored = list(_scored(ours, theirs, to_new, to_old))
    for _, _, o, n in sorted(scored):
        if to_new[o] < 0 and to_old[n] < 0:
            to_new[o], to_old[n] = n, o


def _scored(
    ours: Sequence[Words], theirs: Sequence[Words], to_new: list[int], to_old: list[int]
) -> Iterator[tuple[float, int, int, int]]:
    """Acceptable pairs as (minus the similarity, distance from the expected place, old, new)."""
    gaps, places = _gaps(to_new), _places(to_old)
    for n, found in _candidates(ours, theirs, to_new, to_old, gaps, places):
        before, expected = places[n]
        for o in found:
            here = gaps[o] == before
            likeness = Indel.normalized_similarity(ours[o], theirs[n], score_cutoff=_IN_PLACE)
            if likeness >= _threshold(min(len(ours[o]), len(theirs[n])), here):
                yield -likeness - _HERE * here, abs(o - expected), o, n


def _threshold(length: int, here: bool) -> float:
    if length < _SHORT:
        return _ELSEWHERE if here else 0.8
    return _IN_PLACE if here else _ELSEWHERE


def _gaps(to_new: list[int]) -> list[int]:
    """For each old block the old index of the matched block before it."""
    gaps, last = [], -1
    for o, n in enumerate(to_new):
        gaps.append(last)
        last = o if n >= 0 else last
    return gaps


def _places(to_old: list[int]) -> list[tuple[int, int]]:
    """For each new block the old index of the matched block before it, and the old index to be expected."""
    places, last, last_new = [], -1, -1
    for n, o in enumerate(to_old):
        places.append((last, last + n - last_new))
        if o >= 0:
            last, last_new = o, n
    return places


def _candidates(
    ours: Sequence[Words],
    theirs: Sequence[Words],
    to_new: list[int],
    to_old: list[int],
    gaps: list[int],
    places: list[tuple[int, int]],
) -> Iterator[tuple[int, list[int]]]:
    """For each new block without partner the old ones worth a look."""
    holders: dict[int, list[int]] = defaultdict(list)
    in_gap: dict[int, list[int]] = defaultdict(list)
    for o, words in enumerate(ours):
        if to_new[o] < 0 and words:
            in_gap[gaps[o]].append(o)
            for word in set(words):
                holders[word].append(o)
    worth = {
        word: log(1 + len(ours) / len(found)) for word, found in holders.items() if len(found) <= _COMMON
    }
    for n, words in enumerate(theirs):
        if to_old[n] >= 0 or not words:
            continue
        scores: dict[int, float] = defaultdict(float)
        for word in set(words):
            if word in worth:
                for o in holders[word]:
                    scores[o] += worth[word]
        best = nlargest(_CANDIDATES, scores, key=lambda o: (scores[o] / (len(ours[o]) + 8), -o))
        nearby = _nearest(in_gap.get(places[n][0], []), places[n][1])
        yield n, [*best, *(o for o in nearby if o not in best)]


def _nearest(gap: list[int], expected: int) -> list[int]:
    """The few blocks of an ascending gap that stand nearest to where one is expected."""
    at = bisect_left(gap, expected)
    return gap[max(0, at - _NEAR // 2) : at + _NEAR // 2]
