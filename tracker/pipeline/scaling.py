"""Runs the works of an analysis here, in processes, or on a Dask cluster; the results are the same."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from tracker.errors import TrackerError, UsageError
from tracker.pipeline.analysing import Work, chunk

_DOCUMENTS, _BYTES = 32, 4_000_000  # of one task, at most
_AHEAD = 4  # tasks for each worker that are handed out before results are taken
_LIVES = 3  # how often a pool whose worker died is begun anew
_RETRIES = 5  # how often a cluster repeats a task whose worker died
_PATIENCE = 15  # seconds to wait for a cluster


class WorkersDied(TrackerError):
    """Processes that die again and again."""

    def __init__(self) -> None:
        super().__init__(
            f"worker processes died {_LIVES} times", "give them more memory, or use fewer: --jobs"
        )


class NoCluster(UsageError):
    """A cluster that cannot be used."""


def here(works: Iterable[Work]) -> Iterator[list[str]]:
    """One after the other, in this process."""
    for task in tasks(works):
        yield from chunk(task)


def on_cores(works: Iterable[Work], jobs: int) -> Iterator[list[str]]:
    """In ``jobs`` processes. Raises WorkersDied."""
    waiting: deque[tuple[Sequence[Work], Future[list[list[str]]] | None]] = deque()
    coming = tasks(works)
    for _ in range(_LIVES):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            try:
                for number, (task, _) in enumerate(waiting):  # what a pool that broke left undone
                    waiting[number] = (task, pool.submit(chunk, task))
                yield from _taken(waiting, coming, jobs, lambda task: pool.submit(chunk, task))
                return
            except BrokenProcessPool:
                continue
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    raise WorkersDied


def on_cluster(works: Iterable[Work], address: str) -> Iterator[list[str]]:
    """On the workers of a Dask scheduler, which repeats what a worker took with it. Raises NoCluster."""
    try:
        from distributed import Client
    except ImportError:
        raise NoCluster("dask.distributed is not installed", "pip install 'tracker[cluster]'") from None
    try:
        client: Any = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        why = str(error).split("\n")[0] or type(error).__name__
        raise NoCluster(f"--cluster {address}: {why}", "name a running scheduler, tcp://HOST:PORT") from None
    with client:
        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))

        def submit(task: Sequence[Work]) -> Any:
            return client.submit(chunk, task, pure=False, retries=_RETRIES)

        yield from _taken(deque(), tasks(works), workers, submit)


def _taken(
    waiting: deque[tuple[Sequence[Work], Any]],
    coming: Iterator[Sequence[Work]],
    workers: int,
    submit: Callable[[Sequence[Work]], Any],
) -> Iterator[list[str]]:
    """Results in order; only so many tasks are handed out at a time that memory stays bounded."""
    while True:
        while len(waiting) < workers * _AHEAD and (task := next(coming, None)) is not None:
            waiting.append((task, None))  # noted before it is handed out: a pool may break in that moment
            waiting[-1] = (task, submit(task))
        if not waiting:
            return
        results = waiting[0][1].result()
        waiting.popleft()
        yield from results


def tasks(works: Iterable[Work]) -> Iterator[Sequence[Work]]:
    """Works in batches that are worth the way to a worker and back."""
    batch: list[Work] = []
    documents = size = 0
    for work in works:
        batch.append(work)
        documents += len(work.sources)
        size += sum(len(source.raw) for source in work.sources)
        if documents >= _DOCUMENTS or size >= _BYTES:
            yield batch
            batch, documents, size = [], 0, 0
    if batch:
        yield batch


def cores() -> int:
    """How many processes this machine is good for."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1
