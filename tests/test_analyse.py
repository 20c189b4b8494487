"""Analyses: the same lines in one process, in many and on a cluster; a worker that dies loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tracker.cli import main

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "policies"


def many(folder: Path, number: int) -> Path:
    """A collection: the example policies under many names, and documents that are no versions."""
    for copy in range(number):
        for path in sorted(EXAMPLES.glob("*/*.html")):
            target = folder / f"{copy:03}" / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


def analysed(folder: Path, output: Path, *words: str) -> bytes:
    assert main(["analyse", str(folder), "-o", str(output), *words]) == 0
    return output.read_bytes()


def test_a_folder_of_versions_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    collection = many(tmp_path / "collection", 1)
    (collection / "terms.md").write_text("# Privacy\n\nYou have the right to access your personal data.\n")
    (collection / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    (collection / ".hidden.md").write_text("# Nothing\n")
    assert main(["analyse", str(collection), "--jobs", "1"]) == 3
    told = capsys.readouterr()
    data = [json.loads(line) for line in told.out.splitlines()]
    versions = [(each["policy"], each["captured"][:10]) for each in data if each["type"] == "version"]
    assert len(versions) == 13 and versions[:2] == [
        ("000/brindlewood", "2023-03-06"),
        ("000/brindlewood", "2023-09-18"),
    ]
    assert ("terms.md", "") in versions
    (error,) = (each for each in data if each["type"] == "error")
    assert error["policy"] == "broken.pdf"
    assert any(each["type"] == "change" and each["rule"] == "right-removed" for each in data)
    assert "13 documents" in told.err and "1 could not be read" in told.err


def test_processes_give_the_same_bytes(tmp_path: Path) -> None:
    collection = many(tmp_path / "collection", 2)
    assert analysed(collection, tmp_path / "1", "--jobs", "1") == analysed(
        collection, tmp_path / "2", "--jobs", "2"
    )


def test_a_long_history_is_cut_without_a_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.pipeline import analysing

    collection = many(tmp_path / "collection", 1)
    whole = analysed(collection, tmp_path / "whole", "--jobs", "1")
    monkeypatch.setattr(analysing, "MOST", 2)
    assert analysed(collection, tmp_path / "cut", "--jobs", "1") == whole


@pytest.mark.slow
def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    collection = many(tmp_path / "collection", 8)
    whole = analysed(collection, tmp_path / "1", "--jobs", "1")
    words = [
        sys.executable,
        "-m",
        "tracker",
        "analyse",
        str(collection),
        "-o",
        str(tmp_path / "2"),
        "--jobs",
        "2",
    ]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as running:
        kill_one_worker(running.pid)
        _, told = running.communicate(timeout=120)
    assert running.returncode == 0, told
    assert (tmp_path / "2").read_bytes() == whole


def kill_one_worker(parent: int) -> None:
    """Kill a process of a pool once it works."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for child in psutil.Process(parent).children():
            busy = child.cpu_times().user > 0.3
            if busy and any("spawn_main" in word for word in child.cmdline()):
                os.kill(child.pid, signal.SIGKILL)
                return
        time.sleep(0.05)
    raise AssertionError("no worker began")


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    collection = many(tmp_path / "collection", 8)
    whole = analysed(collection, tmp_path / "1", "--jobs", "1")
    with cluster(tmp_path) as (address, workers):
        killer = threading.Timer(1.5, workers[0].kill)
        killer.start()
        assert analysed(collection, tmp_path / "2", "--cluster", address) == whole
        killer.join()
        assert workers[0].wait(10) == -signal.SIGKILL


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two worker processes over loopback."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen(command, cwd=folder, **quiet))  # type: ignore[call-overload]
        return started[-1]

    try:
        note = folder / "scheduler.json"
        common = ("--host", "127.0.0.1", "--no-dashboard")
        start("dask_scheduler", *common, "--port", "0", "--scheduler-file", str(note))
        end = time.monotonic() + 30
        while not note.exists() or not note.read_text():
            assert time.monotonic() < end, "the scheduler did not start"
            time.sleep(0.1)
        address = json.loads(note.read_text())["address"]
        workers = [
            start("dask_worker", address, *common, "--no-nanny", "--nthreads", "1", "--name", f"w{number}")
            for number in range(2)
        ]
        yield address, workers
    finally:
        for process in started:
            process.kill()
            process.wait()


BAD = {
    "no folder": (["nowhere"], "no such folder"),
    "empty folder": (["."], "no documents here"),
    "no jobs": ([".", "--jobs", "0"], "1 or more"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words, told = BAD[case]
    assert main(["analyse", *words]) in (2, 4)
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


def test_no_cluster_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed")
    from tracker.pipeline import scaling

    monkeypatch.setattr(scaling, "_PATIENCE", 1)
    collection = many(tmp_path / "collection", 1)
    assert main(["analyse", str(collection), "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert "name a running scheduler" in capsys.readouterr().err.splitlines()[-1]
