"""What one version states, gathered for comparison: one statement for each fact, with all places that state
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.diff.names import names_of
from tracker.diff.sentences import Sentences
from tracker.model import Evidence, Fact

NAMED = frozenset({"party", "controller"})  # kinds whose key is a name


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that states a fact: the fact as read there, its words, and the sentences that hold them."""

    fact: Fact
    evidence: Evidence
    sentences: tuple[int, ...]
    fresh: bool  # some of its sentences do not stand in the other version
    touched: bool = False  # or, in a table, some cell of its row does not


@dataclass(frozen=True)
class Statement:
    """All mentions of one fact (of one kind and key, or of one party by any of its names)."""

    kind: str
    key: str
    mentions: tuple[Mention, ...]

    @property
    def fresh(self) -> bool:
        """Whether the other version holds none of the sentences that state it."""
        return all(mention.fresh for mention in self.mentions)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(name for mention in self.mentions for name in names_of(mention.fact))

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The names as written, its key first."""
        names = dict.fromkeys(name for m in self.mentions for name in (m.fact.key, *m.fact.aliases))
        return tuple(dict.fromkeys((self.key, *names)))

    def values(self, name: str) -> frozenset[str]:
        """The values of an attribute that its mentions state, "" among them where one states none."""
        return frozenset(mention.fact.attribute(name) for mention in self.mentions)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(sorted({mention.evidence for mention in self.mentions}))


def mentions(facts: Iterable[Fact], sentences: Sentences, standing: frozenset[int]) -> tuple[Mention, ...]:
    """Every place that states one of the facts, in the order of the facts."""
    found = []
    for fact in facts:
        for evidence in fact.evidence:
            under = sentences.under(evidence)
            row = {
                other for number in under if sentences.all[number].cell for other in _row(sentences, number)
            }
            fresh = not under or not standing.issuperset(under)
            found.append(Mention(fact, evidence, under, fresh, fresh or not standing.issuperset(row)))
    return tuple(found)


def _row(sentences: Sentences, number: int) -> tuple[int, ...]:
    return sentences.of_block[sentences.all[number].block]


def statements(kind: str, found: Sequence[Mention]) -> tuple[Statement, ...]:
    """The mentions of one kind gathered into statements, in order of their keys."""
    groups = _by_name(found) if kind in NAMED else _by_key(found)
    made = (Statement(kind, _key(group), tuple(group)) for group in groups)
    return tuple(sorted(made, key=lambda statement: statement.key))


def _by_key(found: Sequence[Mention]) -> list[list[Mention]]:
    groups: dict[str, list[Mention]] = {}
    for mention in found:
        groups.setdefault(mention.fact.key, []).append(mention)
    return list(groups.values())


def _by_name(found: Sequence[Mention]) -> list[list[Mention]]:
    """Mentions that share a name, directly or through a third one, together."""
    groups: dict[int, list[Mention]] = {}
    group_of: dict[str, int] = {}
    for number, mention in enumerate(found):
        names = names_of(mention.fact) or frozenset({mention.fact.key})
        touched = sorted({group_of[name] for name in names if name in group_of})
        group = touched[0] if touched else number
        for other in touched[1:]:
            groups[group].extend(groups.pop(other))
        groups.setdefault(group, []).append(mention)
        group_of = (
            {name: group if at in touched else at for name, at in group_of.items()}
            if touched[1:]
            else group_of
        )
        group_of.update(dict.fromkeys(names, group))
    return list(groups.values())


def _key(group: Sequence[Mention]) -> str:
    """The name that most mentions use; the first in the text among equals."""
    keys = [mention.fact.key for mention in sorted(group, key=lambda mention: mention.evidence)]
    return max(dict.fromkeys(keys), key=keys.count)
