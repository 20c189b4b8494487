"""Telling beside other work: at the end of a run of fetches, and all the time beside a watch."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from tracker.errors import TrackerError
from tracker.model import Check
from tracker.notify.outbox import Outbox
from tracker.pipeline import feeding
from tracker.pipeline.announcing import Announcer
from tracker.pipeline.workbench import Workbench

_log = logging.getLogger(__name__)
_EVERY = 15.0  # seconds between two looks at what is due: digests, and what is tried again
_GRACE = 5.0  # seconds that a delivery under way is given when the watch is stopped


def announcing(bench: Workbench) -> Announcer | None:
    """The announcer of a workspace, caught up; None where nobody is to be told, nor ever was."""
    if not bench.workspace.channels and not Outbox.exists(bench.workspace.state):
        return None
    announcer = Announcer(bench)
    announcer.catch_up()
    return announcer


def told(announcer: Announcer, say: Callable[[str], None]) -> int:
    """Deliver, and say what came of it; how many messages were not delivered."""
    failed = 0
    for done in announcer.deliver():
        say(done.told)
        failed += bool(done.error)
    return failed


class Teller:
    """Announces what one run of fetches brings; what goes wrong in telling is said and fails no fetch."""

    def __init__(self, bench: Workbench, say: Callable[[str], None]) -> None:
        self._bench, self._say = bench, say
        self._wrong = 0
        self._changed: list[str] = []
        self._announcer: Announcer | None = None
        with self._guarded():
            self._announcer = announcing(bench)

    def hear(self, check: Check) -> None:
        """Take up what came of one look, once it is recorded."""
        if check.outcome == "changed":
            self._changed.append(check.policy)
        if self._announcer:
            with self._guarded():
                self._announcer.hear(check)

    def finish(self) -> int:
        """Renew the feeds of what changed, deliver what is due; how much went wrong."""
        with self._guarded():
            feeding.renew(self._bench, list(dict.fromkeys(self._changed)))
        if self._announcer:
            with self._guarded():
                self._wrong += told(self._announcer, self._say)
        return self._wrong

    def close(self) -> None:
        """Closes what it opened."""
        if self._announcer:
            self._announcer.close()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except TrackerError as error:
            self._wrong += 1
            self._say(f"notifications: {error}")


@contextmanager
def telling(bench: Workbench, say: Callable[[str], None]) -> Iterator[Teller]:
    """A teller for the length of a run."""
    teller = Teller(bench, say)
    try:
        yield teller
    finally:
        teller.close()


class Herald:
    """Announces beside a watch: takes up what each look brought, and delivers in a thread of its own."""

    def __init__(self, bench: Workbench, say: Callable[[str], None], every: float = _EVERY) -> None:
        self._bench, self._say, self._every = bench, say, every
        self._announcer: Announcer | None = None
        self._mutex = threading.Lock()
        self._changed: SimpleQueue[str] = SimpleQueue()
        self._news, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="herald", daemon=True)

    def __enter__(self) -> Self:
        with self._guarded():
            self._ready()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End within a few seconds; a delivery under way that takes longer is repeated at the next start."""
        self._over.set()
        self._news.set()
        self._thread.join(_GRACE)
        if self._announcer and not self._thread.is_alive():
            self._announcer.close()

    def counts(self) -> dict[str, int]:
        """How many items stand how."""
        return self._announcer.outbox.counts() if self._announcer else {}

    def hear(self, check: Check) -> None:
        """Take up what came of one look, once it is recorded."""
        with self._guarded():
            if announcer := self._ready():
                announcer.hear(check)
            if check.outcome == "changed":
                self._changed.put(check.policy)
            self._news.set()

    def _ready(self) -> Announcer | None:
        """The announcer, as soon as the configuration has a channel."""
        with self._mutex:
            self._announcer = self._announcer or announcing(self._bench)
            return self._announcer

    def _work(self) -> None:
        while not self._over.is_set():
            with self._guarded():
                if announcer := self._ready():
                    told(announcer, self._say)
            with self._guarded():
                self._renew()
            self._news.wait(self._every)
            self._news.clear()

    def _renew(self) -> None:
        """Renew the feeds of what changed since the last time."""
        changed: list[str] = []
        while not self._changed.empty():
            changed.append(self._changed.get())
        if changed:
            feeding.renew(self._bench, list(dict.fromkeys(changed)))

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """What goes wrong in telling must not stop the watch: it is told of and tried again."""
        try:
            yield
        except TrackerError as error:
            self._say(f"notifications: {error}")
        except Exception:
            _log.exception("notifications failed for a reason that nobody foresaw")
