"""What differs between two versions before it has a name and a grade: the input of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tracker.diff.sentences import Sentences, similarity
from tracker.diff.standing import Alignment
from tracker.diff.statements import Mention, Statement
from tracker.model import ChangeKind, Evidence

Values = Mapping[str, str | tuple[str, ...]]
_SAME_CLAUSE = 0.6  # similarity from which an aligned sentence is the same promise
# mentions of a side that are matched with each other; a policy has fewer, hostile text must not cost more
MOST = 300
Score = Callable[
    [Mention, Mention], float
]  # how well an older and a newer mention match; 0 or less: not at all


@dataclass(frozen=True)
class Difference:
    """One fact that came, went or is another now; ``old`` and ``new`` are what each side states of it.

    ``was`` is the earlier value of an altered fact (its old period, name, polarity); ``differs`` names the
    attributes that are other now, ``uses+`` and ``uses-`` among them where the fact is now stated of more
    or of less.
    """

    kind: str
    key: str
    change: ChangeKind
    old: Statement | None
    new: Statement | None
    was: str | None = None
    differs: tuple[str, ...] = ()
    now: Values | None = None
    before: Values | None = None

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names on either side, without the key and the earlier name."""
        written = dict.fromkeys(name for side in (self.new, self.old) if side for name in side.written)
        return tuple(name for name in written if name not in (self.key, self.was))

    @property
    def old_evidence(self) -> tuple[Evidence, ...]:
        return self.old.evidence if self.old else ()

    @property
    def new_evidence(self) -> tuple[Evidence, ...]:
        return self.new.evidence if self.new else ()

    def attributes(self, side: Statement | None, given: Values | None) -> dict[str, str | tuple[str, ...]]:
        """The attributes of one side: those given, else those of its first fresh mention."""
        if side is None:
            return {}
        if given is not None:
            return {name: value for name, value in given.items() if value}
        chosen = next((mention for mention in side.mentions if mention.fresh), side.mentions[0])
        return {name: value for name, value in chosen.fact.attributes.items() if value and name != "aliases"}


def only(statement: Statement, chosen: Iterable[Mention]) -> Statement:
    """The statement with some of its mentions alone."""
    return Statement(statement.kind, statement.key, tuple(chosen))


def closeness(alignment: Alignment, old: Mention, new: Mention) -> float:
    """How alike the sentences of two mentions are, 0 to 1; 0 where they do not stand in the same clause."""
    partners = {
        partner for block in blocks(alignment, new, newer=True) for partner in alignment.to_old.get(block, ())
    }
    if not partners & blocks(alignment, old, newer=False):
        return 0.0
    return alikeness(alignment, old, new)


def alikeness(alignment: Alignment, old: Mention, new: Mention) -> float:
    """How alike the sentences of two mentions are, 0 to 1, wherever they stand; table cells with what their
    row names.
    """
    return similarity(_words(alignment.old, old), _words(alignment.new, new))


def _words(sentences: Sentences, mention: Mention) -> list[str]:
    found = (sentences.all[number] for number in mention.sentences)
    return [word for one in found for word in ((*one.lead, *one.words) if one.cell else one.words)]


def binding(alignment: Alignment, old: Mention, new: Mention) -> int:
    """1 where a clause binds the company that left it free before, -1 where it is the reverse, else 0."""
    before = {alignment.old.all[number].binding for number in old.sentences}
    after = {alignment.new.all[number].binding for number in new.sentences}
    if closeness(alignment, old, new) < _SAME_CLAUSE:
        return 0
    return (before, after) == ({-1}, {1}) or -((before, after) == ({1}, {-1}))


def blocks(alignment: Alignment, mention: Mention, *, newer: bool) -> set[int]:
    """The blocks in which a mention stands."""
    sentences = alignment.new if newer else alignment.old
    return {sentences.all[number].block for number in mention.sentences}


def matched(
    old: list[Mention], new: list[Mention], score: Score, least: float = 0.0
) -> list[tuple[Mention, Mention]]:
    """Pairs of an older and a newer mention by falling score, each in one pair; those are taken out of both
    lists.
    """
    scored = [
        (score(one, other), i, j) for i, one in enumerate(old[:MOST]) for j, other in enumerate(new[:MOST])
    ]
    ranked = sorted(
        (entry for entry in scored if entry[0] > least), key=lambda entry: (-entry[0], *entry[1:])
    )
    used_old: set[int] = set()
    used_new: set[int] = set()
    found = []
    for _, i, j in ranked:
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            found.append((old[i], new[j]))
    old[:] = [mention for i, mention in enumerate(old) if i not in used_old]
    new[:] = [mention for j, mention in enumerate(new) if j not in used_new]
    return found
