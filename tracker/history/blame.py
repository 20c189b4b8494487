"""Since when each clause of a version stands: through moves, edits, splits and merges, and over absences.

A clause keeps its origin while it is edited or moved. One that went and came back in the same words is the
same clause again, with the time of its absence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from tracker.diff.words import WORD
from tracker.facts.cues import fold
from tracker.model import Document, Pair

_WORD = re.compile(WORD)
_DIGITS = 24  # of a digest: enough for every clause of every version


@dataclass(frozen=True, slots=True)
class Step:
    """How the blocks of one version come from those of the version before.

    ``origins``: for each block the older blocks that it was made of, none for a new one. ``edited``: the
    blocks whose words are other than those of their origins.
    """

    origins: tuple[tuple[int, ...], ...]
    edited: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Absence:
    """A clause was gone in version ``gone`` and is back in version ``back``."""

    gone: int
    back: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when a clause stands.

    ``since``: the version that brought it; ``worded``: the one that brought its present words; ``said``: an
    earlier version in which it had just these words, with others in between.
    """

    since: int
    worded: int
    said: int | None = None
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Lineage:
    """A clause with the version that brought each of its wordings, by their digests."""

    standing: Standing
    wordings: Mapping[str, int]


def digests(document: Document) -> tuple[str, ...]:
    """A digest of each block's words (case, marks, blanks and labels aside); "" for a block without words."""
    return tuple(_digest([document.words(block)]) for block in document.blocks)


def step(old: Document, new: Document, pairs: Iterable[Pair]) -> Step:
    """How the newer version's blocks come from the older one's; ``pairs`` as ``diff.align`` gives them."""
    origins: list[list[int]] = [[] for _ in new.blocks]
    heirs: dict[int, list[int]] = defaultdict(list)
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            origins[pair.new].append(pair.old)
            heirs[pair.old].append(pair.new)
    edited: set[int] = set()
    for before, after in _families(origins, heirs):
        words = [old.words(old.blocks[number]) for number in before]
        if _digest(words) != _digest([new.words(new.blocks[number]) for number in after]):
            edited.update(after)
    return Step(tuple(tuple(sorted(found)) for found in origins), frozenset(edited))


def _families(
    origins: Sequence[Sequence[int]], heirs: Mapping[int, Sequence[int]]
) -> Iterator[tuple[list[int], list[int]]]:
    """Older and newer blocks that hang together by splits and merges, each side in order."""
    seen: set[int] = set()
    for first, found in enumerate(origins):
        if not found or first in seen:
            continue
        before, after, waiting = set[int](), set[int](), [first]
        while waiting:
            number = waiting.pop()
            if number not in after:
                after.add(number)
                before.update(origins[number])
                waiting += [heir for origin in origins[number] for heir in heirs[origin]]
        seen |= after
        yield sorted(before), sorted(after)


def blame(blocks: Sequence[Sequence[str]], steps: Sequence[Step]) -> tuple[Standing, ...]:
    """Since when each block of the last version stands.

    ``blocks``: the block digests of each version, oldest first; ``steps[i]`` leads from version i to i + 1.
    """
    if not blocks:
        return ()
    gone: dict[str, list[tuple[_Lineage, int]]] = defaultdict(list)  # by words: what went, and when
    clauses = [_born(digest, 0) for digest in blocks[0]]
    for at, one in enumerate(steps, 1):
        kept = {origin for found in one.origins for origin in found}
        for number, digest in enumerate(blocks[at - 1]):
            if digest and number not in kept:
                gone[digest].append((clauses[number], at))
        clauses = [
            _inherited([clauses[origin] for origin in found], digest, at, number in one.edited)
            if found
            else _back_or_new(gone, digest, at)
            for number, (found, digest) in enumerate(zip(one.origins, blocks[at], strict=True))
        ]
    return tuple(clause.standing for clause in clauses)


def _born(digest: str, at: int) -> _Lineage:
    return _Lineage(Standing(at, at), {digest: at})


def _inherited(origins: Sequence[_Lineage], digest: str, at: int, edited: bool) -> _Lineage:
    """What the oldest of the origins hands on to a block."""
    eldest = min(origins, key=lambda origin: (origin.standing.since, origin.standing.worded))
    if not edited:
        return eldest
    said = eldest.wordings.get(digest)
    known = eldest.wordings if said is not None else {**eldest.wordings, digest: at}
    return _Lineage(replace(eldest.standing, worded=at, said=said), known)


def _back_or_new(gone: Mapping[str, list[tuple[_Lineage, int]]], digest: str, at: int) -> _Lineage:
    """What went in the same words and is back now, the latest first; else a new clause."""
    if not digest or not gone.get(digest):
        return _born(digest, at)
    lost, when = gone[digest].pop()
    if when == at:  # it never went: the alignment only did not see it
        return lost
    absences = (*lost.standing.absences, Absence(when, at))
    return _Lineage(replace(lost.standing, absences=absences), lost.wordings)


def _digest(texts: Iterable[str]) -> str:
    words = " ".join(word for text in texts for word in _WORD.findall(fold(text)))
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:_DIGITS] if words else ""
