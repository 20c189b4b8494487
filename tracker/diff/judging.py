"""Whether a sentence that changed, came or went matters though no fact kind covers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA, Indel

from tracker.diff import wording
from tracker.diff.reader import Reader, Sentence
from tracker.diff.wording import Saying
from tracker.diff.words import changed_ranges
from tracker.facts.cues import fold
from tracker.model import TOLD, BlockKind, TextClass

_ALIKE = 0.8  # similarity from which a change of a weighty word is aimed and not a by-product of rewording
_ELSEWHERE = 0.8  # share of a sentence's words that another must hold to say the same
_HALF = 0.5  # the same for a sentence whose facts the other version states
_FULL_KINDS = frozenset(
    {"right", "age_limit", "date", "contact"}
)  # a sentence that states one says little else
_TITLE = 7  # fewer words without a stop at their end are a title
_SENTENCE_END = frozenset(".!?;:…。！？")
_UNHEARD = 4  # so many words that the other version uses nowhere make a rewritten sentence say something else
_ELABORATE = 7  # words that carry meaning, from which a sentence states something whatever it speaks of
_BRIEF = 6  # words that carry meaning, up to which a sentence says no more than the facts that it states
_CONTACTS = frozenset({"date", "contact"})


class Judgement(NamedTuple):
    """A class and why."""

    kind: TextClass
    reason: str


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
    return Judgement(TextClass.EDITORIAL if editorial else TextClass.REWORDED, f"{TOLD}{rules}")


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
    if _other_names(old.saying, new.saying, before, after):
        return Judgement(TextClass.SUBSTANTIVE, "a name differs")
    if _misspelt(old.saying.words, new.saying.words):
        return Judgement(TextClass.EDITORIAL, "spelling")
    return _other_content(old.saying, new.saying, before, after)


def _other_weight(ours: Counter[str], theirs: Counter[str]) -> str:
    """The first group of weighty words that one side has and the other has not; "" where there is none."""
    if ours["negation"] != theirs["negation"]:
        return "negation"
    return next((name for name in sorted(ours | theirs) if bool(ours[name]) != bool(theirs[name])), "")


def _other_names(old: Saying, new: Saying, before: Reader, after: Reader) -> bool:
    """Whether a name came that the older version has nowhere, or went that the newer has nowhere."""
    ours, theirs = wording.names(old), wording.names(new)
    return any(name not in before.folded for name in theirs - ours) or any(
        name not in after.folded for name in ours - theirs
    )


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
    matters = wording.matters(new, after.language) or wording.matters(old, before.language)
    if matters and len(come) - len(gone) >= (3 if not gone else 4):
        return Judgement(TextClass.SUBSTANTIVE, "says more")
    if matters and len(gone) - len(come) >= (3 if not come else 4):
        return Judgement(TextClass.SUBSTANTIVE, "says less")
    rewritten = min(len(gone), len(come)) > len(old.content & new.content)
    if matters and rewritten and len(come - before.vocabulary) + len(gone - after.vocabulary) >= _UNHEARD:
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
    if _in_other_words(sentence, here, there):
        return Judgement(TextClass.REWORDED, "states the same facts in other words")
    if here.is_foreign(sentence.block, there.language):
        return Judgement(TextClass.REWORDED, "in another language than the other version")
    if len(saying.words) > 1 and there.holds(saying):
        return Judgement(TextClass.MOVED, "stands elsewhere")
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
    if (
        facts
        and share >= _HALF
        and facts <= there.stated
        and (_is_full(facts, saying, here) or saying.content <= there.vocabulary)
    ):
        return Judgement(TextClass.REWORDED, "states only what is stated elsewhere")
    return None


def _in_other_words(sentence: Sentence, here: Reader, there: Reader) -> bool:
    """Whether a brief sentence of the other version, which stands only there, states just the same facts."""
    saying, facts = sentence.saying, here.facts(sentence)
    if not facts or len(saying.content) > _BRIEF:
        return False
    ours = wording.weights(saying, here.language)
    return any(
        len(other.saying.content) <= _BRIEF
        and other.saying.numbers == saying.numbers
        and not _other_weight(ours, wording.weights(other.saying, there.language))
        and not here.holds(other.saying)
        for other in there.stating(facts)
    )


def _is_full(facts: frozenset[str], saying: Saying, here: Reader) -> bool:
    """Whether the facts say all that such a sentence says; one that names a party may say more of it."""
    return (
        all(label.partition(":")[0] in _FULL_KINDS for label in facts)
        and not wording.weights(saying, here.language)["exception"]
    )


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
    if led_in or not (wording.matters(saying, language) or len(saying.content) >= _ELABORATE):
        return led_in
    is_sentence = saying.text.rstrip()[-1:] in _SENTENCE_END or len(saying.words) >= _TITLE
    return is_sentence and len(saying.content) > 1
