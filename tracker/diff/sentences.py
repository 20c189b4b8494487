"""The sentences of a version, each with its place: what typed changes are told from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Indel

from tracker import lexicons
from tracker.diff import paraphrase
from tracker.diff.wording import wording
from tracker.facts.cues import Cues
from tracker.facts.reading import Unit, read_units
from tracker.model import BlockKind, Document, Evidence

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its place: span in the text, block, words without punctuation and case, and its
    lead-in's.
    """

    start: int
    end: int
    block: int
    words: tuple[str, ...]  # in the language's standard words: contractions and plain synonyms are one
    spelt: tuple[str, ...]  # as they stand
    telling: tuple[str, ...]  # its words without articles, pronouns and the like
    lead: tuple[str, ...]
    heading: bool
    cell: bool
    negated: bool
    lead_negated: bool
    binding: int  # 1 where it binds the company, -1 where it leaves to it what it does, else 0


@dataclass(frozen=True)
class Sentences:
    """The sentences of one version in order, with look-up by place, block and words."""

    document: Document
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

    def evidence(self, number: int) -> Evidence:
        """The sentence as evidence."""
        sentence = self.all[number]
        quote = self.document.text[sentence.start : sentence.end]
        section = self.document.blocks[sentence.block].section
        return Evidence(sentence.start, sentence.end, quote, self.document.path(section))


def words_of(folded: str) -> tuple[str, ...]:
    """The words of a folded text, without punctuation."""
    return tuple(_WORD.findall(folded))


@cache
def turns(language: str, name: str) -> Cues:
    """What turns a statement in a language, in English by default.

    ``negation``, ``promise`` and ``discretion``; ``reach`` says to whom a policy applies.
    """
    table = lexicons.table(language, "turns") or lexicons.table("en", "turns")
    return Cues({name: table[name]})


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of two word sequences is common, from 0 to 1."""
    return Indel.normalized_similarity(one, other)


def read_sentences(document: Document) -> Sentences:
    """The document's sentences in order."""
    sentences = tuple(_sentence(unit, document) for unit in read_units(document, document.language))
    of_block: dict[int, list[int]] = {}
    by_words: dict[tuple[str, ...], list[int]] = {}
    for number, sentence in enumerate(sentences):
        of_block.setdefault(sentence.block, []).append(number)
        by_words.setdefault(sentence.words, []).append(number)
    return Sentences(
        document,
        sentences,
        tuple(sentence.start for sentence in sentences),
        {block: tuple(numbers) for block, numbers in of_block.items()},
        {words: tuple(numbers) for words, numbers in by_words.items()},
    )


class _Said(NamedTuple):
    """What a sentence's words are, wherever it stands."""

    words: tuple[str, ...]
    spelt: tuple[str, ...]
    telling: tuple[str, ...]
    negated: bool
    binding: int


@lru_cache(maxsize=10_000)  # most sentences stand in both versions, and a lead-in is one of every item
def _said(folded: str, language: str) -> _Said:
    words = words_of(paraphrase.standard(language)(paraphrase.unnumbered(folded)))
    small = wording(language).function | wording("en").function  # many a policy has an English half
    promise, discretion = (bool(turns(language, name).first(folded)) for name in ("promise", "discretion"))
    return _Said(
        words,
        words_of(folded),
        tuple(word for word in words if word not in small),
        turns(language, "negation").first(folded) is not None,
        -discretion or int(promise),
    )


def _sentence(unit: Unit, document: Document) -> Sentence:
    said = _said(unit.folded, document.language)
    led = _said(unit.lead.folded, document.language) if unit.lead else None
    lead = led.words if led else ()
    if unit.cell > 0:  # a cell says something about what its row's first cell names
        first = document.blocks[unit.block].cells[0]
        lead = words_of(f"{document.text[first.start : first.end].casefold()} {unit.header}")
    return Sentence(
        unit.start,
        unit.end,
        unit.block,
        said.words,
        said.spelt,
        said.telling,
        lead,
        unit.kind is BlockKind.HEADING,
        unit.cell >= 0,
        said.negated,
        led is not None and led.negated,
        said.binding,
    )
