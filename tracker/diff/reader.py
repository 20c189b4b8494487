"""One side of a comparison as it is read to judge its changed sentences."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest

from tracker.diff import wording
from tracker.diff.wording import Saying
from tracker.facts.cues import fold
from tracker.facts.reading import sentences, stops_of
from tracker.model import Block, BlockKind, Change, Evidence, Fact, Link, Side

_WEAK_KINDS = frozenset({"data_category", "purpose"})  # facts that nearly every sentence states
_ENOUGH = 500  # blocks that hold some of the words: no more are gathered
_LOOKED_AT = 5  # blocks searched for the sentence that is most like another
_BORDERS = frozenset(["", "\n", ".", "!", "?", ";", "|", "。"])  # what parts lines and sentences
_SIGNPOST = 8  # words of a link that only leads elsewhere


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
        self._foreign: dict[int, bool] = {}
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

    def run(self, sentences: Sequence[Sentence], numbers: Sequence[int]) -> Sentence:
        """Some neighbouring sentences as one."""
        first, last = sentences[numbers[0]], sentences[numbers[-1]]
        if first is last:
            return first
        text = " ".join(sentences[number].saying.text for number in numbers)
        return Sentence(first.start, last.end, first.block, wording.read(text, self.language))

    def _cut(self, text: str, offset: int, start: int, end: int, block: int) -> tuple[Sentence, ...]:
        return tuple(
            Sentence(offset + i, offset + k, block, wording.read(text[i:k], self.language))
            for i, k in sentences(text, start - offset, end - offset, stops_of(self.language))
        )

    def quote(self, blocks: Sequence[int]) -> str:
        """The words of blocks, a line each."""
        return "\n".join(self.document.words(self.document.blocks[block]) for block in blocks)

    def words(self, blocks: Sequence[int]) -> tuple[str, ...]:
        """The words of blocks, however they are cut into sentences."""
        found = [sentence for block in blocks for sentence in self.sentences(block)]
        return tuple(word for sentence in found for word in sentence.saying.words)

    def is_foreign(self, block: int, language: str) -> bool:
        """Whether a block is plainly in another language than the one given."""
        if block not in self._foreign:
            self._foreign[block] = wording.language_of(self.words((block,)), language) != language
        return self._foreign[block]

    def is_signpost(self, sentence: Sentence) -> bool:
        """Whether its block is nothing but a link, or names a section as a table of contents does."""
        block = self.document.blocks[sentence.block]
        if block.kind is not BlockKind.HEADING and sentence.saying.words in self._titles:
            return True
        linked = any(link.start <= block.start and block.end <= link.end for link in self.links(block))
        return linked and len(sentence.saying.words) <= _SIGNPOST

    def links(self, block: Block) -> tuple[Link, ...]:
        """The links that begin in the block."""
        links, starts = self._links
        return links[bisect_left(starts, block.start) : bisect_left(starts, block.end)]

    @cached_property
    def _links(self) -> tuple[tuple[Link, ...], list[int]]:
        links = tuple(sorted(self.document.links, key=lambda link: (link.start, link.end)))
        return links, [link.start for link in links]

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
    def folded(self) -> str:
        """The whole text, folded."""
        return fold(self.document.text)

    def holds(self, saying: Saying) -> bool:
        """Whether it stands in the text as it is, as a whole line or sentence."""
        words = saying.folded.strip()
        at = -1
        for _ in range(_LOOKED_AT):
            at = self.folded.find(words, at + 1)
            if at < 0:
                break
            end = at + len(words)
            before = self.folded[max(0, at - 3) : at].rstrip(" ")[-1:]
            after = self.folded[end : end + 1]
            if before in _BORDERS and (after in _BORDERS or words[-1] in _BORDERS):
                return True
        return False

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of all words that carry meaning."""
        return frozenset(self._holders)

    def nearest(self, saying: Saying) -> tuple[float, Sentence | None]:
        """The sentence that holds the greatest share of the words that carry meaning, and that share."""
        shared: Counter[int] = Counter()
        rarest = sorted(saying.content, key=lambda stem: (len(self._holders.get(stem, ())), stem))
        for stem in rarest:
            if len(shared) < _ENOUGH:  # the common words then only count in what the rare ones found
                shared.update(self._holders.get(stem, ())[:_ENOUGH])
        blocks = nlargest(_LOOKED_AT, shared, key=lambda block: (shared[block], -block))
        found = [sentence for block in sorted(blocks) for sentence in self.sentences(block)]
        best = max(found, key=lambda sentence: len(saying.content & sentence.saying.content), default=None)
        return (len(saying.content & best.saying.content) / len(saying.content) if best else 0.0), best

    def stating(self, facts: frozenset[str]) -> Sequence[Sentence]:
        """The first sentences that state just these facts."""
        return self._stating.get(facts, ())

    @cached_property
    def _stating(self) -> dict[frozenset[str], list[Sentence]]:
        starts = [block.start for block in self.document.blocks]
        places = {e.start for fact in self._facts if fact.kind not in _WEAK_KINDS for e in fact.evidence}
        numbers = sorted({max(0, bisect_right(starts, place) - 1) for place in places})
        found: dict[frozenset[str], list[Sentence]] = defaultdict(list)
        for sentence in (sentence for number in numbers for sentence in self.sentences(number)):
            same = found[self.facts(sentence)]
            if len(same) < _LOOKED_AT:
                same.append(sentence)
        return found

    @cached_property
    def _fact_spans(self) -> _Spans:
        return _Spans(
            (evidence.start, evidence.end, _label(fact))
            for fact in self._facts
            if fact.kind not in _WEAK_KINDS
            for evidence in fact.evidence
        )

    @cached_property
    def _holders(self) -> dict[str, list[int]]:
        holders: dict[str, list[int]] = defaultdict(list)
        for number, block in enumerate(self.document.blocks):
            for stem in wording.stems(self.document.words(block), self.language):
                holders[stem].append(number)
        return holders


def _label(fact: Fact) -> str:
    return f"{fact.kind}:{fact.key}"
