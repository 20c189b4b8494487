"""Which sentences of one version also stand in the other: what guards typed changes against misreading.

A sentence stands in the other version where the same words stand there under the same lead-in: in the
clause that is aligned with its own, or, when it is long enough to be told apart, anywhere. A fact whose
sentence stands in the other version was stated there too, whatever was read out of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz.distance import OSA

from tracker.diff.sentences import Sentence, Sentences, read_sentences, similarity
from tracker.model import Document, Pair

_TELLING = 5  # a sentence of so many words is recognised wherever it stands
_SAME_LEAD = 0.6  # similarity from which an edited lead-in still introduces the same list
_END, _SAME_END = 8, 0.35  # words at a lead-in's end, and how alike they must be in aligned clauses
_FEW = 3  # telling words that a sentence needs to be known by them
_LONG = 4  # letters of a word in which one slip leaves the word what it is
_MOST = 50  # sentences of the same words that are looked at; more are no policy


@dataclass(frozen=True)
class Alignment:
    """Both versions' sentences, which of them stand in the other version, and the blocks that are one
    clause.
    """

    old: Sentences
    new: Sentences
    old_standing: frozenset[int]
    new_standing: frozenset[int]
    to_old: Mapping[int, tuple[int, ...]]  # block of the newer version -> blocks of the older
    to_new: Mapping[int, tuple[int, ...]]


def align_sentences(old: Document, new: Document, pairs: Sequence[Pair]) -> Alignment:
    """The sentences of both documents, set against each other along the aligned blocks."""
    before, after = read_sentences(old), read_sentences(new)
    to_old = _partners((pair.new, pair.old) for pair in pairs)
    to_new = _partners((pair.old, pair.new) for pair in pairs)
    return Alignment(
        before, after, _standing(before, after, to_new), _standing(after, before, to_old), to_old, to_new
    )


def _partners(pairs: Iterable[tuple[int | None, int | None]]) -> dict[int, tuple[int, ...]]:
    partners: dict[int, tuple[int, ...]] = {}
    for one, other in pairs:
        if one is not None and other is not None:
            partners[one] = (*partners.get(one, ()), other)
    return partners


def _standing(here: Sentences, there: Sentences, partners: Mapping[int, tuple[int, ...]]) -> frozenset[int]:
    """Numbers of the sentences of ``here`` that stand in ``there``."""
    found = {
        number
        for number, sentence in enumerate(here.all)
        if any(
            _same_place(sentence, there.all[other], partners)
            for other in there.by_words.get(sentence.words, ())[:_MOST]
        )
        or _respelt(sentence, there, partners)
    }
    return frozenset(found | _running_through(here, there, found))


def _running_through(here: Sentences, there: Sentences, found: set[int]) -> set[int]:
    """Numbers of further sentences whose words run on in ``there``, across its sentences or within one.

    So a text that was wrapped, split or joined otherwise stands as it stood.
    """
    left = [
        number
        for number, sentence in enumerate(here.all)
        if number not in found and len(sentence.words) >= _TELLING and not sentence.cell
    ]
    beginnings = {here.all[number].words[:_TELLING] for number in left}
    mine, theirs = _Stream.of(here), _Stream.of(there)
    at: dict[tuple[str, ...], list[int]] = {}
    for start in range(len(theirs.words) - _TELLING + 1 if left else 0):
        gram = theirs.words[start : start + _TELLING]
        if gram in beginnings:
            at.setdefault(gram, []).append(start)
    return {
        number
        for number in left
        for start in at.get(here.all[number].words[:_TELLING], ())[:_MOST]
        if _runs(mine, number, theirs, start)
        and _same_sense(here.all[number], there.all[bisect_right(theirs.ends, start)])
    }


@dataclass(frozen=True)
class _Stream:
    """All words of a version one after the other, and where its sentences end among them."""

    words: tuple[str, ...]
    ends: tuple[int, ...]

    @staticmethod
    def of(sentences: Sentences) -> _Stream:
        words = tuple(word for sentence in sentences.all for word in sentence.words)
        return _Stream(words, tuple(accumulate(len(sentence.words) for sentence in sentences.all)))

    def cut(self, at: int) -> bool:
        """Whether a sentence ends before the word ``at``."""
        number = bisect_right(self.ends, at - 1) if at else 0
        return at == 0 or at >= len(self.words) or self.ends[number] == at


def _runs(mine: _Stream, number: int, theirs: _Stream, start: int) -> bool:
    """Whether the sentence runs at ``start`` of the other version, and nothing was put before or after it
    there.
    """
    first, last = mine.ends[number - 1] if number else 0, mine.ends[number]
    end = start + last - first
    return (
        theirs.words[start:end] == mine.words[first:last]
        and (theirs.cut(start) or (first > 0 and mine.words[first - 1] == theirs.words[start - 1]))
        and (theirs.cut(end) or (last < len(mine.words) and mine.words[last] == theirs.words[end]))
    )


def _same_sense(sentence: Sentence, other: Sentence) -> bool:
    """Whether their lead-ins are not denied in one and affirmed in the other; the words are the same."""
    return sentence.lead_negated == other.lead_negated


def _respelt(sentence: Sentence, there: Sentences, partners: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether the aligned clause holds the sentence with other spelling or small words alone."""
    return any(
        _says_the_same(sentence, there.all[other]) and _same_place(sentence, there.all[other], partners)
        for partner in partners.get(sentence.block, ())
        for other in there.of_block.get(partner, ())[:_MOST]
    )


def _says_the_same(sentence: Sentence, other: Sentence) -> bool:
    if sentence.negated != other.negated or sentence.binding != other.binding:
        return False
    if _spelt_alike(sentence.words, other.words):
        return True
    return len(sentence.telling) >= _FEW and _spelt_alike(sentence.telling, other.telling)


def _spelt_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two sentences have the same words but for letters that are swapped, doubled or missing in
    some.
    """
    return len(one) == len(other) and all(
        a == b or (a[0] == b[0] and min(len(a), len(b)) >= _LONG and _one_slip(a, b))
        for a, b in zip(one, other, strict=True)
    )


def _one_slip(one: str, other: str) -> bool:
    if one.isdecimal() or other.isdecimal():
        return False
    return OSA.distance(one, other) == 1 and (len(one) != len(other) or sorted(one) == sorted(other))


def _same_place(sentence: Sentence, other: Sentence, partners: Mapping[int, tuple[int, ...]]) -> bool:
    if sentence.heading != other.heading:
        return False
    paired = other.block in partners.get(sentence.block, ())
    if not paired and len(sentence.words) < _TELLING and not sentence.lead:
        return False
    if sentence.lead == other.lead:
        return True
    if sentence.lead_negated != other.lead_negated:
        return False
    if similarity(sentence.lead, other.lead) >= _SAME_LEAD or (paired and not (sentence.lead and other.lead)):
        return True
    return paired and similarity(sentence.lead[-_END:], other.lead[-_END:]) >= _SAME_END
