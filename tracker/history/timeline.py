"""The life of each fact over all versions: when it was stated, when not, and when it was altered.

A fact goes on under another key where a party was renamed or a period changed for the same subject: where a
comparison tells of one fact altered into the other, or the two share a name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.diff.names import names_of, plain
from tracker.diff.periods import canonical
from tracker.facts import KINDS
from tracker.facts.cues import fold
from tracker.model import Change, Fact

_NAMED = frozenset({"party", "controller"})
_PERIODS = frozenset({"retention", "age_limit"})

Mark = tuple[str, str, str]  # kind, key in one spelling, what it is said of: the same fact in two versions


@dataclass(frozen=True, slots=True)
class Stretch:
    """Versions one after the other that state a fact, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Alteration:
    """A version in which what a fact means became another, as a rule tells it."""

    at: int
    change: Change


@dataclass(frozen=True, slots=True)
class Life:
    """One fact through all versions.

    ``key`` and ``subject`` are its latest, ``names`` all its keys, the latest first; ``stretches`` are in
    order and do not touch.
    """

    kind: str
    key: str
    subject: str
    names: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    alterations: tuple[Alteration, ...] = ()
    marks: frozenset[Mark] = frozenset()  # of all its facts

    def stands(self, at: int) -> bool:
        """Whether the version states it."""
        return any(stretch.first <= at <= stretch.last for stretch in self.stretches)


@dataclass
class _Thread:
    """A life in the making."""

    kind: str
    facts: dict[int, Fact] = field(default_factory=dict)  # by version, the first of them
    alterations: list[Alteration] = field(default_factory=list)

    def woven(self, marks: Iterable[Mark]) -> Life:
        keys = list(dict.fromkeys(self.facts[at].key for at in sorted(self.facts, reverse=True)))
        latest = self.facts[max(self.facts)]
        return Life(
            self.kind,
            latest.key,
            latest.attribute("subject"),
            tuple(keys),
            tuple(_stretches(sorted(self.facts))),
            tuple(self.alterations),
            frozenset(marks),
        )


def lives(stated: Sequence[Sequence[Fact]], changes: Sequence[Sequence[Change]] = ()) -> tuple[Life, ...]:
    """The life of each fact, by kind, first version and key.

    ``stated``: the facts of each version, oldest first; ``changes[i]``: what changed from version i to i + 1.
    """
    threads: dict[Mark, _Thread] = {}
    before: dict[Mark, Fact] = {}
    for at, facts in enumerate(stated):
        now: dict[Mark, Fact] = {}
        for fact in facts:
            now.setdefault(mark(fact), fact)
        told = changes[at - 1] if 0 < at <= len(changes) else ()
        _carry_on(threads, before, now, told)
        for found, fact in now.items():
            threads.setdefault(found, _Thread(fact.kind)).facts.setdefault(at, fact)
        _note(threads, now, told, at)
        before = now
    woven: dict[int, tuple[_Thread, list[Mark]]] = {}
    for found, thread in threads.items():
        woven.setdefault(id(thread), (thread, []))[1].append(found)
    return tuple(sorted((thread.woven(marks) for thread, marks in woven.values()), key=_order))


def mark(fact: Fact) -> Mark:
    """What makes facts of two versions the same one."""
    subject = fold(fact.attribute("subject")) if fact.kind == "retention" else ""
    return fact.kind, _spelled(fact.kind, fact.key), subject


def _spelled(kind: str, key: str) -> str:
    if kind in _NAMED:
        return plain(key)
    return canonical(key) if kind in _PERIODS else fold(key)


def _carry_on(
    threads: dict[Mark, _Thread],
    before: Mapping[Mark, Fact],
    now: Mapping[Mark, Fact],
    told: Iterable[Change],
) -> None:
    """Lets new facts go on the threads of those that they took the place of."""
    gone: dict[str, list[Mark]] = defaultdict(list)
    for found in before:
        if found not in now:
            gone[found[0]].append(found)
    turned = {
        (change.kind, _spelled(change.kind, change.key), _spelled(change.kind, change.was))
        for change in told
        if change.change == "altered" and change.was
    }
    for found, fact in now.items():
        if found in before or found in threads or not gone[found[0]]:
            continue
        former = _former(found, fact, gone[found[0]], before, turned)
        if former is not None:
            gone[found[0]].remove(former)
            threads[found] = threads[former]


def _former(
    found: Mark,
    fact: Fact,
    gone: Iterable[Mark],
    before: Mapping[Mark, Fact],
    turned: set[tuple[str, str, str]],
) -> Mark | None:
    """The fact of the version before that goes on in this one, the likeliest."""
    kind, key, subject = found
    ranked = []
    for former in gone:
        if (kind, key, former[1]) in turned or (key == former[1] and kind == "retention"):
            ranked.append((former[2] != subject, former))
        elif kind in _NAMED and names_of(fact) & names_of(before[former]):
            ranked.append((True, former))
    return min(ranked)[1] if ranked else None


def _note(threads: Mapping[Mark, _Thread], now: Mapping[Mark, Fact], told: Iterable[Change], at: int) -> None:
    """Adds what was altered to the lives that it is told of."""
    for change in told:
        if change.change != "altered":
            continue
        key = _spelled(change.kind, change.key)
        subject = change.now.get("subject", "")
        said = fold(subject if isinstance(subject, str) else ", ".join(subject))
        likely = [found for found in now if found[:2] == (change.kind, key)]
        if likely:
            chosen = min(likely, key=lambda found: (found[2] != said, found))
            threads[chosen].alterations.append(Alteration(at, change))


def _stretches(versions: Sequence[int]) -> list[Stretch]:
    found: list[Stretch] = []
    for at in versions:
        if found and found[-1].last == at - 1:
            found[-1] = Stretch(found[-1].first, at)
        else:
            found.append(Stretch(at, at))
    return found


def _order(life: Life) -> tuple[int, int, str, str]:
    return KINDS.index(life.kind), life.stretches[0].first, life.key, life.subject
