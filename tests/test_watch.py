"""The watch as a process: it fetches, tells, answers for its health, logs for machines, and stops."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from receivers import hook
from servers import Site, serve
from test_notify import ONE, TWO, declare, page, webhook

from tracker import config
from tracker.cli import main
from tracker.pipeline.announcing import Announcer
from tracker.pipeline.health import Figures
from tracker.pipeline.workbench import Workbench

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({"/privacy": page(ONE)}) as running:
        yield running


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tracker", "watch", *words]
        running.append(subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def ended(process: subprocess.Popen[str]) -> list[str]:
    """The lines of a watch that was asked to stop, and did within seconds."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=15)
    assert process.returncode == 0 and time.monotonic() - began < 10, told
    return told.splitlines()


def test_health_metrics_and_logs(tmp_path: Path, site: Site, start: Start) -> None:
    declare(tmp_path, site, "")
    process = start("--listen", "0", "--log", "json")
    assert process.stderr
    first = json.loads(process.stderr.readline())
    url = first["message"].split()[3].removesuffix("/health,")
    assert url.startswith("http://127.0.0.1:")

    def health() -> dict[str, object]:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            found: dict[str, object] = json.load(answer)
        return found

    until(lambda: health()["looks"]["new"] == 1)  # type: ignore[index]
    assert (health()["status"], health()["policies"]) == ("ok", 1)
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        families = {family.name: family for family in text_string_to_metric_families(answer.read().decode())}
    looks = {sample.labels["outcome"]: sample.value for sample in families["tracker_looks"].samples}
    assert looks["new"] == 1 and looks["failed"] == 0
    assert families["tracker_look_seconds"].type == "summary"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{url}/../etc/passwd", timeout=5)
    lines = [json.loads(line) for line in ended(process)]
    (look,) = (line for line in lines if line["event"] == "look")
    assert (look["policy"], look["outcome"], look["level"]) == ("quillmoor", "new", "info")
    assert all(line["time"].endswith("Z") for line in lines)


def test_a_stalled_watch_says_so() -> None:
    now = [datetime(2024, 1, 1, tzinfo=UTC)]
    figures = Figures(lambda: now[0])
    assert figures.health({})["status"] == "ok"
    now[0] += timedelta(minutes=6)
    assert figures.health({})["status"] == "stalled"


def looked_at(folder: Path, days: int) -> None:
    """Let the workspace's policies have been looked at so many days ago."""
    workspace = config.find_workspace(folder)
    with Workbench(workspace, lambda: datetime.now(UTC) - timedelta(days=days)) as bench:
        for policy in workspace.policies:
            bench.fetch(policy)
        with Announcer(bench) as announcer:
            announcer.catch_up()


def test_a_watch_tells_at_once(tmp_path: Path, site: Site, start: Start) -> None:
    with hook() as receiver:
        declare(tmp_path, site, webhook(receiver))
        looked_at(tmp_path, days=2)
        site.routes["/privacy"] = page(TWO)
        process = start()
        until(lambda: len(receiver.calls) == 1)
        told = ended(process)
        assert any("hook: told: Quillmoor" in line for line in told) and told[-1].endswith("stopped")
        process = start()
        assert process.stderr and "watching" in process.stderr.readline()
        time.sleep(1)
        ended(process)
        assert len(receiver.calls) == 1


@pytest.mark.parametrize("place", ["here", "99999", "203.0.113.1:1"])
def test_bad_places_are_one_line(
    place: str, tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, site, "")
    assert main(["watch", "--listen", place, "--workspace", str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("tracker: --listen")
