"""Whether a sentence that changed, came or went matters though no fact kind covers it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.distance import OSA, Indel

from tracker import lexicons
from tracker.diff import wording
from tracker.diff.wording import Saying
from tracker.diff.words import changed_ranges
from tracker.facts.cues import fold
from tracker.facts.reading import sentences
from tracker.model import BlockKind, Change, Evidence, Fact, Side, TextClass

_ALIKE = 0.8  # similarity from which a change of a weighty word is aimed and not a by-product of rewording
_ELSEWHERE = 0.8  # share of a sentence's words that another must hold to say the same
_WEAK_KINDS = frozenset({"data_category", "purpose"})  # facts that nearly every sentence states
_FULL_KINDS = frozenset({"right", "legal_basis", "retention", "age_limit", "date", "contact"})
_SIGNPOST = 8  # words of a link that only leads elsewhere
_TITLE = 7  # fewer words without a stop at their end are a title
_SENTENCE_END = frozenset(".!?;:…。！？")
_CONTACTS = frozenset({"date", "contact"})


class Judgement(NamedTuple):
    """A class and why."""

    kind: TextClass
    reason: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its place."""

    start: int
    end: int
    block: int
    saying: Saying


class _Spans:
    """Labelled spans of a text, asked which of them touch a stretch."""

    def __init__(self, spans: Iterable[tuple[int, int, str]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _, _ in self._spans]
        self._longest = max((end - start for start, end, _ in self._spans), default=0)

    def touching(self, start: int, end: int) -> frozenset[str]:
        first = bisect_left(self._starts, start - self._longest)
        last = bisect_left(self._starts, end)
        return frozenset(label for _, until, label in self._spans[first:last] if until > start)


class Reader:
    """One side of a comparison, read for judging: its sentences, where its facts and changes stand."""

    def __init__(self, side: Side, changes: Iterable[tuple[Change, Sequence[Evidence]]]) -> None:
        self.document = side.document
        self.language = side.document.language
        self._facts = side.facts
        self._changed = _Spans((e.start, e.end, f"{c.kind}:{c.rule}") for c, found in changes for e in found)
        self._sentences: dict[int, tuple[Sentence, ...]] = {}

    def sentences(self, block: int) -> tuple[Sentence, ...]:
        """The block's sentences."""
        if block not in self._sentences:
            here = self.document.blocks[block]
            self._sentences[block] = self._cut(self.document.text, 0, here.start, here.end, block)
        return self._sentences[block]

    def joined(self, blocks: Sequence[int]) -> tuple[Sentence, ...]:
        """The sentences of neighbouring blocks, going on over the ends of lines and blocks."""
        start, end = self.document.blocks[blocks[0]].start, self.document.blocks[blocks[-1]].end
        text = self.document.text[start:end].replace("\n", " ")
        return self._cut(text, start, start, end, blocks[0])

    def _cut(self, text: str, offset: int, start: int, end: int, block: int) -> tuple[Sentence, ...]:
        return tuple(
            Sentence(offset + i, offset + k, block, wording.read(text[i:k], self.language))
            for i, k in sentences(text, start - offset, end - offset, _abbreviations(self.language))
        )

    def quote(self, blocks: Sequence[int]) -> str:
        """The words of blocks, a line each."""
        return "\n".join(self.document.words(self.document.blocks[block]) for block in blocks)

    def words(self, blocks: Sequence[int]) -> tuple[str, ...]:
        """The words of blocks, however they are cut into sentences."""
        return wording.read(self.quote(blocks), self.language).words

    def is_signpost(self, sentence: Sentence) -> bool:
        """Whether its block is nothing but a link, or names a section as a table of contents does."""
        block = self.document.blocks[sentence.block]
        if block.kind is not BlockKind.HEADING and sentence.saying.words in self._titles:
            return True
        linked = any(link.start <= block.start and block.end <= link.end for link in self.document.links)
        return linked and len(sentence.saying.words) <= _SIGNPOST

    @cached_property
    def _titles(self) -> frozenset[tuple[str, ...]]:
        return frozenset(wording.read(s.title, self.language).words for s in self.document.sections)

    def told_as(self, sentence: Sentence) -> frozenset[str]:
        """Kind and rule of the changes whose evidence touches the sentence."""
        return self._changed.touching(sentence.start, sentence.end)

    def facts(self, sentence: Sentence) -> frozenset[str]:
        """Kind and key of the facts whose evidence touches the sentence, without the commonest kinds."""
        return self._fact_spans.touching(sentence.start, sentence.end)

    @cached_property
    def stated(self) -> frozenset[str]:
        """Kind and key of all facts."""
        return frozenset(map(_label, self._facts))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of all words that carry meaning."""
        return frozenset(self._holders)

    def nearest(self, saying: Saying) -> tuple[float, Sentence | None]:
        """The sentence that holds the greatest share of the words that carry meaning, and that share."""
        shared: Counter[int] = Counter()
        for stem in sorted(saying.content):
            shared.update(self._holders.get(stem, ()))
        if not shared:
            return 0.0, None
        number, count = max(shared.items(), key=lambda item: (item[1], -item[0]))
        return count / len(saying.content), self._all[number]

    @cached_property
    def _fact_spans(self) -> _Spans:
        return _Spans(
            (evidence.start, evidence.end, _label(fact))
            for fact in self._facts
            if fact.kind not in _WEAK_KINDS
            for evidence in fact.evidence
        )

    @cached_property
    def _all(self) -> tuple[Sentence, ...]:
        return tuple(
            sentence for block in range(len(self.document.blocks)) for sentence in self.sentences(block)
        )

    @cached_property
    def _holders(self) -> dict[str, list[int]]:
        holders: dict[str, list[int]] = defaultdict(list)
        for number, sentence in enumerate(self._all):
            for stem in sentence.saying.content:
                holders[stem].append(number)
        return holders


def _label(fact: Fact) -> str:
    return f"{fact.kind}:{fact.key}"


def _abbreviations(language: str) -> frozenset[str]:
    return frozenset(lexicons.table(language, "language").get("abbreviations", ()))


# --- a sentence that stands on both sides -----------------------------------------------------------


def judge_edited(old: Sentence, new: Sentence, before: Reader, after: Reader) -> Judgement:
    """How an edit of one sentence is classed."""
    if old.saying.words == new.saying.words:
        return same_words(old.saying.text, new.saying.text)
    told = before.told_as(old) | after.told_as(new)
    if told:
        return _told(told)
    if _only_the_date(old.saying, new.saying, after.language):
        return Judgement(TextClass.EDITORIAL, "the policy's own date")
    if wording.is_furniture(old.saying, before.language) and wording.is_furniture(new.saying, after.language):
        return Judgement(TextClass.EDITORIAL, "part of the page, not of the policy")
    return _reworded(old, new, before, after)


def same_words(old: str, new: str) -> Judgement:
    """What differs between two texts that are the same words to ``wording.read``."""
    if "".join(old.split()) == "".join(new.split()):
        return Judgement(TextClass.EDITORIAL, "blanks or division into paragraphs")
    if _letters(old) != _letters(new):
        return Judgement(TextClass.EDITORIAL, "an address, a clause's number or the way a number is written")
    return Judgement(TextClass.EDITORIAL, "punctuation" if old.casefold() != new.casefold() else "capitals")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _told(told: frozenset[str]) -> Judgement:
    """What the typed changes already tell; a mere date or contact is no change of substance."""
    rules = ", ".join(sorted(label.partition(":")[2] for label in told))
    editorial = all(label.partition(":")[0] in _CONTACTS for label in told)
    return Judgement(TextClass.EDITORIAL if editorial else TextClass.REWORDED, f"told as {rules}")


def _only_the_date(old: Saying, new: Saying, language: str) -> bool:
    if wording.is_date_line(old, language) and wording.is_date_line(new, language):
        return True
    if not wording.wording(language).dated.first(new.folded):
        return False
    # a month's name may differ besides the numbers
    return len(set(old.words) ^ set(new.words) - old.numbers - new.numbers) <= 2 + len(
        old.numbers | new.numbers
    )


def _reworded(old: Sentence, new: Sentence, before: Reader, after: Reader) -> Judgement:
    likeness = Indel.normalized_similarity(old.saying.words, new.saying.words)
    if old.saying.numbers != new.saying.numbers:
        return Judgement(TextClass.SUBSTANTIVE, "a number differs")
    ours, theirs = wording.weights(old.saying, before.language), wording.weights(new.saying, after.language)
    if weight := _other_weight(ours, theirs):
        facts = before.facts(old)
        if likeness >= _ALIKE or not facts or facts != after.facts(new):
            return Judgement(TextClass.SUBSTANTIVE, f"a word of {weight} differs")
    if _misspelt(old.saying.words, new.saying.words):
        return Judgement(TextClass.EDITORIAL, "spelling")
    return _other_content(old.saying, new.saying, before, after)


def _other_weight(ours: Counter[str], theirs: Counter[str]) -> str:
    """The first group of weighty words that one side has and the other has not; "" where there is none."""
    if ours["negation"] != theirs["negation"]:
        return "negation"
    return next((name for name in sorted(ours | theirs) if bool(ours[name]) != bool(theirs[name])), "")


def _misspelt(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether each word that differs is nearly the same word."""
    codes: dict[str, int] = {}
    a, b = ([codes.setdefault(word, len(codes)) for word in words] for words in (old, new))
    return all(
        _nearly("".join(old[each.i : each.j]), "".join(new[each.k : each.m])) for each in changed_ranges(a, b)
    )


def _nearly(one: str, other: str) -> bool:
    if one == other:
        return True
    slips = 2 if min(len(one), len(other)) > 8 else 1
    return min(len(one), len(other)) > 3 and OSA.distance(one, other, score_cutoff=slips) <= slips


def _other_content(old: Saying, new: Saying, before: Reader, after: Reader) -> Judgement:
    gone, come = old.content - new.content, new.content - old.content
    unheard = len(come - before.vocabulary) + len(gone - after.vocabulary)
    matters = wording.matters(new, after.language) or wording.matters(old, before.language)
    if matters and len(come) - len(gone) >= (3 if not gone else 4):
        return Judgement(TextClass.SUBSTANTIVE, "says more")
    if matters and len(gone) - len(come) >= (3 if not come else 4):
        return Judgement(TextClass.SUBSTANTIVE, "says less")
    common = len(old.content & new.content)
    if matters and unheard >= 4 and min(len(gone), len(come)) > common:
        return Judgement(TextClass.SUBSTANTIVE, "says something else")
    return Judgement(TextClass.REWORDED, "other words")


# --- a sentence that stands on one side -------------------------------------------------------------


def judge_lone(sentence: Sentence, here: Reader, there: Reader, came: bool) -> Judgement:
    """How a sentence without counterpart is classed; ``came``: it is new, else it is gone."""
    told = here.told_as(sentence)
    if told:
        return _told(told)
    saying = sentence.saying
    if wording.is_date_line(saying, here.language) or wording.is_furniture(saying, here.language):
        return Judgement(TextClass.EDITORIAL, "part of the page, not of the policy")
    if here.is_signpost(sentence):
        return Judgement(TextClass.EDITORIAL, "a link or an entry of the contents")
    if said := _said_elsewhere(sentence, here, there):
        return said
    if not _states(sentence, here):
        return Judgement(TextClass.REWORDED, "states nothing of its own")
    return Judgement(TextClass.SUBSTANTIVE, "a new statement" if came else "a statement is gone")


def _said_elsewhere(sentence: Sentence, here: Reader, there: Reader) -> Judgement | None:
    saying = sentence.saying
    usual = there.language
    if wording.language_of(here.words((sentence.block,)), lexicons.languages(), usual) != usual:
        return Judgement(TextClass.REWORDED, "in another language than the other version")
    share, nearest = there.nearest(saying)
    if nearest is None:
        return None
    if saying.words == nearest.saying.words:
        return Judgement(TextClass.MOVED, "stands elsewhere")
    if (
        share >= _ELSEWHERE
        and len(saying.content) >= 3
        and _same_force(saying, nearest.saying, here.language)
    ):
        return Judgement(TextClass.REWORDED, "said elsewhere")
    facts = here.facts(sentence)
    if facts and facts <= there.stated and (_is_full(facts) or not saying.content - there.vocabulary):
        return Judgement(TextClass.REWORDED, "states only what is stated elsewhere")
    return None


def _is_full(facts: frozenset[str]) -> bool:
    """Whether the facts say all that such a sentence says; one that names a party may say more of it."""
    return all(label.partition(":")[0] in _FULL_KINDS for label in facts)


def _same_force(one: Saying, other: Saying, language: str) -> bool:
    return (
        one.numbers <= other.numbers
        and wording.weights(one, language)["negation"] == wording.weights(other, language)["negation"]
    )


def _states(sentence: Sentence, here: Reader) -> bool:
    """Whether the sentence says something about people and their data."""
    saying, language = sentence.saying, here.language
    block = here.document.blocks[sentence.block]
    if block.kind is BlockKind.HEADING or block.header or not saying.content:
        return False
    known = wording.wording(language)
    weighs = wording.weights(saying, language)
    if known.empty.first(saying.folded) and not (
        saying.numbers or weighs["negation"] or weighs["obligation"]
    ):
        return False
    led_in = block.lead >= 0 and any(wording.matters(s.saying, language) for s in here.sentences(block.lead))
    if led_in or not wording.matters(saying, language):
        return led_in
    is_sentence = saying.text.rstrip()[-1:] in _SENTENCE_END or len(saying.words) >= _TITLE
    return is_sentence and len(saying.content) > 1
