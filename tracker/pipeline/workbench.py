"""A workspace with its archive open: fetch, import, log, diff."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from queue import SimpleQueue
from time import monotonic
from types import TracebackType
from typing import Self

from tracker import schedule
from tracker.archive import Archive, Suspect
from tracker.config import Policy, Workspace
from tracker.history.reverts import returned_to, returns
from tracker.model import Check, Comparison, Document, Side, Snapshot, Verdict, Version
from tracker.pipeline import streaks
from tracker.pipeline.fetching import now
from tracker.pipeline.hosts import HostQueues
from tracker.pipeline.judging import Look
from tracker.pipeline.looking import Looking
from tracker.pipeline.memory import Memory
from tracker.pipeline.outcome import Outcome
from tracker.pipeline.sources import read_snapshot
from tracker.pipeline.streaks import Day

_GRACE = 5.0  # seconds that looks under way are given when a run is broken off
__all__ = ["LogEntry", "Outcome", "Status", "Workbench", "first_summary"]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A version and what it changed against the one before."""

    version: Version
    verdict: Verdict | str  # "first" for the first version
    summary: str
    returned: Version | None = None  # the earlier version whose text or words it has again


@dataclass(frozen=True, slots=True)
class Status:
    """How a policy is: when it last changed, was last looked at and will be next, and its health."""

    policy: str
    versions: int
    changed: datetime | None
    checked: datetime | None
    next: datetime | None
    health: str


class Workbench:
    """A workspace with its archive open: every job that needs both. ``clock`` gives the time in UTC."""

    def __init__(self, workspace: Workspace, clock: Callable[[], datetime] = now) -> None:
        self.clock = clock
        self.archive = Archive.create(workspace.snapshots, clock)
        self.memory = Memory(self.archive, workspace.state / "cache.sqlite")
        self.configure(workspace)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._looking.close()
        self.memory.close()
        self.archive.close()

    def configure(self, workspace: Workspace) -> None:
        """Go on with what policies.toml says now."""
        self.workspace = workspace
        if former := getattr(self, "_looking", None):
            former.close()
        self._looking = Looking(self)

    def version(self, policy: str, words: str, now: datetime) -> Version:
        """The version that a DATE of the command line means."""
        return self.archive.resolve(policy, words, now)

    def side(self, version: Version) -> Side:
        """A recorded version with what it states."""
        return self.memory.side(version)

    def diff(self, policy: str, old: str, new: str, now: datetime) -> Comparison:
        """What changed between two DATEs."""
        return self.compare(self.version(policy, old, now), self.version(policy, new, now))

    def compare(self, old: Version, new: Version) -> Comparison:
        """What changed between two versions, graded as the workspace says; a tool's change is none."""
        older, newer = self.archive.comparable(old, new)
        found = self.memory.comparison(older, newer, self.workspace.severities)
        again = self.returned(new, old)
        if again is None:
            return found
        return replace(found, summary=f"Returns to the version of {again.captured:%Y-%m-%d}: {found.summary}")

    def returned(self, version: Version, before: Version) -> Version | None:
        """The version earlier than ``before`` whose text ``version`` has again."""
        earlier = [one for one in self.archive.history(version.policy) if one.captured <= before.captured]
        return returned_to(version, earlier) if before.captured < version.captured else None

    def fetch_all(
        self, policies: Iterable[Policy], jobs: int = 1, began: Callable[[Policy], object] | None = None
    ) -> Iterator[Outcome]:
        """Fetch policies, ``jobs`` hosts at once; outcomes as they come. No bad policy stops the others.

        ``began`` is told of each policy, in the thread that fetches it.
        """
        queues = HostQueues(policies, self._looking.fetching.until)
        outcomes: SimpleQueue[Outcome | BaseException | None] = SimpleQueue()
        crew = [
            threading.Thread(target=self._work, args=(queues, outcomes, began), daemon=True)
            for _ in range(jobs)
        ]
        for each in crew:
            each.start()
        try:
            left = len(crew)
            while left:
                outcome = outcomes.get()
                if isinstance(outcome, BaseException):
                    raise outcome
                if outcome is None:
                    left -= 1
                else:
                    yield outcome
        finally:
            queues.stop()
            until = monotonic() + _GRACE
            for each in crew:  # what is being recorded is recorded whole before the archive is closed
                each.join(max(0.0, until - monotonic()))

    def _work(
        self,
        queues: HostQueues,
        outcomes: SimpleQueue[Outcome | BaseException | None],
        began: Callable[[Policy], object] | None,
    ) -> None:
        try:
            while (policy := queues.take()) is not None:
                if began:
                    began(policy)
                outcome = self.fetch(policy)
                queues.done(policy)
                outcomes.put(outcome)
            outcomes.put(None)
        except BaseException as error:  # to be raised where the outcomes are waited for
            outcomes.put(error)

    def fetch(self, policy: Policy) -> Outcome:
        """Look at a policy now and record what came of it."""
        return self._looking.fetch(policy)

    def look(self, policy: Policy, previous: Version | None = None) -> Look | None:
        """Fetch and read a policy without recording anything; None where the server says "not modified".

        Raises FetchError and what extraction raises.
        """
        return self._looking.look(policy, previous)

    def keep(self, look: Look, policy: Policy | None = None) -> Outcome:
        """Record what a look brought. Raises EmptyInput where it brought no words."""
        return self._looking.keep(look, policy)

    def suspects(self, policy: str = "") -> tuple[Suspect, ...]:
        """The captures held back, of one policy or of all of them."""
        return self.archive.suspects(policy)

    def reading(self, held: Suspect) -> Document:
        """What a capture that was held back says. Raises EmptyInput where it says nothing."""
        return read_snapshot(self.archive.held(held), self._declared(held.policy))

    def coverage(self, policy: str, days: int) -> Iterator[Day]:
        """What was found on each of the last ``days`` days, or of all since the first look where it is 0."""
        checks = self.archive.checks(policy)
        today = self.clock().date()
        first = checks[-1].at.date()
        since = max(first, today - timedelta(days=days - 1)) if days else first
        return streaks.coverage(checks, since, max(today, checks[0].at.date()))

    def accept(self, held: Suspect) -> Outcome:
        """Let a capture that was held back enter the history, with its own date."""
        return self._looking.accept(held, self._declared(held.policy))

    def reject(self, held: Suspect) -> None:
        """Keep a capture out of the history for good, however often it comes again."""
        self.archive.settle(held, "rejected")

    def status(self) -> list[Status]:
        """How each declared policy is, in the order of policies.toml."""
        checks = self.archive.last_checks()
        return [self._status(policy, checks.get(policy.id)) for policy in self.workspace.policies]

    def _status(self, policy: Policy, last: Check | None) -> Status:
        history = self.archive.history(policy.id) if policy.id in self.archive.policies() else ()
        health = "ok" if last else "never checked"
        if last and last.outcome in ("failed", "suspect"):
            times = streaks.unseen(self.archive.checks(policy.id))
            health = f"{last.outcome}{f' {times} times in a row' if times > 1 else ''}: {last.detail}"
        return Status(
            policy.id,
            len(history),
            history[0].captured if history else None,
            last.at if last else None,
            schedule.next_due(self.workspace, policy, last.at if last else None),
            "paused" if policy.paused else health,
        )

    def due(self) -> list[Policy]:
        """The policies whose interval has passed since they were last looked at."""
        last = {name: check.at for name, check in self.archive.last_checks().items()}
        return list(schedule.due(self.workspace, last, self.clock()))

    def import_snapshots(self, snapshots: Iterable[Snapshot]) -> Iterator[Outcome]:
        """Record dated snapshots from elsewhere."""
        for snapshot in snapshots:
            yield self._looking.save(snapshot, read_snapshot(snapshot, self._declared(snapshot.policy)))

    def _declared(self, policy: str) -> Policy | None:
        return next((each for each in self.workspace.policies if each.id == policy), None)

    def log(
        self, policy: str, limit: int | None = None, hear: Callable[[int], object] = lambda read: None
    ) -> Iterator[LogEntry]:
        """The versions, newest first, each compared with the one before it.

        ``hear`` is told how many versions were read, before the first entry comes.
        """
        history = self.archive.history(policy)
        returned = self._returns(history, hear)
        for number, version in enumerate(history[:limit]):
            if number + 1 == len(history):
                yield LogEntry(version, "first", first_summary(self.side(version)))
                continue
            told = self.memory.told(
                *self.archive.comparable(history[number + 1], version), self.workspace.severities
            )
            yield LogEntry(version, told.verdict, told.summary, returned.get(version.id))

    def _returns(self, history: Sequence[Version], hear: Callable[[int], object]) -> dict[str, Version]:
        def sense(version: Version) -> str:
            hear(next(read))
            return self.memory.wording(version).sense

        read = count(1)
        return returns(reversed(history), sense)


def first_summary(side: Side) -> str:
    """What a first version states, in a line."""
    told = []
    for kind, name in (("right", "right"), ("party", "named recipient"), ("retention", "retention period")):
        count = len({fact.key for fact in side.facts if fact.kind == kind})
        told.append(f"{count} {name}{'s' * (count != 1)}")
    return "First version: " + ", ".join(told)
