"""Dated snapshots from elsewhere into the archive: read on all cores, written in runs that can be resumed."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import groupby

from tracker import config, extract
from tracker.archive import Ingested
from tracker.config import Policy
from tracker.errors import TrackerError, UsageError
from tracker.extract import EmptyInput
from tracker.extract.decode import decode
from tracker.importers.declarations import Declaration
from tracker.importers.ranges import cut, is_range
from tracker.model import Document, PageReading, Snapshot
from tracker.pipeline.sources import pages_of, read_snapshot
from tracker.pipeline.workbench import Workbench

Progress = Callable[[int], None]  # called with the number of captures that are done

_RUN = 2000  # captures after which what was imported is safe, at the next policy
_AHEAD = 64  # captures that are being read while one is written
_WORTH_A_POOL = 400  # captures; fewer are read before the processes have started


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


def read_all(
    snapshots: Iterable[Snapshot], pool: ProcessPoolExecutor | None = None
) -> Iterator[tuple[Snapshot, Document | str]]:
    """Each snapshot with its document, or why it has none, in the order given."""
    pending: deque[tuple[Snapshot, Future[Document | str]]] = deque()
    lately: dict[object, Future[Document | str]] = {}
    for snapshot in snapshots:
        key = sha256(snapshot.raw).digest(), snapshot.media_type, snapshot.read_as
        if key not in lately:
            lately[key] = _submitted(pool, snapshot)
        pending.append((snapshot, lately[key]))
        if len(lately) > _AHEAD:
            del lately[next(iter(lately))]
        if len(pending) > _AHEAD * (pool is not None):
            first, done = pending.popleft()
            yield first, done.result()
    yield from ((snapshot, job.result()) for snapshot, job in pending)


def _submitted(pool: ProcessPoolExecutor | None, snapshot: Snapshot) -> Future[Document | str]:
    if pool is not None:  # read-only mappings do not travel between processes
        return pool.submit(_read, replace(snapshot, headers=dict(snapshot.headers)))
    done: Future[Document | str] = Future()
    done.set_result(_read(snapshot))
    return done


def _read(snapshot: Snapshot) -> Document | str:
    try:
        return read_as_said(snapshot)
    except TrackerError as error:
        return error.what


def read_as_said(snapshot: Snapshot) -> Document:
    """The document in a snapshot, taken from it as ``read_as`` says. Raises what extraction raises."""
    pages = snapshot.read_as
    select = tuple(dict.fromkeys(item for page in pages for item in page.select))
    remove = tuple(dict.fromkeys(item for page in pages for item in page.remove))
    if not any(map(is_range, (*select, *remove))):
        return read_snapshot(snapshot, Policy(snapshot.policy, snapshot.url, select=select, remove=remove))
    by_url = {page.url: page for page in pages}
    texts = [
        extract.to_markdown(_read_ranged(part, by_url.get(part.url, pages[0]))) for part in pages_of(snapshot)
    ]
    return extract.read("\n\n".join(texts).encode(), "text/markdown")


def _read_ranged(part: Snapshot, page: PageReading) -> Document:
    if part.media_type != "text/html":
        return read_snapshot(part)
    chosen = cut(decode(part.raw, part.media_type, html=True), page.select, page.remove)
    if not chosen:
        raise EmptyInput("the declared selectors find nothing on the page")
    return extract.read(chosen.encode(), "text/html;charset=utf-8", part.url, ("body",))


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


@contextmanager
def pool_for(expected: int) -> Iterator[ProcessPoolExecutor | None]:
    """Processes to read with, where there is enough to read. Forked from a clean one: they hold no pipes."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if expected < _WORTH_A_POOL or cores < 2:
        yield None
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tracker.pipeline.importing"])
    with ProcessPoolExecutor(cores, mp_context=context) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class NothingToImport(UsageError):
    """A source without anything that was asked for."""

    def __init__(self, source: object, why: str) -> None:
        super().__init__(f"{source}: there is nothing to import", why)
