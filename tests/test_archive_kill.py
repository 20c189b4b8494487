"""kill -9 at 200 random instants of everything that writes: what was acknowledged is there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker import extract
from tracker.archive import Archive, Reading
from tracker.model import Check, Document, Snapshot

KILLS = 200
START = datetime(2020, 1, 1, tzinfo=UTC)
Acknowledge = Callable[[str], None]


def captured(policy: str, number: int) -> tuple[Snapshot, Document]:
    raw = f"We keep logs for {number} days.".encode()
    at = START + timedelta(hours=number)
    return Snapshot(policy, "", at, raw, "text/plain"), extract.read(raw, "text/plain")


def jobs(archive: Archive, number: int, acknowledge: Acknowledge) -> list[Callable[[], object]]:
    """Everything that writes; what is done is acknowledged."""
    policy, at = f"bulk-{number}", START + timedelta(days=5000, seconds=number)

    def save() -> None:
        for step in range(5):
            archive.save(*captured("acme", number + step))
            acknowledge(f"acme {number + step}")

    def check() -> None:
        archive.record(Check("acme", at, "failed", "refused"))
        acknowledge(f"check {number}")

    def ingest() -> None:
        archive.ingest(captured(policy, number + step) for step in range(8))
        for step in range(8):
            acknowledge(f"{policy} {number + step}")

    def reread() -> None:
        archive.save(*captured(f"{policy}-b", number))
        newest = archive.history(f"{policy}-b")[0]
        archive.reread([Reading(newest, extract.read(b"Read anew.", "text/plain"))])
        acknowledge(f"anew {policy}-b")

    return [save, check, archive.fold, ingest, reread, archive.rebuild_index, archive.gc]


def work(path: Path, first: int, acknowledge: Acknowledge) -> None:
    """All jobs over and over, beginning with another one each time."""
    for number in range(first, first + 1000, 10):
        with Archive.open(path) as archive:
            todo = jobs(archive, number, acknowledge)
            turn = first // 1000 % len(todo)
            for job in todo[turn:] + todo[:turn]:
                job()


def killed(path: Path, first: int, after: float) -> list[str]:
    """What a process acknowledged that was killed ``after`` so many seconds of work."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            os.write(writing, b"ready\n")
            work(path, first, lambda words: _write(writing, words))
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        assert told.readline() == b"ready\n"
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return told.read().decode().splitlines()


def _write(pipe: int, words: str) -> None:
    os.write(pipe, f"{words}\n".encode())


def missing(path: Path, acknowledged: list[str]) -> list[str]:
    """What was acknowledged and is not there."""
    lost = []
    with Archive.open(path) as archive:
        for words in acknowledged:
            name, what = words.split()
            if name == "check":
                at = START + timedelta(days=5000, seconds=int(what))
                there = at in archive.instants("acme")
            elif name == "anew":
                there = archive.text(archive.history(what)[0]) == "Read anew.\n"
            else:
                version = archive.at(name, START + timedelta(hours=int(what)))
                there = archive.text(version).strip() in (f"We keep logs for {what} days.", "Read anew.")
            if not there:
                lost.append(words)
    return lost


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "snapshots"
    Archive.create(path).close()
    instants = random.Random(5)  # the same instants each time, as far as the machine lets them be
    everything: list[str] = []
    for kill in range(KILLS):
        acknowledged = killed(path, 1000 * kill, instants.uniform(0, 0.15))
        everything += acknowledged
        assert missing(path, acknowledged) == [], f"kill {kill}"
    done = {words.partition(" ")[0].rstrip("0123456789-") for words in everything}
    assert done == {"acme", "check", "bulk", "anew"}  # all of it was under way at some time
    assert missing(path, everything) == []
    subprocess.run(["git", "-C", path, "fsck", "--strict", "--no-dangling"], check=True, capture_output=True)
    with Archive.open(path) as archive:
        archive.save(*captured("acme", 999_999))
        assert archive.verify() == ()
