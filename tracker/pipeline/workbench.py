"""A workspace with its archive open: fetch, import, log, diff."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from typing import Literal, Self

from tracker import __version__, fetch, schedule
from tracker.archive import Archive
from tracker.config import Policy, Workspace
from tracker.errors import TrackerError
from tracker.fetch import Validators
from tracker.model import Check, Comparison, Document, Side, Snapshot, Verdict, Version
from tracker.pipeline.fetching import Fetching, now
from tracker.pipeline.judging import Look, judged
from tracker.pipeline.sources import compare, read_snapshot, side_of

CheckOutcome = Literal["new", "unchanged", "changed", "failed", "suspect"]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A version and what it changed against the one before."""

    version: Version
    verdict: Verdict | str  # "first" for the first version
    summary: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one look at a policy brought; ``comparison`` where it made a version that follows another."""

    policy: str
    check: Check
    summary: str
    comparison: Comparison | None = None


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
        self.configure(workspace)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.archive.close()

    def configure(self, workspace: Workspace) -> None:
        """Go on with what policies.toml says now."""
        self.workspace = workspace
        self._fetching = Fetching(workspace.settings, self.clock)

    def version(self, policy: str, words: str, now: datetime) -> Version:
        """The version that a DATE of the command line means."""
        return self.archive.resolve(policy, words, now)

    def side(self, version: Version) -> Side:
        """A recorded version with what it states."""
        return side_of(self.archive.document(version), version.policy, version)

    def diff(self, policy: str, old: str, new: str, now: datetime) -> Comparison:
        """What changed between two DATEs."""
        return self.compare(self.version(policy, old, now), self.version(policy, new, now))

    def compare(self, old: Version, new: Version) -> Comparison:
        """What changed between two versions, graded as the workspace says; a tool's change is none."""
        older, newer = self.archive.comparable(old, new)
        return compare(self.side(older), self.side(newer), self.workspace.severities)

    def fetch_all(self, policies: Iterable[Policy], jobs: int = 1) -> Iterator[Outcome]:
        """Fetch policies, ``jobs`` at once; outcomes as they come. One bad policy never stops the others."""
        with ThreadPoolExecutor(jobs) as pool:
            waiting = [pool.submit(self.fetch, policy) for policy in policies]
            try:
                for done in as_completed(waiting):
                    yield done.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def fetch(self, policy: Policy) -> Outcome:
        """Look at a policy now and record what came of it."""
        previous = self._latest(policy.id)
        try:
            look = self.look(policy, previous)
            if look is None:
                known = previous.id if previous else ""
                return self._noted(policy, "unchanged", "not modified", "unchanged", known)
            if look.suspicion:
                held = str(look.suspicion)
                return self._noted(policy, "suspect", held, f"held back: {held}")
            return self.keep(look)
        except TrackerError as error:
            return self._noted(policy, "failed", str(error), str(error))

    def look(self, policy: Policy, previous: Version | None = None) -> Look | None:
        """Fetch and read a policy without recording anything; None where the server says "not modified".

        Raises FetchError and what extraction raises.
        """
        fetched = self._fetching.get(policy, self._validators(policy, previous))
        if fetched.snapshot is None:
            return None
        known = self.archive.document(previous) if previous else None
        return judged(fetched.snapshot, policy, known)

    def _noted(
        self, policy: Policy, outcome: CheckOutcome, detail: str, told: str, version: str = ""
    ) -> Outcome:
        check = Check(policy.id, self.clock(), outcome, detail, version)
        self.archive.record(check)
        return Outcome(policy.id, check, told)

    def keep(self, look: Look) -> Outcome:
        """Record what a look brought. Raises EmptyInput where it brought no words."""
        return self._save(look.snapshot, look.document or read_snapshot(look.snapshot))

    def _save(self, snapshot: Snapshot, document: Document) -> Outcome:
        check = self.archive.save(snapshot, document)
        if check.outcome == "unchanged":
            return Outcome(check.policy, check, "unchanged")
        history = self.archive.history(check.policy)
        place = next(n for n, version in enumerate(history) if version.id == check.version)
        if place + 1 == len(history):
            return Outcome(check.policy, check, first_summary(self.side(history[place])))
        result = self.compare(history[place + 1], history[place])
        return Outcome(check.policy, check, result.summary or result.verdict, result)

    def _latest(self, policy: str) -> Version | None:
        return self.archive.history(policy)[0] if policy in self.archive.policies() else None

    def _validators(self, policy: Policy, version: Version | None) -> Sequence[Validators]:
        """Those of the last capture, where it was made of the same address by this version of the program."""
        if version is None or version.tool != __version__ or version.url != policy.url:
            return ()
        stored = self.archive.metadata(version)
        return fetch.validators(
            Snapshot(
                policy.id,
                version.url,
                version.captured,
                self.archive.raw(version),
                version.media_type,
                redirects=tuple(stored.get("redirects", ())),
                headers=stored.get("headers", {}),
            )
        )

    def status(self) -> list[Status]:
        """How each declared policy is, in the order of policies.toml."""
        checks = self.archive.last_checks()
        return [self._status(policy, checks.get(policy.id)) for policy in self.workspace.policies]

    def _status(self, policy: Policy, last: Check | None) -> Status:
        history = self.archive.history(policy.id) if policy.id in self.archive.policies() else ()
        health = "ok" if last else "never checked"
        if last and last.outcome in ("failed", "suspect"):
            health = f"{last.outcome}: {last.detail}"
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
            yield self._save(snapshot, read_snapshot(snapshot, self._declared(snapshot.policy)))

    def _declared(self, policy: str) -> Policy | None:
        return next((each for each in self.workspace.policies if each.id == policy), None)

    def log(self, policy: str, limit: int | None = None) -> Iterator[LogEntry]:
        """The versions, newest first, each compared with the one before it."""
        side = lru_cache(maxsize=2)(self.side)
        history = self.archive.history(policy)
        for number, version in enumerate(history[:limit]):
            if number + 1 == len(history):
                yield LogEntry(version, "first", first_summary(side(version)))
                continue
            older, newer = self.archive.comparable(history[number + 1], version)
            result = compare(side(older), side(newer), self.workspace.severities)
            yield LogEntry(version, result.verdict, result.summary)


def first_summary(side: Side) -> str:
    """What a first version states, in a line."""
    told = []
    for kind, name in (("right", "right"), ("party", "named recipient"), ("retention", "retention period")):
        count = len({fact.key for fact in side.facts if fact.kind == kind})
        told.append(f"{count} {name}{'s' * (count != 1)}")
    return "First version: " + ", ".join(told)
