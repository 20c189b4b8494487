"""Facts that both versions state, in clauses that say something else now.

What kinds of data, purposes, recipients and criteria of keeping a clause names often stays while what is said
of them changes: a wider condition, another example, one case more. Such a change is told from clauses that
changed in substance alone, and of each kind the clause's most telling fact.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.diff.difference import Difference, matched
from tracker.diff.sentences import Sentences, similarity, turns
from tracker.diff.standing import Alignment
from tracker.diff.statements import Mention, Statement
from tracker.facts.cues import fold
from tracker.model import Evidence, Fact, TextChange, TextClass

KINDS = ("recipient_category", "retention", "data_category", "purpose")
_ALIKE = 0.75  # similarity of telling words from which two sentences say much the same
Told = frozenset[tuple[str, str]]


@dataclass
class _Clause:
    """The facts of one changed clause: on either side the mentions whose sentences changed."""

    old: list[Mention] = field(default_factory=list)
    new: list[Mention] = field(default_factory=list)

    def cleared(self, alignment: Alignment) -> _Clause:
        """The clause without the mentions that the other side has in much the same words."""
        old, new = list(self.old), list(self.new)
        matched(old, new, lambda one, other: _likeness(alignment, one, other), _ALIKE)
        return _Clause(old, new)

    def keys(self, kind: str) -> set[str]:
        """The facts that one side of the clause alone states; where there are none, all that it states."""
        old, new = ({m.fact.key for m in side if m.fact.kind == kind} for side in (self.old, self.new))
        return old ^ new or old | new


def differences(
    old: Sequence[Mention],
    new: Sequence[Mention],
    alignment: Alignment,
    text_changes: Sequence[TextChange],
    told: Told,
) -> Iterator[Difference]:
    """What is said otherwise, once for each fact; ``told`` are kind and key of what is told already."""
    found = [change for change in text_changes if _of_substance(change)]
    before = [*old, *_scopes(alignment.old, alignment.old_standing)]
    after = [*new, *_scopes(alignment.new, alignment.new_standing)]
    clauses = [clause.cleared(alignment) for clause in _clauses(found, before, after)]
    common = Counter((m.fact.kind, m.fact.key) for m in (*before, *after))
    chosen: dict[tuple[str, str], list[_Clause]] = {}
    for clause in clauses:
        for kind in (*KINDS, "policy"):
            keys = {key for key in clause.keys(kind) if (kind, key) not in told}
            if keys:
                key = min(keys, key=lambda key: (common[kind, key], key))
                chosen.setdefault((kind, key), []).append(clause)
    for (kind, key), where in sorted(chosen.items()):
        yield _difference(kind, key, where)


def _of_substance(change: TextChange) -> bool:
    """Whether it says something else: by its class, or as a clause of one side that typed changes tell of."""
    lone = not (change.old.quote and change.new.quote)
    return change.kind is TextClass.SUBSTANTIVE or (lone and change.reason.startswith("told as"))


def _likeness(alignment: Alignment, one: Mention, other: Mention) -> float:
    """How much of the telling words two mentions of one fact have in common; 0 where one denies."""
    if (one.fact.kind, one.fact.key) != (other.fact.kind, other.fact.key):
        return 0.0
    ours = [alignment.old.all[number] for number in one.sentences]
    theirs = [alignment.new.all[number] for number in other.sentences]
    if any(s.negated for s in ours) != any(s.negated for s in theirs):
        return 0.0
    before, after = ([word for s in side for word in s.telling] for side in (ours, theirs))
    return similarity(before, after)


def _difference(kind: str, key: str, clauses: Sequence[_Clause]) -> Difference:
    sides = []
    for mentions in ([m for c in clauses for m in c.old], [m for c in clauses for m in c.new]):
        own = tuple(m for m in mentions if (m.fact.kind, m.fact.key) == (kind, key))
        sides.append(Statement(kind, key, own) if own else None)
    old, new = sides
    differs = "words" if old and new else "uses+" if new else "uses-"
    return Difference(kind, key, "altered", old, new, None, (differs,), {}, {})


def _clauses(found: Sequence[TextChange], old: Sequence[Mention], new: Sequence[Mention]) -> list[_Clause]:
    clauses = [_Clause() for _ in found]
    for number, mention in _placed([change.old for change in found], old):
        clauses[number].old.append(mention)
    for number, mention in _placed([change.new for change in found], new):
        clauses[number].new.append(mention)
    return clauses


def _placed(places: Sequence[Evidence], mentions: Sequence[Mention]) -> Iterator[tuple[int, Mention]]:
    """Each mention in changed words, with the number of the place that holds it."""
    order = sorted(range(len(places)), key=lambda number: places[number].start)
    starts = [places[number].start for number in order]
    for mention in mentions:
        at = bisect_right(starts, mention.evidence.start) - 1
        if mention.fresh and at >= 0 and mention.evidence.start < places[order[at]].end and _telling(mention):
            yield order[at], mention


def _telling(mention: Mention) -> bool:
    """Whether it is of a kind that is told here: periods are told by their values."""
    fact = mention.fact
    return fact.kind in (*KINDS, "policy") and not (fact.kind == "retention" and fact.key.startswith("P"))


def _scopes(sentences: Sentences, standing: frozenset[int]) -> Iterator[Mention]:
    """The changed sentences that say to whom or to what the policy applies."""
    cues = turns(sentences.document.language, "reach")
    for number, sentence in enumerate(sentences.all):
        if number in standing or sentence.heading:
            continue
        evidence = sentences.evidence(number)
        if cues.first(fold(evidence.quote)):
            yield Mention(Fact("policy", "scope", {}, (evidence,)), evidence, (number,), True)
