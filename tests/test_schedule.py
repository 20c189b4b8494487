"""The schedule: who is due, and a real watch with its real store, lock, signals and restarts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker import config, schedule
from tracker.config import Policy, Settings, Workspace

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
TICK = timedelta(seconds=0.05)


def policies(*lines: tuple[str, str]) -> Workspace:
    made = tuple(Policy(name, f"https://{name}.example", every=every) for name, every in lines)
    return Workspace(Path("/ws"), made, Settings(every="1d"))


def test_who_is_due() -> None:
    workspace = policies(
        ("new", ""), ("old", "1h"), ("older", "1h"), ("fresh", "1h"), ("monday", "0 6 * * mon")
    )
    last = {
        "old": NOW - timedelta(hours=2),
        "older": NOW - timedelta(days=90),
        "fresh": NOW - timedelta(minutes=50),
        "monday": NOW - timedelta(days=3),  # Tuesday; now is Friday
    }
    assert [policy.id for policy in schedule.due(workspace, last, NOW)] == ["new", "older", "old"]
    later = schedule.due(workspace, dict.fromkeys(last, NOW), NOW + timedelta(days=3))
    assert "monday" in [policy.id for policy in later]


def test_what_is_paused_is_never_due() -> None:
    paused = Policy("a", "https://a.example", paused=True)
    workspace = Workspace(Path("/ws"), (paused,))
    assert schedule.due(workspace, {}, NOW) == () and schedule.next_due(workspace, paused, NOW) is None


def test_hosts_take_turns() -> None:
    named = [
        Policy(name, f"https://{name[0]}.example/{name}") for name in ("a1", "a2", "a3", "b1", "b2", "c1")
    ]
    assert [each.id for each in schedule._by_turns(named)] == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_policies_checked_together_part() -> None:
    workspace = policies(*[(f"p{n}", "10h") for n in range(50)])
    found = {schedule.next_due(workspace, policy, NOW) for policy in workspace.policies}
    assert len(found) == 50
    assert all(
        moment and timedelta(0) <= moment - NOW - timedelta(hours=10) <= timedelta(hours=1)
        for moment in found
    )


# --- a real watch ---------------------------------------------------------------------------------------


class Checks:
    """Checks as an archive would record them."""

    def __init__(self) -> None:
        self.last: dict[str, datetime] = {}
        self.runs: list[str] = []

    def run(self, workspace: Workspace, policy: Policy) -> None:
        self.runs.append(policy.id)
        self.last[policy.id] = datetime.now(UTC)

    def __call__(self, workspace: Workspace) -> Mapping[str, datetime]:
        return dict(self.last)


@contextmanager
def watching(
    workspace: Workspace, checks: Checks, run: Callable[[Workspace, Policy], object] | None = None
) -> Iterator[None]:
    stop = threading.Event()

    def body() -> None:
        schedule.watch(
            workspace,
            run or checks.run,
            checks,
            clock=lambda: datetime.now(UTC),
            stop=stop,
            tick=TICK,
            grace=1,
        )

    thread = threading.Thread(target=body)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "waited for ten seconds"
        time.sleep(0.01)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    file = config.init(tmp_path).file
    config.add_policy(file, Policy("acme", "https://acme.example/p", every="1h"))
    return config.add_policy(file, Policy("nordwind", "https://nordwind.example/p", every="1h"))


def test_what_is_due_runs_once_and_again_only_when_due(workspace: Workspace) -> None:
    checks = Checks()
    with watching(workspace, checks):
        until(lambda: len(checks.runs) == 2)
        time.sleep(0.3)
        assert sorted(checks.runs) == ["acme", "nordwind"]
        checks.last["acme"] -= timedelta(hours=5)
        time.sleep(0.3)
        assert len(checks.runs) == 2  # started within the hour: what was recorded elsewhere changes nothing


def test_a_restart_repeats_nothing_and_catches_up_once(workspace: Workspace) -> None:
    checks = Checks()
    with watching(workspace, checks):
        until(lambda: len(checks.runs) == 2)
    with watching(workspace, checks):
        time.sleep(0.3)
    assert len(checks.runs) == 2
    checks.last["acme"] -= timedelta(days=30)
    with watching(workspace, checks):
        until(lambda: len(checks.runs) == 3)
        time.sleep(0.2)
    assert checks.runs[2:] == ["acme"]


def test_changes_of_the_configuration_are_taken_up(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    checks = Checks()
    with watching(workspace, checks):
        until(lambda: len(checks.runs) == 2)
        good = workspace.file.read_text()
        workspace.file.write_text("[policies\n")
        until(lambda: "this is no TOML" in caplog.text)
        workspace.file.write_text(good + '\n[policies.late]\nurl = "https://late.example"\n')
        until(lambda: "late" in checks.runs)


def test_a_failing_run_stops_nothing_and_is_not_repeated_at_once(workspace: Workspace) -> None:
    checks = Checks()

    def run(workspace: Workspace, policy: Policy) -> None:
        checks.runs.append(policy.id)
        raise RuntimeError("unforeseen")

    with watching(workspace, checks, run):
        until(lambda: len(checks.runs) == 2)
        time.sleep(0.3)
    assert len(checks.runs) == 2


def test_a_run_that_hangs_does_not_hold_the_stop(workspace: Workspace) -> None:
    began = threading.Event()

    def run(workspace: Workspace, policy: Policy) -> None:
        began.set()
        time.sleep(60)

    with watching(workspace, Checks(), run):
        assert began.wait(10)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 5


def test_one_watch_for_a_workspace(workspace: Workspace) -> None:
    checks = Checks()
    with watching(workspace, checks):
        until(lambda: checks.runs)
        with pytest.raises(schedule.AlreadyWatched, match="stop it first"):
            schedule.watch(workspace, checks.run, checks, clock=lambda: NOW, stop=threading.Event())


PROGRAM = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from tracker import config, schedule

log = Path(sys.argv[1]) / "runs.log"

def run(workspace, policy):
    with log.open("a") as stream:
        stream.write(f"{policy.id} {datetime.now(UTC).isoformat()}\\n")

def last(workspace):
    Path(sys.argv[1], sys.argv[2]).touch()
    lines = log.read_text().split("\\n") if log.exists() else []
    return {line.split()[0]: datetime.fromisoformat(line.split()[1]) for line in lines if line}

schedule.watch(config.find_workspace(Path(sys.argv[1])), run, last, clock=lambda: datetime.now(UTC))
print("stopped")
"""


@pytest.fixture
def start(workspace: Workspace) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PROGRAM, str(workspace.root), f"looked-{len(started)}"]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_a_killed_watch_leaves_no_lock_and_doubles_nothing(
    workspace: Workspace, start: Callable[[], subprocess.Popen[str]]
) -> None:
    log = workspace.root / "runs.log"
    first = start()
    until(lambda: log.exists() and log.read_text().count("\n") == 2)
    first.kill()
    first.wait()
    second = start()
    until((workspace.root / "looked-1").exists)
    time.sleep(0.5)
    second.send_signal(signal.SIGTERM)
    output, _ = second.communicate(timeout=5)
    assert (second.returncode, output) == (0, "stopped\n")
    assert log.read_text().count("\n") == 2
