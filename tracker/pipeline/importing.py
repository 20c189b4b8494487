"""Dated snapshots from elsewhere into the archive: read on all cores, written in runs that can be resumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tracker import config
from tracker.archive import Ingested
from tracker.config import Policy
from tracker.errors import UsageError
from tracker.importers.declarations import Declaration
from tracker.importers.ranges import is_range
from tracker.model import Document, Snapshot
from tracker.pipeline.reading import Progress, pool_for, read_all
from tracker.pipeline.workbench import Workbench

_RUN = 2000  # captures after which what was imported is safe, at the next policy


@dataclass(slots=True)
class Imported:
    """What came of an import. ``skipped`` are reasons why captures could not be read, and how often."""

    counts: Ingested = field(default_factory=Ingested)
    policies: set[str] = field(default_factory=set)
    skipped: Counter[str] = field(default_factory=Counter)
    captures: int = 0


def import_all(
    bench: Workbench, snapshots: Iterable[Snapshot], expected: int = 0, progress: Progress = lambda done: None
) -> Imported:
    """Record snapshots, best one policy after the other, each read as it says itself.

    What could not be read is counted and passed over. Raises what ``Archive.ingest`` raises.
    """
    result = Imported()
    with pool_for(expected) as pool:
        waiting = _readable(read_all(snapshots, pool), result, progress)
        for _, run in groupby(waiting, key=_Run()):
            result.counts += bench.archive.ingest(run)
    return result


def policy_of(name: str, how: Declaration) -> Policy:
    """The declaration as policies.toml can hold it: ranges are left out."""

    def plain(items: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item for item in items if not is_range(item)))

    return Policy(
        id=name,
        url=how.pages[0].url,
        name=f"{how.service} {how.terms}",
        also=tuple(page.url for page in how.pages[1:]),
        select=() if how.ranged else plain(item for page in how.pages for item in page.select),
        remove=plain(item for page in how.pages for item in page.remove),
    )


def declare(bench: Workbench, policies: Sequence[Policy]) -> list[str]:
    """Declares in policies.toml those that are not yet there; gives the ids of those that are new."""
    known = {policy.id for policy in bench.workspace.policies}
    new = [policy for policy in policies if policy.id not in known]
    if new:
        bench.configure(config.add_policies(bench.workspace.file, new))
    return [policy.id for policy in new]


def _readable(
    found: Iterable[tuple[Snapshot, Document | str]], result: Imported, progress: Progress
) -> Iterator[tuple[Snapshot, Document]]:
    for snapshot, document in found:
        result.captures += 1
        result.policies.add(snapshot.policy)
        progress(result.captures)
        if isinstance(document, str):
            result.skipped[document] += 1
        else:
            yield snapshot, document


class _Run:
    """Numbers the runs: another one begins with the next policy after ``_RUN`` captures."""

    def __init__(self) -> None:
        self._policy, self._count, self._number = "", 0, 0

    def __call__(self, captured: tuple[Snapshot, Document]) -> int:
        policy, self._count = captured[0].policy, self._count + 1
        if policy != self._policy and self._count > _RUN:
            self._number, self._count = self._number + 1, 0
        self._policy = policy
        return self._number


class NothingToImport(UsageError):
    """A source without anything that was asked for."""

    def __init__(self, source: object, why: str) -> None:
        super().__init__(f"{source}: there is nothing to import", why)
