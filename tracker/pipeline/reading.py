"""Snapshots read as they say themselves, many at once on all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

from tracker import extract
from tracker.config import Policy
from tracker.errors import TrackerError
from tracker.extract import EmptyInput
from tracker.extract.decode import decode
from tracker.importers.ranges import cut, is_range
from tracker.model import Document, PageReading, Snapshot
from tracker.pipeline.sources import pages_of, read_snapshot

Progress = Callable[[int], None]  # called with the number of captures that are done

_AHEAD = 64  # captures that are being read while one is written
_WORTH_A_POOL = 400  # captures; fewer are read before the processes have started


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
        return pool.submit(_read, replace(snapshot, headers=dict(snapshot.headers), tls=dict(snapshot.tls)))
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


@contextmanager
def pool_for(expected: int) -> Iterator[ProcessPoolExecutor | None]:
    """Processes to read with, where there is enough to read. Forked from a clean one: they hold no pipes."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if expected < _WORTH_A_POOL or cores < 2:
        yield None
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tracker.pipeline.reading"])
    with ProcessPoolExecutor(cores, mp_context=context) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
