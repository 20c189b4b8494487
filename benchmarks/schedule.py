"""The schedule of 1,000 and 10,000 policies: start-up and memory of the watch, the cost of what is due.

For each number of policies: a real ``tracker watch`` over a filled archive until it has seen who is due; one
dispatch in which all are due, with fetches that do nothing; and, for up to 1,000, the design that was not
taken, one APScheduler job for each policy.

    python -m benchmarks.schedule [POLICIES ...]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker import config, extract
from tracker import schedule as scheduling
from tracker.archive import Archive
from tracker.config import Policy, Workspace
from tracker.model import Document, Snapshot

NUMBERS = (1_000, 10_000)
TEXT = "# Privacy policy\n\nCompany {0} keeps data for {0} days. You may access your data.\n"


def fill(folder: Path, number: int) -> Workspace:
    """A workspace in which every policy was looked at a minute ago."""
    tables = [f'[policies.p{n}]\nurl = "http://127.0.0.1:9/{n}"\n' for n in range(number)]
    channel = '[notify.hook]\ntype = "webhook"\nurl = "http://127.0.0.1:9/"\n'
    (folder / config.FILE).write_text("[settings]\nallow_private = true\n" + channel + "".join(tables))
    workspace = config.load(folder / config.FILE)
    captured = datetime.now(UTC) - timedelta(minutes=1)

    def captures() -> Iterator[tuple[Snapshot, Document]]:
        for n in range(number):
            raw = TEXT.format(n).encode()
            snapshot = Snapshot(f"p{n}", f"http://127.0.0.1:9/{n}", captured, raw, "text/markdown")
            yield snapshot, extract.from_markdown(raw.decode())

    with Archive.create(workspace.snapshots) as archive:
        archive.ingest(captures())
    return workspace


def started(workspace: Workspace) -> dict[str, float]:
    """Seconds from the start of a real watch to its first dispatch, and megabytes then."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tracker", "watch", "--listen", "0", "--log", "json"]
    with subprocess.Popen(  # noqa: S603  # ourselves
        command, cwd=workspace.root, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr  # noqa: S101  # it is a pipe
        url = json.loads(running.stderr.readline())["message"].split()[3].rstrip(",")
        while answered(url)["policies"] == 0:
            time.sleep(0.02)
        wall = time.monotonic() - began
        with urllib.request.urlopen(url.replace("/health", "/metrics"), timeout=5) as answer:  # noqa: S310
            figures = dict(
                line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line[0] != "#"
            )
        stopping = time.monotonic()
        running.terminate()
        running.wait()
    return {
        "start-up s": wall,
        "memory MB": float(figures["tracker_memory_max_bytes"]) / 1e6,
        "stop s": time.monotonic() - stopping,
    }


def answered(url: str) -> dict[str, Any]:
    """What /health says."""
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own server
        found: dict[str, Any] = json.load(answer)
    return found


def handed_out(workspace: Workspace) -> dict[str, float]:
    """CPU and wall seconds of one dispatch in which all policies are due, and how late the last one began."""
    old = datetime.now(UTC) - timedelta(days=2)
    last = {policy.id: old for policy in workspace.policies}
    begun: list[float] = []
    stop = threading.Event()

    def run(current: Workspace, policy: Policy) -> None:
        last[policy.id] = datetime.now(UTC)
        begun.append(time.monotonic())
        if len(begun) == len(workspace.policies):
            stop.set()

    wall, cpu = time.monotonic(), time.process_time()
    scheduling.watch(workspace, run, lambda current: dict(last), clock=lambda: datetime.now(UTC), stop=stop)
    return {
        "due CPU s": time.process_time() - cpu,
        "due wall s": time.monotonic() - wall,
        "drift s": begun[-1] - begun[0],
    }


def job_each(number: int) -> dict[str, float]:
    """CPU and wall seconds of the other design: one persistent job a policy, all due at once."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    DONE.clear()
    wall, cpu = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        store = SQLAlchemyJobStore(url=f"sqlite:///{folder}/jobs.sqlite")
        pool = ThreadPoolExecutor(8)
        made = BackgroundScheduler(jobstores={"default": store}, executors={"default": pool}, timezone=UTC)
        made.start(paused=True)
        now = datetime.now(UTC)
        for n in range(number):
            made.add_job(
                "benchmarks.schedule:note",
                "interval",
                days=1,
                args=[n],
                next_run_time=now,
                misfire_grace_time=None,
            )
        made.resume()
        while len(DONE) < number:
            time.sleep(0.05)
        made.shutdown(wait=False)
        store.engine.dispose()
    return {"a job each: CPU s": time.process_time() - cpu, "a job each: wall s": time.monotonic() - wall}


DONE: list[int] = []


def note(number: int) -> None:
    """What the jobs of the other design do."""
    DONE.append(number)


def main() -> int:
    """Prints a line for each number of policies."""
    for number in [int(word) for word in sys.argv[1:]] or NUMBERS:
        with tempfile.TemporaryDirectory() as folder:
            workspace = fill(Path(folder), number)
            figures = {**started(workspace), **handed_out(workspace)}
        if number <= 1_000:
            figures |= job_each(number)
        told = ", ".join(f"{name} {value:.2f}" for name, value in figures.items())
        print(f"{number} policies: {told}", flush=True)
    return 0


if __name__ == "__main__":
    from benchmarks import schedule as named  # stored jobs find their function by the module's name

    sys.exit(named.main())
