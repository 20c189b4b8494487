"""Word-level edits between two texts, exact to the character.

``words`` finds which words differ; diff-match-patch then does what it is best at: it drops the chance
agreements inside a rewritten stretch. The rest makes changes readable: no lone equal word inside one, and
borders at sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from diff_match_patch import diff_match_patch

from tracker.diff.words import Range, Unit, changed_ranges, merged, units
from tracker.model import Edit

_MAX_DISTINCT = 0x10FFFE - 0xF0000  # words that one call can encode in the private use planes
_CLEANED_AT_ONCE = 400  # changes handed to diff-match-patch in one piece: its clean-up may be quadratic
_SENTENCE_END = frozenset(".!?…。！？;:")


def edits(old: str, new: str) -> tuple[Edit, ...]:
    """The edits that make ``new`` of ``old``: "=" and "-" joined are ``old``, "=" and "+" joined are ``new``.

    Neighbouring edits differ in kind and in a change "-" stands before "+". Empty texts have no edits.
    """
    if old == new:
        return (("=", old),) if old else ()
    before, after = units(old), units(new)
    codes: dict[str, int] = {}
    a = [codes.setdefault(word, len(codes)) for word, _ in before]
    b = [codes.setdefault(word, len(codes)) for word, _ in after]
    ranges = changed_ranges(a, b)
    if len(codes) < _MAX_DISTINCT:
        ranges = _cleaned(ranges, a, b)
    ranges = _without_islands(ranges, before)
    return tuple(_written(_slid(ranges, before, after), before, after))


# --- making the changes readable ---------------------------------------------------------------------


@lru_cache(maxsize=1)
def _differ() -> diff_match_patch:
    differ = diff_match_patch()
    differ.Diff_Timeout = 0
    return differ


def _cleaned(ranges: list[Range], a: Sequence[int], b: Sequence[int]) -> list[Range]:
    """The ranges after diff-match-patch's semantic clean-up: agreements shorter than what is around go."""
    cleaned: list[Range] = []
    for at in range(0, len(ranges), _CLEANED_AT_ONCE):
        piece = ranges[at : at + _CLEANED_AT_ONCE]
        cleaned.extend(_cleaned_piece(piece, a, b) if len(piece) > 1 else piece)
    return cleaned


def _cleaned_piece(ranges: list[Range], a: Sequence[int], b: Sequence[int]) -> list[Range]:
    diffs: list[tuple[int, str]] = []
    i = ranges[0].i
    for each in ranges:
        if i < each.i:
            diffs.append((0, _encoded(a[i : each.i])))
        if each.i < each.j:
            diffs.append((-1, _encoded(a[each.i : each.j])))
        if each.k < each.m:
            diffs.append((1, _encoded(b[each.k : each.m])))
        i = each.j
    _differ().diff_cleanupSemantic(diffs)
    return merged(_ranges_of(diffs, ranges[0].i, ranges[0].k))


def _encoded(codes: Sequence[int]) -> str:
    return "".join([chr(0xF0000 + code) for code in codes])


def _ranges_of(diffs: list[tuple[int, str]], i: int, k: int) -> Iterator[Range]:
    for kind, words in diffs:
        old, new = (len(words) if kind <= 0 else 0), (len(words) if kind >= 0 else 0)
        if kind:
            yield Range(i, i + old, k, k + new)
        i, k = i + old, k + new


def _without_islands(ranges: list[Range], before: list[Unit]) -> list[Range]:
    """Changes parted by no more than one word made one: a lone equal word only hinders reading."""
    joined: list[Range] = []
    for each in ranges:
        if joined and _is_island(before, joined[-1].j, each.i):
            joined[-1] = Range(joined[-1].i, each.j, joined[-1].k, each.m)
        else:
            joined.append(each)
    return joined


def _is_island(before: list[Unit], start: int, end: int) -> bool:
    """At most one word, besides marks; looking at four units is enough to be near and stay linear."""
    return end - start <= 4 and sum(word[:1].isalnum() for word, _ in before[start:end]) <= 1


def _slid(ranges: list[Range], before: list[Unit], after: list[Unit]) -> list[Range]:
    """Pure insertions and deletions moved to where sentences begin, as far as equal words allow."""
    slid: list[Range] = []
    for at, each in enumerate(ranges):
        i, k = (slid[-1].j, slid[-1].m) if slid else (0, 0)
        limit = ranges[at + 1].i if at + 1 < len(ranges) else len(before)
        if each.i == each.j:
            shift = _best_shift(after, each.k, each.m, k, each.m + limit - each.j)
        elif each.k == each.m:
            shift = _best_shift(before, each.i, each.j, i, limit)
        else:
            shift = 0
        slid.append(Range(*(bound + shift for bound in each)))
    return slid


def _best_shift(among: list[Unit], start: int, end: int, low: int, high: int) -> int:
    """By how much to shift ``among[start:end]``, equal words permitting, for the best borders."""
    shifts = [0]
    while start + shifts[-1] > low + 1 and among[start + shifts[-1] - 1][0] == among[end + shifts[-1] - 1][0]:
        shifts.append(shifts[-1] - 1)
    rightmost = 0
    while end + rightmost < high - 1 and among[start + rightmost][0] == among[end + rightmost][0]:
        rightmost += 1
        shifts.append(rightmost)

    def worth(shift: int) -> tuple[int, int, int]:
        return _border(among, start + shift) + _border(among, end + shift), -abs(shift), shift

    return max(shifts, key=worth)


def _border(among: list[Unit], at: int) -> int:
    """How natural a border before ``among[at]`` is: 3 between sentences, 2 after a comma, else 1."""
    if at == 0 or at == len(among):
        return 3
    word, blanks = among[at - 1]
    if "\n" in blanks or word in _SENTENCE_END:
        return 3
    return 2 if word == "," or among[at][0][:1] in "([«“" else 1


# --- writing them down -------------------------------------------------------------------------------


def _written(ranges: list[Range], before: list[Unit], after: list[Unit]) -> Iterator[Edit]:
    writer = _Writer()
    i = k = 0
    for each in [*ranges, Range(len(before), len(before), len(after), len(after))]:
        for (word, old_blanks), (_, new_blanks) in zip(before[i : each.i], after[k : each.k], strict=True):
            writer.keep(word)
            if old_blanks == new_blanks:
                writer.keep(old_blanks)
            else:
                writer.change(old_blanks, new_blanks)
        gone, come = _joined(before, each.i, each.j), _joined(after, each.k, each.m)
        shared = (
            before[each.j - 1][1] if gone and come and before[each.j - 1][1] == after[each.m - 1][1] else ""
        )
        writer.change(gone.removesuffix(shared), come.removesuffix(shared))
        writer.keep(shared)
        i, k = each.j, each.m
    return writer.finish()


def _joined(among: list[Unit], start: int, end: int) -> str:
    return "".join([part for unit in among[start:end] for part in unit])


class _Writer:
    """Gathers kept and changed text so that neighbouring edits of a kind become one."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.kept: list[str] = []
        self.gone: list[str] = []
        self.come: list[str] = []

    def keep(self, text: str) -> None:
        if text:
            self._flush_change()
            self.kept.append(text)

    def change(self, gone: str, come: str) -> None:
        if gone or come:
            self._flush_kept()
            self.gone.append(gone)
            self.come.append(come)

    def finish(self) -> Iterator[Edit]:
        self._flush_kept()
        self._flush_change()
        return iter(self.edits)

    def _flush_kept(self) -> None:
        if self.kept:
            self.edits.append(("=", "".join(self.kept)))
            self.kept = []

    def _flush_change(self) -> None:
        if gone := "".join(self.gone):
            self.edits.append(("-", gone))
        if come := "".join(self.come):
            self.edits.append(("+", come))
        self.gone, self.come = [], []
