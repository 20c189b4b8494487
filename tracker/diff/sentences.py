"""Which sentences of one version also stand in the other: what guards the typed changes against misreading.

A sentence stands in the other version where the same words stand there under the same lead-in: in the
clause that is aligned with its own, or, when it is long enough to be told apart, anywhere. A fact whose
sentence stands in the other version was stated there too, whatever was read out of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA, Indel

from tracker import lexicons
from tracker.facts.cues import Cues
from tracker.facts.reading import Unit, read_units
from tracker.model import BlockKind, Document, Evidence, Pair

_WORD = re.compile(r"\w+")
_TELLING = 5  # a sentence of so many words is recognised wherever it stands
_END, _SAME_END = 8, 0.35  # words at a lead-in's end, and how alike they must be in aligned clauses
_LONG = 4  # letters of a word in which one slip leaves the word what it is
_MOST = 50  # sentences of the same words that are looked at; more are no policy
_SAME_LEAD = 0.6  # similarity from which an edited lead-in still introduces the same list


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its place: span in the text, block, words without punctuation and case, and its
    lead-in's.
    """

    start: int
    end: int
    block: int
    words: tuple[str, ...]
    lead: tuple[str, ...]
    heading: bool
    cell: bool
    negated: bool
    lead_negated: bool
    binding: int  # 1 where it binds the company, -1 where it leaves to it what it does, else 0


@dataclass(frozen=True)
class Sentences:
    """The sentences of one version in order, with look-up by place, block and words."""

    all: tuple[Sentence, ...]
    starts: tuple[int, ...]
    of_block: Mapping[int, tuple[int, ...]]
    by_words: Mapping[tuple[str, ...], tuple[int, ...]]

    def under(self, evidence: Evidence) -> tuple[int, ...]:
        """Numbers of the sentences that the evidence's span touches."""
        number = max(bisect_right(self.starts, evidence.start) - 1, 0)
        touched = []
        while number < len(self.all) and self.all[number].start < evidence.end:
            if self.all[number].end > evidence.start:
                touched.append(number)
            number += 1
        return tuple(touched)


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

    def swapped(self) -> Alignment:
        """The same alignment, the older version taken for the newer."""
        return Alignment(self.new, self.old, self.new_standing, self.old_standing, self.to_new, self.to_old)


def align_sentences(old: Document, new: Document, pairs: Sequence[Pair]) -> Alignment:
    """The sentences of both documents, set against each other along the aligned blocks."""
    before, after = _sentences(old), _sentences(new)
    to_old = _partners((pair.new, pair.old) for pair in pairs)
    to_new = _partners((pair.old, pair.new) for pair in pairs)
    return Alignment(
        before, after, _standing(before, after, to_new), _standing(after, before, to_old), to_old, to_new
    )


def words_of(folded: str) -> tuple[str, ...]:
    """The words of a folded text, without punctuation."""
    return tuple(_WORD.findall(folded))


@cache
def turns(language: str, name: str) -> Cues:
    """What turns a statement in a language: ``negation``, ``promise`` or ``discretion``; in English by
    default.
    """
    table = lexicons.table(language, "turns") or lexicons.table("en", "turns")
    return Cues({name: table[name]})


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of two word sequences is common, from 0 to 1."""
    return Indel.normalized_similarity(one, other)


def _sentences(document: Document) -> Sentences:
    sentences = tuple(_sentence(unit, document) for unit in read_units(document, document.language))
    of_block: dict[int, list[int]] = {}
    by_words: dict[tuple[str, ...], list[int]] = {}
    for number, sentence in enumerate(sentences):
        of_block.setdefault(sentence.block, []).append(number)
        by_words.setdefault(sentence.words, []).append(number)
    return Sentences(
        sentences,
        tuple(sentence.start for sentence in sentences),
        {block: tuple(numbers) for block, numbers in of_block.items()},
        {words: tuple(numbers) for words, numbers in by_words.items()},
    )


def _sentence(unit: Unit, document: Document) -> Sentence:
    negations = turns(document.language, "negation")
    promise, discretion = (
        bool(turns(document.language, name).first(unit.folded)) for name in ("promise", "discretion")
    )
    lead = words_of(unit.lead.folded) if unit.lead else ()
    if unit.cell > 0:  # a cell says something about what its row's first cell names
        first = document.blocks[unit.block].cells[0]
        lead = words_of(f"{document.text[first.start : first.end].casefold()} {unit.header}")
    return Sentence(
        unit.start,
        unit.end,
        unit.block,
        words_of(unit.folded),
        lead,
        unit.kind is BlockKind.HEADING,
        unit.cell >= 0,
        negations.first(unit.folded) is not None,
        unit.lead is not None and negations.first(unit.lead.folded) is not None,
        -discretion or int(promise),
    )


def _partners(pairs: Iterable[tuple[int | None, int | None]]) -> dict[int, tuple[int, ...]]:
    partners: dict[int, tuple[int, ...]] = {}
    for one, other in pairs:
        if one is not None and other is not None:
            partners[one] = (*partners.get(one, ()), other)
    return partners


def _standing(here: Sentences, there: Sentences, partners: Mapping[int, tuple[int, ...]]) -> frozenset[int]:
    """Numbers of the sentences of ``here`` that stand in ``there``."""
    return frozenset(
        number
        for number, sentence in enumerate(here.all)
        if any(
            _same_place(sentence, there.all[other], partners)
            for other in there.by_words.get(sentence.words, ())[:_MOST]
        )
        or _respelt(sentence, there, partners)
    )


def _respelt(sentence: Sentence, there: Sentences, partners: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether the aligned clause holds the sentence with other spelling alone."""
    return any(
        _spelt_alike(sentence.words, there.all[other].words)
        and _same_place(sentence, there.all[other], partners)
        for partner in partners.get(sentence.block, ())
        for other in there.of_block.get(partner, ())[:_MOST]
    )


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
    if similarity(sentence.lead, other.lead) >= _SAME_LEAD:
        return True
    return paired and similarity(sentence.lead[-_END:], other.lead[-_END:]) >= _SAME_END
