"""A process killed at any instant leaves a good archive with every acknowledged capture."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.archive import Archive
from tracker.model import Check

WRITER = """
    import os, signal, sys
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from tracker import extract
    from tracker.archive import Archive
    from tracker.archive.repository import Repository
    from tracker.model import Check, Snapshot

    def save(archive, number):
        at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
        raw = f"We keep logs for {number} days.".encode()
        archive.save(Snapshot("acme", "", at, raw, "text/plain"), extract.read(raw, "text/plain"))

    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    path = Path(sys.argv[1])
"""


def run(path: Path, script: str) -> subprocess.Popen[str]:
    program = textwrap.dedent(WRITER) + textwrap.dedent(script)
    return subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE, text=True)


def sound(path: Path) -> list[int]:
    """Days of the versions, after git has found no fault and one more capture has been saved."""
    subprocess.run(["git", "-C", path, "fsck", "--strict"], check=True, capture_output=True)
    with run(path, "with Archive.open(path) as archive: save(archive, 999)") as after:
        after.wait()
    assert after.returncode == 0
    with Archive.open(path) as archive:
        versions = archive.history("acme")
        assert [archive.text(v) for v in versions]
        return [(v.captured - datetime(2024, 1, 1, tzinfo=UTC)).days for v in versions[1:]]


@pytest.mark.parametrize(
    ("script", "kept"),
    [
        ("Repository._move = die", [0]),  # objects written, the branch not yet moved
        ("Repository._take = die", [0]),  # it has said that it is about to move it
        ("Path.replace = die", [0]),  # the branch's lock file is written and stays behind
        ("import tracker.archive.index as i; i.Index.add = die", [1, 0]),  # moved, not yet in the index
    ],
)
def test_killed_in_the_middle_of_a_save(tmp_path: Path, script: str, kept: list[int]) -> None:
    path = tmp_path / "snapshots"
    with run(path, f"archive = Archive.create(path); save(archive, 0)\n{script}\nsave(archive, 1)") as writer:
        writer.wait()
    assert writer.returncode == -9
    assert sound(path) == kept


def test_killed_between_folding_and_forgetting_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "snapshots"
    script = """
        archive = Archive.create(path); save(archive, 0)
        for second in range(3):
            archive.record(Check("acme", datetime(2025, 1, 1, 0, 0, second, tzinfo=UTC), "unchanged"))
        Path.unlink = die
        archive.fold()
    """
    with run(path, script) as writer:
        writer.wait()
    assert writer.returncode == -9
    with Archive.open(path) as archive:
        assert len(archive.checks("acme")) == 4
        archive.fold()
        archive.rebuild_index()
        assert len(archive.checks("acme")) == 4


def test_killed_at_any_time_every_acknowledged_capture_is_there(tmp_path: Path) -> None:
    for number in range(3):
        path = tmp_path / f"snapshots-{number}"
        script = (
            "archive = Archive.create(path)\nfor n in range(10**6): save(archive, n); print(n, flush=True)"
        )
        with run(path, script) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "0\n"
            time.sleep(0.05 + 0.07 * number)
            writer.kill()
            said = ["0", *writer.stdout.read().split()]
        versions = sound(path)
        assert len(versions) in (len(said), len(said) + 1)  # one may have been saved and not yet announced


def test_a_full_disk_is_one_clear_error_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "snapshots"
    script = """
        archive = Archive.create(path); save(archive, 0)
        import resource
        from tracker.archive import CannotWrite
        resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150))
        def fail():
            for _ in range(9):
                archive.record(Check("acme", datetime.now(UTC), "failed"))
        for attempt in (lambda: save(archive, 1), fail):
            try:
                attempt()
            except CannotWrite as error:
                print(error)
    """
    with run(path, script) as writer:
        said = writer.communicate()[0].splitlines()
    assert writer.returncode == 0
    assert len(said) == 2
    assert all("cannot write" in line for line in said)
    assert sound(path) == [0]


def test_two_processes_write_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "snapshots"
    Archive.create(path).close()
    script = "with Archive.open(path) as archive:\n for n in range({}, 30, 2): save(archive, n)"
    writers = [run(path, script.format(start)) for start in (0, 1)]
    assert [writer.wait() for writer in writers] == [0, 0]
    for writer in writers:
        writer.communicate()
    assert sound(path) == list(reversed(range(30)))


def test_a_torn_line_of_the_journal_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "snapshots"
    at = datetime(2024, 1, 1, tzinfo=UTC)
    with Archive.create(path, lambda: at) as archive:
        archive.record(Check("acme", at, "failed", "one"))
        with (path / ".git" / "tracker" / "checks.jsonl").open("ab") as journal:
            journal.write(b'{"policy": "acme", "at": "2024')
        archive.record(Check("acme", at, "failed", "two"))
        assert [check.detail for check in archive.checks("acme")] == ["two", "one"]
