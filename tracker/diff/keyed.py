"""Differences of facts that are told apart by their key: rights, bases, transfers, practices, categories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from tracker.diff.difference import MOST, Difference, alikeness, binding, closeness, only
from tracker.diff.periods import canonical
from tracker.diff.standing import Alignment
from tracker.diff.statements import Mention, Statement
from tracker.facts.cues import fold
from tracker.model import Evidence

# The attributes whose change alters a fact, by kind; the others are descriptions
TELLING: Mapping[str, tuple[str, ...]] = {
    "right": ("scope", "conditions", "deadline", "fee", "channel"),
    "practice": ("polarity", "condition"),
}
# Kinds of which a further use (or one use less) is a change: the basis of another processing
WITH_USES = frozenset({"legal_basis"})
_GRAVITY = (
    "yes",
    "",
    "conditional",
    "no",
)  # a practice stated twice is as its most far-reaching statement says
_SAME_WORDS = 0.5
_SAME_PHRASE = 85.0


def differences(
    kind: str,
    old: Sequence[Statement],
    new: Sequence[Statement],
    alignment: Alignment,
    aside: frozenset[Evidence] = frozenset(),
) -> Iterator[Difference]:
    """What differs among the statements of one kind, by key; ``aside``: places that are no use of a fact."""
    before = {statement.key: statement for statement in old}
    after = {statement.key: statement for statement in new}
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one and other:
            yield from _altered(kind, one, other, alignment, aside)
        elif one and one.fresh:
            yield Difference(kind, key, "removed", one, None)
        elif other and other.fresh:
            yield Difference(kind, key, "added", None, other)


def _altered(
    kind: str, old: Statement, new: Statement, alignment: Alignment, aside: frozenset[Evidence]
) -> Iterator[Difference]:
    before = {name: _standard(name, old) for name in TELLING.get(kind, ())}
    after = {name: _standard(name, new) for name in TELLING.get(kind, ())}
    differs = tuple(name for name in before if _differs(name, before[name], after[name], old, new))
    if kind in WITH_USES:
        differs += _uses(old, new, alignment, aside)
    if kind == "right":
        differs += _promise(old, new, alignment)
    if not differs:
        return
    was = before.get(differs[0])
    one = only(old, [m for m in old.mentions if m.fresh] or old.mentions)
    other = only(new, [m for m in new.mentions if m.fresh] or new.mentions)
    now = {name: value for name, value in after.items() if value} if before else None
    earlier = {name: value for name, value in before.items() if value} if before else None
    yield Difference(kind, new.key, "altered", one, other, was or None, differs, now, earlier)


def _standard(name: str, statement: Statement) -> str:
    """The one value that an attribute has over all mentions; "" where it is not limited or not stated."""
    values = statement.values(name)
    if name == "polarity":
        return (
            min(values, key=lambda value: _GRAVITY.index(value) if value in _GRAVITY else len(_GRAVITY))
            or "yes"
        )
    if name in ("scope", "conditions") and "" in values:
        return ""  # one statement without the limit is enough
    if name == "deadline":
        return ", ".join(sorted({canonical(value): value for value in sorted(values) if value}.values()))
    return ", ".join(sorted(value for value in values if value))


def _differs(name: str, before: str, after: str, old: Statement, new: Statement) -> bool:
    """Whether the attribute is another now, by words that really came or went."""
    if before == after or (
        name == "conditions" and fuzz.token_set_ratio(fold(before), fold(after)) >= _SAME_PHRASE
    ):
        return False
    if name == "deadline" and canonical(before) == canonical(after):
        return False
    if name == "condition" and not (before and after):
        return False  # that there is a condition is told by the polarity
    if name == "channel" and before and after:
        return False  # another address is told as a changed contact
    if name in ("deadline", "fee", "channel") and not (before and after) and not _carried(name, old, new):
        return False
    return any(mention.fresh for mention in old.mentions) and any(mention.fresh for mention in new.mentions)


def _carried(name: str, old: Statement, new: Statement) -> bool:
    """Whether every mention that states the attribute is one whose words came or went."""
    stating = [mention for mention in (*old.mentions, *new.mentions) if mention.fact.attribute(name)]
    return all(mention.fresh for mention in stating)


def _uses(
    old: Statement, new: Statement, alignment: Alignment, aside: frozenset[Evidence]
) -> tuple[str, ...]:
    """``uses+`` where the fact is stated of something more, ``uses-`` where of something less."""
    before, after = old.mentions[:MOST], new.mentions[:MOST]
    lost = [mention for mention in before if mention.fresh and mention.evidence not in aside]
    fresh = [mention for mention in after if mention.fresh and mention.evidence not in aside]
    more = any(not any(_one_use(one, other, alignment) for one in before) for other in fresh)
    less = any(not any(_one_use(one, other, alignment) for other in after) for one in lost)
    return ("uses+",) * more + ("uses-",) * less


def _promise(old: Statement, new: Statement, alignment: Alignment) -> tuple[str, ...]:
    """``promise+`` where the company is bound now to what it was free to do, ``promise-`` in the reverse
    case.
    """
    lost = [mention for mention in old.mentions if mention.fresh][:MOST]
    fresh = [mention for mention in new.mentions if mention.fresh][:MOST]
    turned = {binding(alignment, one, other) for one in lost for other in fresh} - {0}
    return {1: ("promise+",), -1: ("promise-",)}[turned.pop()] if len(turned) == 1 else ()


def _one_use(old: Mention, new: Mention, alignment: Alignment) -> bool:
    return closeness(alignment, old, new) > 0.2 or alikeness(alignment, old, new) >= _SAME_WORDS
