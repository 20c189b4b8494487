"""Each of a list of planted corruptions is found."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker import extract
from tracker.archive import Archive
from tracker.archive.objects import FILE, Entry
from tracker.archive.repository import Repository
from tracker.model import Snapshot

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Archive.create(tmp_path, lambda: NOW) as archive:
        for number in (30, 60):
            raw = f"We keep logs for {number} days.".encode()
            at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
            archive.save(Snapshot("acme", "", at, raw, "text/plain"), extract.read(raw, "text/plain"))
    return tmp_path


def verify(path: Path) -> str:
    with Archive.open(path, lambda: NOW) as archive:
        return "\n".join(archive.verify())


def forge(path: Path, name: str, content: bytes) -> None:
    """Adds a commit with the newest one's message and another file in it."""
    repository = Repository(path / ".git", lambda: NOW)
    with repository.lock():
        tip = repository.tip()
        words = repository.read(tip).decode().partition("\n\n")[2]
        tree = subprocess.check_output(["git", "-C", path, "ls-tree", "-rd", "--name-only", tip], text=True)
        folder = tree.splitlines()[-1].split("/")
        entry = Entry(FILE, repository.store("blob", content))
        repository.commit(repository.with_entry(repository.tree(tip), (*folder, name), entry), words, tip)
    repository.close()


def lose_a_blob(path: Path) -> None:
    listed = subprocess.check_output(["git", "-C", path, "ls-tree", "-r", "main"], text=True)
    blob = next(line.split()[2] for line in listed.splitlines() if "source" in line)
    (path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()


def flip_a_bit(path: Path) -> None:
    tip = (path / ".git/refs/heads/main").read_text().strip()
    listed = subprocess.check_output(["git", "-C", path, "ls-tree", "-r", tip], text=True)
    blob = next(line.split()[2] for line in listed.splitlines() if "policy.md" in line)
    file = path / ".git" / "objects" / blob[:2] / blob[2:]
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)


def alter_the_index(path: Path) -> None:
    with sqlite3.connect(path / ".git" / "tracker" / "index.sqlite") as index:
        index.execute(
            "UPDATE version SET captured = captured + 1 WHERE captured = (SELECT min(captured) FROM version)"
        )


def rename(path: Path, old: str, new: str, at: datetime | None = None) -> None:
    """Adds a commit with the newest one's tree and other words in its message."""
    repository = Repository(path / ".git", lambda: NOW)
    with repository.lock():
        tip = repository.tip()
        words = repository.read(tip).decode().partition("\n\n")[2]
        repository.commit(repository.tree(tip), words.replace(old, new), tip, at)
    repository.close()


def lose_a_commit(path: Path) -> None:
    commit = subprocess.check_output(["git", "-C", path, "rev-parse", "main~1"], text=True).strip()
    (path / ".git" / "objects" / commit[:2] / commit[2:]).unlink()


def lose_a_tree(path: Path) -> None:
    tree = subprocess.check_output(["git", "-C", path, "rev-parse", "main:policies"], text=True).strip()
    (path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()


DAY = datetime(2024, 3, 1, tzinfo=UTC)  # of the newest capture
CORRUPTIONS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a lost blob": (lose_a_blob, "missing blob"),
    "a flipped bit": (flip_a_bit, "git fsck"),
    "another source": (
        lambda path: forge(path, "source.txt", b"forged"),
        "source.txt is not what its hash says",
    ),
    "another text": (lambda path: forge(path, "policy.md", b"forged"), "policy.md is not what its hash says"),
    "other metadata": (lambda path: forge(path, "capture.json", b"{}"), "its files cannot be read"),
    "a lost commit": (lose_a_commit, "git"),
    "a lost tree": (lose_a_tree, "missing tree"),
    "another author date": (
        lambda path: rename(path, "2024-03-01", "2024-03-01", NOW),
        "its author date is not the date of capture",
    ),
    "a capture recorded twice": (lambda path: rename(path, "", "", DAY), "recorded twice"),
    "another hash in the message": (
        lambda path: rename(path, "Raw-SHA256: ", "Raw-SHA256: 0", DAY),
        "is not what its hash says",
    ),
    "a message that cannot be read": (
        lambda path: rename(path, "Captured: 2024", "Captured: soon", DAY),
        "trailers cannot be read",
    ),
    "a reading of a capture that is not there": (
        lambda path: (
            rename(path, "Record: capture", "Record: reading\nTracker-X: ", DAY)
            or rename(path, "2024-03-01T", "2024-04-01T", DAY)
        ),
        "it reads a capture anew that is not there",
    ),
    "another index": (alter_the_index, "tracker index --rebuild"),
}


def test_a_sound_archive_has_no_problem(path: Path) -> None:
    assert verify(path) == ""


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_planted_corruption_is_found(path: Path, name: str) -> None:
    plant, told = CORRUPTIONS[name]
    plant(path)
    assert told in verify(path)
