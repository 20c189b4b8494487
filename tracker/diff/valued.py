"""Differences of facts that carry a value: periods, promised times, ages, dates. 60 -> 90 days is one
altered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from tracker import lexicons
from tracker.diff.difference import Difference, alikeness, binding, closeness, matched
from tracker.diff.periods import canonical
from tracker.diff.sentences import Sentences, words_of
from tracker.diff.standing import Alignment
from tracker.diff.statements import Mention, Statement
from tracker.facts.cues import fold
from tracker.model import Fact

_SAME_SUBJECT = 80.0  # token-sort ratio from which two subjects are one
_SAME_CLAUSE = 0.8  # similarity from which aligned sentences have one subject, however it was read
_SAME_WORDS = 0.5  # similarity from which two sentences elsewhere say the same
_SOME_WORDS = 0.2  # similarity of sentences below which a common value is chance
_LEAST_ALIKE = 0.3  # similarity from which two aligned sentences are about the same thing


def value(fact: Fact) -> str:
    """The value that a valued fact states, in one spelling."""
    if fact.kind in ("retention", "age_limit"):
        return canonical(fact.key)
    return canonical(fact.attribute("value"))


def same_subject(one: Fact, other: Fact) -> bool:
    """Whether two facts name the same subject; false where one names none or one that tells nothing."""
    first, second = fold(one.attribute("subject")), fold(other.attribute("subject"))
    return (
        bool(first and second)
        and first not in _anything()
        and fuzz.token_sort_ratio(first, second) >= _SAME_SUBJECT
    )


@lru_cache(maxsize=1)
def _anything() -> frozenset[str]:
    """Subjects that tell nothing apart ("personal data"), in every language."""
    tables = (lexicons.table(language, "turns") for language in lexicons.languages())
    return frozenset(subject for table in tables for subject in table.get("anything", ()))


def differences(
    kind: str, old: Sequence[Mention], new: Sequence[Mention], alignment: Alignment
) -> Iterator[Difference]:
    """What differs among the facts of one kind with values (and, for commitments, of one key)."""
    lost = [mention for mention in old if mention.fresh]
    fresh = [mention for mention in new if mention.fresh]
    same = matched(lost, fresh, lambda one, other: _same(one, other, alignment))
    if kind == "commitment":
        yield from _promises(same, alignment)
    if kind == "retention":
        yield from _bounds(same, alignment)
    turned = matched(lost, fresh, lambda one, other: _turned(one, other, alignment, named=True))
    matched(lost, fresh, lambda one, other: _said_elsewhere(one, other, alignment))
    turned += matched(lost, fresh, lambda one, other: _turned(one, other, alignment))
    if kind != "retention":
        turned += _left_over(lost, fresh, old, new)
    lost = [one for one in _lone(lost, new) if not _told(one, [old for old, _ in turned], alignment.old)]
    fresh = [
        other for other in _lone(fresh, old) if not _told(other, [new for _, new in turned], alignment.new)
    ]
    if kind == "retention":  # a further period of what had one already
        turned += [(one, other) for other in list(fresh) if (one := _of_subject(other, old, fresh))]
        turned += [(one, other) for one in list(lost) if (other := _of_subject(one, new, lost))]
    yield from (_altered(old, new) for old, new in _joined(kind, turned))
    for mention in lost:
        yield Difference(kind, mention.fact.key, "removed", _alone(mention), None)
    for mention in fresh:
        yield Difference(kind, mention.fact.key, "added", None, _alone(mention))


def _promises(same: Sequence[tuple[Mention, Mention]], alignment: Alignment) -> Iterator[Difference]:
    """Commitments whose words bind the company no more, or bind it now."""
    for one, other in same:
        turned = binding(alignment, one, other)
        if turned:
            differs = ("promise+",) if turned > 0 else ("promise-",)
            fact = other.fact
            yield Difference(fact.kind, fact.key, "altered", _alone(one), _alone(other), None, differs)


def _bounds(same: Sequence[tuple[Mention, Mention]], alignment: Alignment) -> Iterator[Difference]:
    """Periods that were a limit and are a minimum now, or the reverse."""
    for one, other in same:
        was, now = one.fact.attribute("bound"), other.fact.attribute("bound")
        turned = bool(was and now) and (was == "at_least") != (now == "at_least")
        if turned and closeness(alignment, one, other) >= _SAME_WORDS:
            fact = other.fact
            yield Difference(fact.kind, fact.key, "altered", _alone(one), _alone(other), was, ("bound",))


def _left_over(
    lost: list[Mention], fresh: list[Mention], old: Sequence[Mention], new: Sequence[Mention]
) -> list[tuple[Mention, Mention]]:
    """What is left of a kind of which a policy has one value: first with first, where neither stands
    elsewhere.
    """
    found = []
    for one, other in zip(sorted(lost, key=_place), sorted(fresh, key=_place), strict=False):
        if not (_stated(one, new) or _stated(other, old)):
            lost.remove(one)
            fresh.remove(other)
            found.append((one, other))
    return found


def _of_subject(mention: Mention, others: Sequence[Mention], waiting: list[Mention]) -> Mention | None:
    """What the other version states of the mention's subject; the mention leaves ``waiting``."""
    found = next((other for other in others if same_subject(mention.fact, other.fact)), None)
    if found:
        waiting.remove(mention)
    return found


def _told(mention: Mention, told: Sequence[Mention], sentences: Sentences) -> bool:
    """Whether a criterion beside a period that is told of already, of the same subject or in the same
    clause.
    """
    if mention.fact.kind != "retention" or mention.fact.key.startswith("P"):
        return False
    here = {sentences.all[number].block for number in mention.sentences}
    return any(
        same_subject(mention.fact, other.fact)
        or here & {sentences.all[number].block for number in other.sentences}
        for other in told
    )


def dates(old: Sequence[Mention], new: Sequence[Mention]) -> Iterator[Difference]:
    """The policy's own dates: each side's is the latest that it states of a kind.

    Where one version gives only the date of its last update and the other only the date of its effect, they
    are one.
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
    near = closeness(alignment, old, new)
    if old.fact.kind != "retention":
        return 1.0 + near
    subject = same_subject(old.fact, new.fact)
    named = old.fact.attribute("subject") and new.fact.attribute("subject")
    if subject or (near and not named) or near >= _SAME_CLAUSE:
        return near + subject
    return 0.0 if named else float(alikeness(alignment, old, new) >= _SAME_WORDS)


def _said_elsewhere(old: Mention, new: Mention, alignment: Alignment) -> float:
    """Score of two mentions of one value whose sentences have something in common, wherever they stand."""
    return alikeness(alignment, old, new) - _SOME_WORDS if value(old.fact) == value(new.fact) else 0.0


def _turned(old: Mention, new: Mention, alignment: Alignment, *, named: bool = False) -> float:
    """Score of two mentions of which one may be the other with another value; periods go with periods.

    With ``named`` only those count whose subject is named and the same.
    """
    subject = same_subject(old.fact, new.fact)
    if value(old.fact) == value(new.fact) or (named and not subject):
        return 0.0
    near = closeness(alignment, old, new)
    if not subject and near < _LEAST_ALIKE:
        return 0.0
    periods = old.fact.key.startswith("P") + new.fact.key.startswith("P")
    order = 1 / (2 + abs(_offset(old, alignment, newer=False) - _offset(new, alignment, newer=True)))
    return near + subject + periods + order / 100


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
    return any(same_subject(mention.fact, other.fact) for other in same)


def _joined(
    kind: str, turned: Sequence[tuple[Mention, Mention]]
) -> Iterator[tuple[list[Mention], list[Mention]]]:
    """The pairs with those together that tell one change of one subject, said in two places."""
    groups: list[tuple[list[Mention], list[Mention]]] = []
    for one, other in turned:
        for old, new in groups:
            same = value(one.fact) == value(old[0].fact) and value(other.fact) == value(new[0].fact)
            if same and (kind != "retention" or _within(other.fact, new[0].fact)):
                old.append(one)
                new.append(other)
                break
        else:
            groups.append(([one], [other]))
    for old, new in groups:
        yield sorted(old, key=_subject_length), sorted(new, key=_subject_length)


def _subject_length(mention: Mention) -> tuple[int, int]:
    return len(mention.fact.attribute("subject")), mention.evidence.start


def _within(one: Fact, other: Fact) -> bool:
    """Whether one subject names the other among more ("usage data, server logs" and "server logs")."""
    first, second = (set(words_of(fold(fact.attribute("subject")))) for fact in (one, other))
    return bool(first and second) and (first <= second or second <= first)


def _altered(old: Mention | list[Mention], new: Mention | list[Mention]) -> Difference:
    before, after = (side if isinstance(side, list) else [side] for side in (old, new))
    fact, was = after[0].fact, before[0].fact
    by_key = fact.kind in ("retention", "age_limit")
    former = was.key if by_key else was.attribute("value")
    differs = ("key",) if by_key else ("value",)
    return Difference(
        fact.kind, fact.key, "altered", _alone(*before), _alone(*after), former or None, differs
    )


def _alone(*mentions: Mention) -> Statement:
    return Statement(mentions[0].fact.kind, mentions[0].fact.key, mentions)


def _place(mention: Mention) -> tuple[int, int]:
    return mention.evidence.start, mention.evidence.end
