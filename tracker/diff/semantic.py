"""Typed changes: the facts of two versions paired over the whole document, named and graded by the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker import rules
from tracker.diff import grading, keyed, named, restated, valued
from tracker.diff.difference import Difference, blocks, closeness
from tracker.diff.grading import KINDS
from tracker.diff.sentences import Sentences
from tracker.diff.standing import Alignment, align_sentences
from tracker.diff.statements import Mention, Statement, mentions, statements
from tracker.diff.summary import counts
from tracker.model import (
    BlockKind,
    Change,
    Document,
    Evidence,
    Fact,
    Pair,
    Severity,
    Side,
    TextChange,
    TextClass,
)
from tracker.rules.conditions import Context

_LISTS = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})
_A_LIST = 3  # legal bases in one sentence that only says which there are
_BY_NAME = frozenset({"party", "controller", "contact"})


@dataclass(frozen=True)
class Ground:
    """What the typed changes of two versions are told from."""

    old: Side
    new: Side
    alignment: Alignment
    before: tuple[Mention, ...]
    after: tuple[Mention, ...]
    catalogue: rules.Catalogue

    def graded(self, found: Sequence[Difference]) -> tuple[Change, ...]:
        """The differences as changes, each once, gravest first."""
        context = Context(
            _keys(self.old.facts),
            _keys(self.new.facts),
            tuple(found),
            lambda one: _listed(one, self.alignment, self.old.document, self.new.document),
            lambda one, other: _together(one, other, self.alignment),
        )
        made = [grading.change(difference, self.catalogue.pick(difference, context)) for difference in found]
        return tuple(sorted({change.id: change for change in made}.values(), key=grading.order))


def ground(
    old: Side, new: Side, pairs: Sequence[Pair], severities: Mapping[str, Severity] | None = None
) -> Ground:
    """Both versions read for comparison; ``severities`` are the user's own, by rule.

    Raises tracker.rules.UnknownRule where ``severities`` names a rule that does not exist.
    """
    catalogue = rules.load().graded(severities or {})
    alignment = align_sentences(old.document, new.document, pairs)
    return Ground(
        old,
        new,
        alignment,
        mentions(old.facts, alignment.old, alignment.old_standing),
        mentions(new.facts, alignment.new, alignment.new_standing),
        catalogue,
    )


def changes(found: Ground) -> tuple[Change, ...]:
    """What changed in substance, gravest first."""
    return found.graded(tuple(differences(found.before, found.after, found.alignment)))


def completed(
    found: Ground, changes: Sequence[Change], text_changes: Sequence[TextChange]
) -> tuple[Change, ...]:
    """The changes that the text bears out, and those that show only in clauses reworded in substance."""
    told = frozenset((change.kind, change.key) for change in changes)
    further = restated.differences(found.before, found.after, found.alignment, text_changes, told)
    both = {
        change.id: change for change in (*borne_out(changes, text_changes), *found.graded(tuple(further)))
    }
    return tuple(sorted(both.values(), key=grading.order))


def borne_out(changes: Sequence[Change], text_changes: Sequence[TextChange]) -> tuple[Change, ...]:
    """The changes without those that rest on words of which only the form changed (a dropped translation)."""
    formal = [change for change in text_changes if change.kind is TextClass.EDITORIAL]
    kept = [change for change in changes if not _of_form(change, formal)]
    substance = any(counts(change.kind, change.change) for change in kept if change.key != "unannounced")
    return tuple(change for change in kept if substance or change.key != "unannounced")


def _of_form(change: Change, formal: Sequence[TextChange]) -> bool:
    """Whether all words of a fact that came or went stand in changes of form."""
    if change.change == "altered" or change.kind in ("date", "contact"):
        return False
    return all(_within(evidence, [one.old for one in formal]) for evidence in change.old) and all(
        _within(evidence, [one.new for one in formal]) for evidence in change.new
    )


def _within(evidence: Evidence, places: Sequence[Evidence]) -> bool:
    return any(place.start <= evidence.start and evidence.end <= place.end for place in places)


def differences(
    before: Sequence[Mention], after: Sequence[Mention], alignment: Alignment
) -> Iterator[Difference]:
    """Everything in which the facts of two versions differ, unnamed and ungraded."""
    aside = _asides(before, alignment.old) | _asides(after, alignment.new)
    found = [
        difference
        for kind in KINDS
        for difference in _of_kind(kind, _only(kind, before), _only(kind, after), alignment, aside)
    ]
    yield from found
    yield from _silent(before, after, found)


def _asides(found: Sequence[Mention], sentences: Sentences) -> frozenset[Evidence]:
    """Places that are no use of a fact.

    They are clauses that state a right, whose condition a legal basis is, and sentences that only list the
    legal bases there are.
    """
    rights = {sentences.all[n].block for m in found if m.fact.kind == "right" for n in m.sentences}
    bases: dict[int, set[str]] = {}
    for mention in _only("legal_basis", found):
        for number in mention.sentences:
            bases.setdefault(number, set()).add(mention.fact.key)
    return frozenset(
        mention.evidence
        for mention in found
        for number in mention.sentences
        if sentences.all[number].block in rights or len(bases.get(number, ())) >= _A_LIST
    )


def _of_kind(
    kind: str,
    old: Sequence[Mention],
    new: Sequence[Mention],
    alignment: Alignment,
    aside: frozenset[Evidence],
) -> Iterable[Difference]:
    if kind in ("retention", "age_limit"):
        return valued.differences(kind, old, new, alignment)
    if kind == "commitment":
        return _commitments(old, new, alignment)
    if kind == "date":
        return valued.dates(old, new)
    before, after = statements(kind, old), statements(kind, new)
    if kind in _BY_NAME:
        return named.differences(kind, before, after, alignment)
    return keyed.differences(kind, before, after, alignment, aside)


def _commitments(
    old: Sequence[Mention], new: Sequence[Mention], alignment: Alignment
) -> Iterator[Difference]:
    for key in sorted({mention.fact.key for mention in (*old, *new)}):
        before = [mention for mention in old if mention.fact.key == key]
        after = [mention for mention in new if mention.fact.key == key]
        yield from valued.differences("commitment", before, after, alignment)


def _silent(
    old: Sequence[Mention], new: Sequence[Mention], found: Sequence[Difference]
) -> Iterator[Difference]:
    """A change of substance while the date that the policy gives itself stayed."""
    before, after = _only("date", old), _only("date", new)
    if not (before and after) or any(difference.kind == "date" for difference in found):
        return
    if any(counts(difference.kind, difference.change) for difference in found):
        yield Difference(
            "policy",
            "unannounced",
            "altered",
            Statement("policy", "unannounced", tuple(before[:1])),
            Statement("policy", "unannounced", tuple(after[:1])),
        )


def _only(kind: str, found: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple(mention for mention in found if mention.fact.kind == kind)


def _keys(facts: Iterable[Fact]) -> dict[str, frozenset[str]]:
    keys: dict[str, set[str]] = {}
    for fact in facts:
        keys.setdefault(fact.kind, set()).add(fact.key)
    return {kind: frozenset(found) for kind, found in keys.items()}


def _listed(difference: Difference, alignment: Alignment, old: Document, new: Document) -> bool:
    """Whether the list or table in which a fact stood is in the other version too."""
    there = ((difference.old, old, alignment.to_new, False), (difference.new, new, alignment.to_old, True))
    return any(
        document.blocks[block].lead in partners or _rows_stay(document, block, partners)
        for side, document, partners, newer in there
        if side
        for mention in side.mentions
        for block in blocks(alignment, mention, newer=newer)
    )


def _rows_stay(document: Document, block: int, partners: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether the item or row above or below it, of the same list or table, is in the other version."""
    here = document.blocks[block]
    around = [n for n in (block - 1, block + 1) if 0 <= n < len(document.blocks)]
    return here.kind in _LISTS and any(document.blocks[n].kind is here.kind and n in partners for n in around)


def _together(one: Difference, other: Difference, alignment: Alignment) -> bool:
    """Whether one fact came and the other went in the same clause."""
    if one.new and other.old:
        return _same_clause(other.old, one.new, alignment)
    return bool(one.old and other.new and _same_clause(one.old, other.new, alignment))


def _same_clause(old: Statement, new: Statement, alignment: Alignment) -> bool:
    return any(
        closeness(alignment, one, other) > 0
        for one in old.mentions[:20]
        for other in new.mentions[:20]
        if blocks(alignment, other, newer=True)
    )
