"""Bulk imports give the same archive as single saves."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker import extract
from tracker.archive import Archive, Ingested, SameInstant
from tracker.model import Document, Snapshot

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def captured(
    policy: str, number: int, words: str, media_type: str = "text/plain"
) -> tuple[Snapshot, Document]:
    raw = f"We keep {words}.\n".encode()
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return Snapshot(policy, "", at, raw, media_type, "import:test"), extract.read(raw, media_type)


CAPTURES = [
    captured("acme", 1, "logs"),
    captured("acme", 2, "logs"),
    captured("acme", 3, "nothing", "text/markdown"),
    captured("acme", 5, "logs"),
    captured("umbra", 2, "everything"),
    captured("umbra", 4, "nothing"),
]


def told(path: Path) -> list[object]:
    """Everything that may be asked of the archive, ids aside."""
    with Archive.open(path) as archive:
        versions = [v for policy in archive.policies() for v in archive.history(policy)]
        checks = [
            (c.policy, c.at, c.outcome) for policy in archive.policies() for c in archive.checks(policy)
        ]
        return [(v.captured, archive.text(v), archive.raw(v), archive.metadata(v)) for v in versions] + checks


def test_a_bulk_import_is_the_same_as_single_saves(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "bulk", lambda: NOW) as bulk:
        assert bulk.ingest(iter(CAPTURES)) == Ingested(versions=5, repeats=1)
    with Archive.create(tmp_path / "single", lambda: NOW) as single:
        for capture in CAPTURES:
            single.save(*capture)
    assert told(tmp_path / "bulk") == told(tmp_path / "single")
    subprocess.run(["git", "-C", tmp_path / "bulk", "fsck", "--strict"], check=True, capture_output=True)


def test_the_tip_holds_the_three_files_of_the_newest_capture(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive", lambda: NOW) as archive:
        archive.ingest(iter(CAPTURES[:3]))
    names = subprocess.check_output(
        ["git", "-C", tmp_path / "archive", "ls-tree", "-r", "--name-only", "main"], text=True
    )
    assert sorted(n.rpartition("/")[2] for n in names.split() if "/acme/" in n) == [
        "capture.json",
        "policy.md",
        "source.md",
    ]


def test_an_import_may_be_run_again_and_go_on(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "again", lambda: NOW) as archive:
        archive.ingest(iter(CAPTURES[:3]))
        assert archive.ingest(iter(CAPTURES)) == Ingested(versions=3, repeats=3)
        assert archive.ingest(iter(CAPTURES)) == Ingested(versions=0, repeats=6)
    with Archive.create(tmp_path / "once", lambda: NOW) as archive:
        archive.ingest(iter(CAPTURES))
    assert told(tmp_path / "again") == told(tmp_path / "once")


def test_captures_in_no_order_make_the_same_history(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "mixed", lambda: NOW) as archive:
        archive.ingest(iter([CAPTURES[n] for n in (3, 5, 1, 4, 0, 2)]))
    with Archive.create(tmp_path / "once", lambda: NOW) as archive:
        archive.ingest(iter(CAPTURES))
    with Archive.open(tmp_path / "mixed") as mixed, Archive.open(tmp_path / "once") as once:
        for policy in ("acme", "umbra"):
            assert [(v.captured, v.text_sha256) for v in mixed.history(policy)] == [
                (v.captured, v.text_sha256) for v in once.history(policy)
            ]


def test_an_import_that_fails_writes_nothing(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive", lambda: NOW) as archive:
        with pytest.raises(SameInstant):
            archive.ingest(iter([*CAPTURES, captured("umbra", 4, "something else")]))
        assert archive.policies() == ()
        assert archive.ingest(iter(CAPTURES)).versions == 5
