"""Words as Unicode has them, and the ranges in which two sequences of words differ.

Scripts written without blanks (Chinese, Japanese, Thai ...) are cut into characters. A word, a number or an
address is never split. The longest common subsequence comes from rapidfuzz, bit-parallel and without a time
limit, so that the result does not depend on the machine's load.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

# Scripts that set no blanks between words: Thai, Lao, Myanmar, Khmer, kana, Han
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Marks that belong to the letter before them; \w leaves them out
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u0962\u0963\u0980-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0abc-\u0acd\u0b3c-\u0b4d\u0bbe-\u0bcd\u0c3e-\u0c4d"
    "\u0cbc-\u0ccd\u0d3e-\u0d4d\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200c\u200d\ufe0f"
)
_LETTER = rf"[^\W{UNSPACED}]"
_JOINT = r"(?:['’ʼ\-\u2010\u2011@.]|(?<=\d)[,:/](?=\d))"
WORD = rf"{_LETTER}++(?:{_JOINT}{_LETTER}++|[{_MARKS}]++{_LETTER}*+)*+|[{UNSPACED}][{_MARKS}]*+"
_UNIT = re.compile(rf"(https?://[^\s<>()\"]++|{WORD}|\S)(\s*+)")

MAX_CELLS = 200_000_000  # of the comparison matrix, one bit each: 25 MB


class Range(NamedTuple):
    """A change: units ``old[i:j]`` became ``new[k:m]``."""

    i: int
    j: int
    k: int
    m: int


Unit = tuple[str, str]


def units(text: str) -> list[Unit]:
    """Words and marks, each with the blanks behind it; leading blanks are a unit without a word."""
    blanks = len(text) - len(text.lstrip())
    leading = [("", text[:blanks])] if blanks else []
    return leading + _UNIT.findall(text, blanks)


def changed_ranges(a: Sequence[int], b: Sequence[int], max_cells: int = MAX_CELLS) -> list[Range]:
    """The ranges that differ, in order, none touching the next.

    Time and memory are bounded by ``max_cells``, the size of the comparison matrix in bits.
    """
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    whole = Range(start, len(a) - end, start, len(b) - end)
    if (whole.j - whole.i) * (whole.m - whole.k) <= max_cells:
        return merged(_common(a, b, whole))
    return merged(piece for gap in _gaps(a, b, whole) for piece in _small(a, b, gap, max_cells))


def _small(a: Sequence[int], b: Sequence[int], gap: Range, max_cells: int) -> Iterator[Range]:
    if (gap.j - gap.i) * (gap.m - gap.k) <= max_cells:
        yield from _common(a, b, gap)
    else:  # nothing in it is unique to hold on to: hostile or wholly other text
        yield gap


def _common(a: Sequence[int], b: Sequence[int], gap: Range) -> Iterator[Range]:
    if gap.i == gap.j or gap.k == gap.m:
        if gap.i < gap.j or gap.k < gap.m:
            yield gap
        return
    for code in Indel.opcodes(a[gap.i : gap.j], b[gap.k : gap.m]):
        if code.tag != "equal":
            yield Range(
                gap.i + code.src_start, gap.i + code.src_end, gap.k + code.dest_start, gap.k + code.dest_end
            )


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Ranges that touch on both sides made one."""
    result: list[Range] = []
    for each in ranges:
        if result and result[-1].j == each.i and result[-1].m == each.k:
            result[-1] = Range(result[-1].i, each.j, result[-1].k, each.m)
        else:
            result.append(each)
    return result


def _gaps(a: Sequence[int], b: Sequence[int], whole: Range) -> Iterator[Range]:
    """What lies between runs of three units that occur once on each side, in the same order."""
    i, k = whole.i, whole.k
    for x, y in _anchors(a[whole.i : whole.j], b[whole.k : whole.m]):
        x, y = x + whole.i, y + whole.k
        if x < i or y < k:
            continue  # inside the anchor before
        yield Range(i, x, k, y)
        i, k = x, y
        while i < whole.j and k < whole.m and a[i] == b[k]:
            i, k = i + 1, k + 1
    yield Range(i, whole.j, k, whole.m)


def _anchors(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    ours, theirs = _unique_triples(a), _unique_triples(b)
    both = sorted((x, theirs[triple]) for triple, x in ours.items() if triple in theirs)
    return [both[n] for n in increasing([y for _, y in both])]


def _unique_triples(a: Sequence[int]) -> dict[tuple[int, int, int], int]:
    triples = list(zip(a, a[1:], a[2:], strict=False))
    counts = Counter(triples)
    return {triple: at for at, triple in enumerate(triples) if counts[triple] == 1}


def increasing(values: Sequence[int]) -> list[int]:
    """Indexes of a longest strictly increasing subsequence, O(n log n)."""
    tails: list[int] = []
    ends: list[int] = []  # index of the value at which the best run of each length ends
    before: list[int] = []
    for at, value in enumerate(values):
        length = bisect_left(tails, value)
        before.append(ends[length - 1] if length else -1)
        tails[length:length] = () if length < len(tails) else (value,)
        ends[length:length] = () if length < len(ends) else (at,)
        tails[length], ends[length] = value, at
    chain: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]
