"""Blame and timelines of an archived policy, from what is remembered of each version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.errors import UsageError, nearest
from tracker.facts import KINDS
from tracker.facts.cues import fold
from tracker.history import blame, timeline
from tracker.history.blame import Standing, Step
from tracker.history.reverts import returns
from tracker.history.timeline import Life
from tracker.model import Change, Document, Fact, Version
from tracker.pipeline.workbench import Workbench

Hear = Callable[[int], object]  # is told how many versions were gone through


class NotStated(UsageError):
    """A fact that the version does not state."""

    def __init__(self, version: Version, kind: str, key: str, stated: Sequence[str], last: str) -> None:
        at = f"{version.captured:%Y-%m-%d}"
        once = f"it was last stated on {last}" if last else ""
        super().__init__(
            f"{version.policy} states no {kind}{':' * bool(key)}{key} in the version of {at}",
            once or nearest(key, list(stated)) or f"`tracker facts {version.policy}` lists what it states",
        )


class UnknownKind(UsageError):
    """A word that is no kind of fact."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"no kind of fact is named {kind!r}", nearest(kind, list(KINDS)) or f"one of {', '.join(KINDS)}"
        )


@dataclass(frozen=True, slots=True)
class Clauses:
    """Since when each block of the last of ``versions`` (oldest first) stands."""

    versions: tuple[Version, ...]
    document: Document
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact of the last version, its life, and since when the clause stands that states it first."""

    fact: Fact
    life: Life
    clause: Standing | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Since when each fact of the last of ``versions`` (oldest first) stands."""

    versions: tuple[Version, ...]
    stated: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The life of each fact over ``versions``, oldest first; ``returned``: the version said again, by id."""

    versions: tuple[Version, ...]
    lives: tuple[Life, ...]
    returned: dict[str, Version]


def clauses(bench: Workbench, version: Version, hear: Hear = lambda done: None) -> Clauses:
    """Since when each clause of a version stands."""
    versions = _until(bench, version)
    return Clauses(versions, bench.memory.document(version), _standings(bench, versions, hear))


def facts(
    bench: Workbench, version: Version, kind: str, key: str = "", hear: Hear = lambda done: None
) -> Facts:
    """Since when each fact of a kind, or the one of that key, stands. Raises UnknownKind, NotStated."""
    _check_kind(kind)
    versions = _until(bench, version)
    lives = [life for life in _lives(bench, versions, hear) if life.kind == kind]
    standings = _standings(bench, versions, hear)
    document = bench.memory.document(version)
    here = len(versions) - 1
    found = []
    for fact in bench.memory.facts(version):
        life = next((one for one in lives if one.stands(here) and timeline.mark(fact) in one.marks), None)
        if life and fact.kind == kind and (not key or _is_named(life, key)):
            found.append(Stated(fact, life, _clause(document, standings, fact)))
    if not found:
        past = [life for life in lives if key and _is_named(life, key)]
        last = max((versions[life.stretches[-1].last].captured for life in past), default=None)
        told = f"{last:%Y-%m-%d}" if last else ""
        raise NotStated(version, kind, key, [life.key for life in lives], told)
    return Facts(versions, tuple(found))


def lives(bench: Workbench, policy: str, kinds: Sequence[str], hear: Hear = lambda done: None) -> Timeline:
    """The life of each fact of some kinds over all versions of a policy. Raises UnknownKind."""
    for kind in kinds:
        _check_kind(kind)
    versions = _until(bench, bench.archive.history(policy)[0])
    found = tuple(life for life in _lives(bench, versions, hear) if life.kind in kinds)
    return Timeline(versions, found, returns(versions, lambda version: bench.memory.wording(version).sense))


def _until(bench: Workbench, version: Version) -> tuple[Version, ...]:
    """The policy's versions up to that one, oldest first."""
    history = bench.archive.history(version.policy)
    return tuple(one for one in reversed(history) if one.captured <= version.captured)


def _lives(bench: Workbench, versions: Sequence[Version], hear: Hear) -> tuple[Life, ...]:
    stated: list[tuple[Fact, ...]] = []
    changes: list[tuple[Change, ...]] = []
    for number, version in enumerate(versions):
        hear(number + 1)
        stated.append(bench.memory.facts(version))
        if number:
            older, newer = bench.archive.comparable(versions[number - 1], version)
            changes.append(bench.memory.told(older, newer, bench.workspace.severities).changes)
    return timeline.lives(stated, changes)


def _standings(bench: Workbench, versions: Sequence[Version], hear: Hear) -> tuple[Standing, ...]:
    steps = []
    for number, (old, new) in enumerate(pairwise(versions), 2):
        hear(number)
        steps.append(_step(bench, old, new))
    return blame.blame([bench.memory.wording(version).blocks for version in versions], steps)


def _step(bench: Workbench, old: Version, new: Version) -> Step:
    """The step from one version to the next; what only the tool reads otherwise is no edit."""
    step = bench.memory.step(old, new)
    older, newer = bench.archive.comparable(old, new)
    if (older, newer) == (old, new) or not step.edited:
        return step
    if older == newer:
        return Step(step.origins)
    words, ours = bench.memory.wording(newer).blocks, bench.memory.wording(new).blocks
    edited = {words[number] for number in bench.memory.step(older, newer).edited}
    return Step(step.origins, frozenset(number for number in step.edited if ours[number] in edited))


def _clause(document: Document, standings: Sequence[Standing], fact: Fact) -> Standing | None:
    """The clause in which the fact's first evidence begins."""
    start = fact.evidence[0].start if fact.evidence else -1
    return next(
        (
            standing
            for block, standing in zip(document.blocks, standings, strict=True)
            if block.start <= start < block.end
        ),
        None,
    )


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise UnknownKind(kind)


def _is_named(life: Life, key: str) -> bool:
    """Whether the fact has that key, whatever its case and spaces."""
    return fold(key).replace(" ", "_") in {fold(name).replace(" ", "_") for name in life.names}
