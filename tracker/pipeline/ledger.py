"""From version to version of a policy: what each step changed, and whether it is news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.history.reverts import returns
from tracker.model import Change, Verdict, Version
from tracker.pipeline.memory import Told
from tracker.pipeline.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Step:
    """From one version to the next. ``returned`` is the earlier version whose text the new one has again."""

    old: Version
    new: Version
    verdict: Verdict
    summary: str
    changes: tuple[Change, ...]
    returned: Version | None = None

    @property
    def policy(self) -> str:
        """The policy's id."""
        return self.new.policy

    @property
    def real(self) -> bool:
        """Whether something of substance changed that did not stand so before."""
        return self.verdict == "substantive" and self.returned is None


def steps(bench: Workbench, policy: str) -> Iterator[Step]:
    """The policy's steps, newest first, worked out as they are asked for. Raises UnknownPolicy."""
    for old, new, returned in _pairs(bench, policy):
        yield _step(old, new, returned, _told(bench, old, new))


def known(bench: Workbench, policy: str) -> Iterator[Step]:
    """Those of the policy's steps that were worked out already, newest first."""
    for old, new, returned in _pairs(bench, policy):
        older, newer = bench.archive.comparable(old, new)
        if told := bench.memory.known(older, newer, bench.workspace.severities):
            yield _step(old, new, returned, told)


def between(bench: Workbench, old: Version, new: Version) -> Step:
    """The step from one version to a later one."""
    return _step(old, new, bench.returned(new, old), _told(bench, old, new))


def _pairs(bench: Workbench, policy: str) -> Iterator[tuple[Version, Version, Version | None]]:
    history = [each for each in bench.archive.history(policy) if each.record != "upgrade"]
    returned = returns(reversed(history))
    for number in range(len(history) - 1):
        yield history[number + 1], history[number], returned.get(history[number].id)


def _told(bench: Workbench, old: Version, new: Version) -> Told:
    older, newer = bench.archive.comparable(old, new)
    return bench.memory.told(older, newer, bench.workspace.severities)


def _step(old: Version, new: Version, returned: Version | None, told: Told) -> Step:
    return Step(old, new, told.verdict, told.summary, told.changes, returned)
