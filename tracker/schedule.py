"""When policies are fetched: who is due, and the watch that fetches them until it is stopped.

What is due follows from policies.toml and from each policy's last recorded check, so a crash neither loses
nor doubles anything, and a time missed is caught up once. APScheduler keeps one persistent job that looks
who is due; a job for each policy would be slower by far, and a second record of the truth.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tracker import cadence, config
from tracker.config import Policy, Workspace
from tracker.errors import TrackerError

Run = Callable[[Workspace, Policy], object]
LastChecks = Callable[[Workspace], Mapping[str, datetime]]

_log = logging.getLogger(__name__)
_STORE, _LOCK, _JOB = "jobs.sqlite", "watch.lock", "dispatch"
_TICK = timedelta(seconds=15)
_GRACE = 5.0  # seconds that fetches under way are given when the watch is stopped


class AlreadyWatched(TrackerError):
    """Another process watches the workspace."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root}: another tracker watch is running here", "stop it first")


def next_due(workspace: Workspace, policy: Policy, last: datetime | None) -> datetime | None:
    """When the policy is due after its last check; None where it is paused or was never checked."""
    if policy.paused or last is None:
        return None
    zone = ZoneInfo(workspace.settings.timezone)
    return cadence.next_after(workspace.every(policy), last, zone, spread=_spread(policy.id, last))


def due(workspace: Workspace, last_checks: Mapping[str, datetime], now: datetime) -> tuple[Policy, ...]:
    """The policies to fetch now, those longest overdue first; what was missed is due once."""
    found: list[tuple[datetime, str, Policy]] = []
    for policy in workspace.policies:
        if policy.paused:
            continue
        last = last_checks.get(policy.id)
        when = next_due(workspace, policy, last) or datetime.min.replace(tzinfo=UTC)
        if when <= now:
            found.append((when, policy.id, policy))
    return tuple(policy for *_, policy in sorted(found, key=lambda each: each[:2]))


def watch(
    workspace: Workspace,
    run: Run,
    last_checks: LastChecks,
    *,
    clock: Callable[[], datetime],
    stop: threading.Event | None = None,
    tick: timedelta = _TICK,
    grace: float = _GRACE,
) -> None:
    """Fetch each policy when it is due until SIGTERM, SIGINT or ``stop``; raises AlreadyWatched.

    ``run`` fetches one policy and records the check, in one of ``settings.jobs`` threads, never twice at once
    for one policy; what it raises is logged. ``last_checks`` gives the time of each policy's last recorded
    check. Both get the workspace as policies.toml describes it now: changes count from the next ``tick`` on.
    """
    stop = stop or threading.Event()
    with _only_one(workspace), _signals(stop), _dispatching(workspace, run, last_checks, clock, tick) as crew:
        stop.wait()
        crew.dismiss(grace)


def dispatch(root: str) -> None:
    """The persistent job: start what is due in the workspace that this process watches."""
    if dispatcher := _WATCHED.get(root):
        dispatcher.dispatch()


class Dispatcher:
    """Knows the workspace as it is now, and hands out what is due."""

    def __init__(
        self, workspace: Workspace, crew: Crew, last_checks: LastChecks, clock: Callable[[], datetime]
    ) -> None:
        self._workspace, self._crew, self._last_checks, self._clock = workspace, crew, last_checks, clock
        self._stamp = _stamp(workspace.file)
        self._started: dict[str, datetime] = {}

    def dispatch(self) -> None:
        """Take up changes of the configuration, then start what is due."""
        self._refresh()
        now, last = self._clock(), dict(self._last_checks(self._workspace))
        for name, started in self._started.items():  # a run that recorded no check is not repeated at once
            last[name] = max(last.get(name, started), started)
        for policy in _by_turns(due(self._workspace, last, now)):
            if self._crew.take(self._workspace, policy):
                self._started[policy.id] = now

    def _refresh(self) -> None:
        stamp = _stamp(self._workspace.file)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._workspace = config.load(self._workspace.file)
            _log.info("%s was read anew: %d policies", config.FILE, len(self._workspace.policies))
        except TrackerError as error:
            _log.error("%s; the watch goes on with the last one that was right", error)


class Crew:
    """Threads that run what they are handed. They are daemons: a fetch that hangs cannot keep the process."""

    def __init__(self, run: Run, size: int) -> None:
        self._run = run
        self._waiting: queue.SimpleQueue[tuple[Workspace, Policy]] = queue.SimpleQueue()
        self._busy: set[str] = set()
        self._change = threading.Condition()
        self._dismissed = False
        for number in range(size):
            threading.Thread(target=self._work, name=f"fetch-{number}", daemon=True).start()

    def take(self, workspace: Workspace, policy: Policy) -> bool:
        """Queue the policy; False where it is queued or running already."""
        with self._change:
            if self._dismissed or policy.id in self._busy:
                return False
            self._busy.add(policy.id)
        self._waiting.put((workspace, policy))
        return True

    def dismiss(self, grace: float) -> bool:
        """Start nothing more and wait up to ``grace`` seconds for what runs; whether all of it has ended."""
        with self._change:
            self._dismissed = True
            with contextlib.suppress(queue.Empty):
                while True:
                    self._busy.discard(self._waiting.get_nowait()[1].id)
            return self._change.wait_for(lambda: not self._busy, grace)

    def _work(self) -> None:
        while True:
            workspace, policy = self._waiting.get()
            try:
                if not self._dismissed:
                    self._run(workspace, policy)
            except TrackerError as error:
                _log.error("%s: %s", policy.id, error)
            except Exception:
                _log.exception("%s: the fetch failed for a reason that nobody foresaw", policy.id)
            finally:
                with self._change:
                    self._busy.discard(policy.id)
                    self._change.notify_all()


_WATCHED: dict[str, Dispatcher] = {}  # a stored job can name only a function: this is how it finds its watch


@contextlib.contextmanager
def _dispatching(
    workspace: Workspace,
    run: Run,
    last_checks: LastChecks,
    clock: Callable[[], datetime],
    tick: timedelta,
) -> Iterator[Crew]:
    """Run the persistent job until the block ends."""
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # half a second: only the watch needs it
    from apscheduler.schedulers.background import BackgroundScheduler

    root = str(workspace.root)
    crew = Crew(run, workspace.settings.jobs)
    _WATCHED[root] = Dispatcher(workspace, crew, last_checks, clock)
    store = SQLAlchemyJobStore(url=f"sqlite:///{workspace.state / _STORE}")
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start(paused=True)
    scheduler.add_job(
        "tracker.schedule:dispatch",
        "interval",
        seconds=tick.total_seconds(),
        args=[root],
        id=_JOB,
        next_run_time=datetime.now(UTC),
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
        replace_existing=True,
    )
    scheduler.resume()
    try:
        yield crew
    finally:
        scheduler.shutdown(wait=False)
        store.engine.dispose()
        del _WATCHED[root]


@contextlib.contextmanager
def _only_one(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's lock: SQLite's, which goes when the process dies, on every system."""
    workspace.state.mkdir(exist_ok=True)
    (workspace.state / ".gitignore").write_text("*\n", "utf-8")
    lock = sqlite3.connect(workspace.state / _LOCK, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise AlreadyWatched(workspace.root) from None
        yield
    finally:
        lock.close()


@contextlib.contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT set ``stop``; only the main thread may ask for signals."""

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _by_turns(policies: Iterable[Policy]) -> list[Policy]:
    """One of each host, then the next of each: a host's pause shall not hold every thread."""
    before: Counter[str] = Counter()
    turns = []
    for policy in policies:
        host = urlsplit(policy.url).netloc
        turns.append((before[host], policy))
        before[host] += 1
    return [policy for _, policy in sorted(turns, key=lambda each: each[0])]


def _stamp(file: Path) -> tuple[int, int]:
    """What changes when the file does; nought while it is away."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _spread(name: str, last: datetime) -> float:
    """A number from 0 to 1 that differs between policies and times, and is the same each time."""
    digest = sha256(f"{name} {last.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
