"""Differences of facts that carry a value: periods, promised times, ages, dates. 60 -> 90 days is one altered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from tracker.diff.difference import Difference, alikeness, closeness, matched
from tracker.diff.periods import canonical
from tracker.diff.sentences import Alignment
from tracker.diff.statements import Mention, Statement
from tracker.facts.cues import fold
from tracker.model import Fact

_SAME_SUBJECT = 80.0  # token-sort ratio from which two subjects are one
_SAME_WORDS = 0.5  # similarity from which two sentences elsewhere say the same
_LEAST_ALIKE = 0.3  # similarity from which two aligned sentences are about the same thing


def value(fact: Fact) -> str:
    """The value that a valued fact states, in one spelling."""
    if fact.kind in ("retention", "age_limit"):
        return canonical(fact.key)
    return canonical(fact.attribute("value"))


def same_subject(one: Fact, other: Fact) -> bool:
    """Whether two facts name the same subject; false where one names none."""
    first, second = fold(one.attribute("subject")), fold(other.attribute("subject"))
    return bool(first and second) and fuzz.token_sort_ratio(first, second) >= _SAME_SUBJECT


def differences(
    kind: str, old: Sequence[Mention], new: Sequence[Mention], alignment: Alignment
) -> Iterator[Difference]:
    """What differs among the facts of one kind with values (and, for commitments, of one key)."""
    lost = [mention for mention in old if mention.fresh]
    fresh = [mention for mention in new if mention.fresh]
    matched(lost, fresh, lambda one, other: _same(one, other, alignment))
    for one, other in matched(lost, fresh, lambda one, other: _turned(one, other, alignment)):
        yield _altered(one, other)
    if kind != "retention":
        for one, other in zip(sorted(lost, key=_place), sorted(fresh, key=_place), strict=False):
            if not (_stated(one, new) or _stated(other, old)):
                yield _altered(one, other)
                lost.remove(one)
                fresh.remove(other)
    for mention in _lone(lost, new):
        yield Difference(kind, mention.fact.key, "removed", _alone(mention), None)
    for mention in _lone(fresh, old):
        yield Difference(kind, mention.fact.key, "added", None, _alone(mention))


def dates(old: Sequence[Mention], new: Sequence[Mention]) -> Iterator[Difference]:
    """The policy's own dates: each side's is the latest that it states of a kind.

    Where one version gives only the date of its last update and the other only the date of its effect, they are one.
    """
    before = {mention.fact.key: mention for mention in sorted(old, key=_date)}
    after = {mention.fact.key: mention for mention in sorted(new, key=_date)}
    if before and after and not before.keys() & after.keys():
        one, other = max(before.values(), key=_date), max(after.values(), key=_date)
        if value(one.fact) != value(other.fact):
            yield _altered(one, other)
        return
    for key in sorted(before.keys() | after.keys()):
        if key in before and key in after:
            if value(before[key].fact) != value(after[key].fact):
                yield _altered(before[key], after[key])
        elif key in before and before[key].fresh:
            yield Difference("date", key, "removed", _alone(before[key]), None)
        elif key in after and after[key].fresh:
            yield Difference("date", key, "added", None, _alone(after[key]))


def _date(mention: Mention) -> tuple[str, int]:
    return mention.fact.attribute("value"), -mention.evidence.start


def _same(old: Mention, new: Mention, alignment: Alignment) -> float:
    """Score of two mentions that state the same: one value, and for periods one subject or place."""
    if value(old.fact) != value(new.fact):
        return 0.0
    if old.fact.kind != "retention":
        return 1.0 + closeness(alignment, old, new)
    near = closeness(alignment, old, new)
    subject = same_subject(old.fact, new.fact)
    return near + subject if near or subject or alikeness(alignment, old, new) >= _SAME_WORDS else 0.0


def _turned(old: Mention, new: Mention, alignment: Alignment) -> float:
    """Score of two mentions of which the newer may be the older with another value."""
    if value(old.fact) == value(new.fact):
        return 0.0
    near = closeness(alignment, old, new)
    subject = same_subject(old.fact, new.fact)
    order = 1 / (2 + abs(_offset(old, alignment, newer=False) - _offset(new, alignment, newer=True)))
    return near + subject + order / 100 if subject or near >= _LEAST_ALIKE else 0.0


def _offset(mention: Mention, alignment: Alignment, *, newer: bool) -> int:
    """How far into its sentence a mention stands."""
    sentences = alignment.new if newer else alignment.old
    return mention.evidence.start - sentences.all[mention.sentences[0]].start if mention.sentences else 0


def _lone(left: Sequence[Mention], others: Sequence[Mention]) -> Iterator[Mention]:
    """What is left on one side and not stated on the other, each value (and subject) once."""
    told: list[Mention] = []
    for mention in left:
        again = any(
            value(mention.fact) == value(other.fact)
            and (mention.fact.kind != "retention" or same_subject(mention.fact, other.fact))
            for other in told
        )
        if not again and not _stated(mention, others):
            told.append(mention)
            yield mention


def _stated(mention: Mention, others: Sequence[Mention]) -> bool:
    """Whether the other version states the mention's value too; a period counts for its own subject only."""
    same = [other for other in others if value(other.fact) == value(mention.fact)]
    if mention.fact.kind != "retention" or not mention.fact.attribute("subject"):
        return bool(same)
    return any(
        not other.fact.attribute("subject") or same_subject(mention.fact, other.fact) for other in same
    )


def _altered(old: Mention, new: Mention) -> Difference:
    fact = new.fact
    was = old.fact.key if fact.kind in ("retention", "age_limit") else old.fact.attribute("value")
    differs = "key" if fact.kind in ("retention", "age_limit") else "value"
    return Difference(fact.kind, fact.key, "altered", _alone(old), _alone(new), was or None, (differs,))


def _alone(mention: Mention) -> Statement:
    return Statement(mention.fact.kind, mention.fact.key, (mention,))


def _place(mention: Mention) -> tuple[int, int]:
    return mention.evidence.start, mention.evidence.end
