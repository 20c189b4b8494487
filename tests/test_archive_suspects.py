"""Captures held back: kept, counted, bounded, and never part of the history."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.archive import Archive, Suspect
from tracker.model import Snapshot

NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def capture(number: int = 0, policy: str = "acme") -> Snapshot:
    return Snapshot(
        policy,
        "https://me:pass@acme.example/privacy",
        NOW + number * DAY,
        b"<h1>Home %d</h1>" % number,
        "text/html",
        status=200,
        headers={"ETag": '"1"', "Set-Cookie": "id=7"},
    )


def suspect(snapshot: Snapshot, key: str = "a", confirmable: bool = True) -> Suspect:
    at = snapshot.captured
    return Suspect(snapshot.policy, at, key, "wrong_document", "another page", confirmable, at)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "snapshots", lambda: NOW)


def test_a_capture_is_kept_with_its_reason_and_comes_back_as_it_came(archive: Archive) -> None:
    archive.hold(capture(), suspect(capture()))
    [kept] = archive.suspects("acme")
    assert (kept.reason, kept.seen, kept.state, kept.captured) == ("wrong_document", 1, "waiting", NOW)
    found = archive.held(kept)
    assert (found.raw, found.status, found.captured) == (b"<h1>Home 0</h1>", 200, NOW)
    assert found.url == "https://acme.example/privacy" and found.headers == {"etag": '"1"'}
    assert archive.policies() == () and archive.verify() == ()


def test_the_same_again_is_counted_under_the_first_date(archive: Archive) -> None:
    for number in range(3):
        held = archive.hold(capture(number), suspect(capture(number)))
    assert (held.seen, held.captured, held.last) == (3, NOW, NOW + 2 * DAY)
    assert archive.suspects() == (held,)
    assert archive.held(held).raw == b"<h1>Home 0</h1>"


def test_only_the_latest_few_of_a_policy_are_kept(archive: Archive, tmp_path: Path) -> None:
    for number in range(9):
        archive.hold(capture(number), suspect(capture(number), str(number)))
    assert [each.key for each in archive.suspects("acme")] == ["8", "7", "6", "5"]
    command = ["git", "-C", str(tmp_path / "snapshots"), "rev-list", "--count", "refs/tracker/suspects"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.strip() == b"1"


def test_what_became_of_it_is_marked(archive: Archive) -> None:
    archive.hold(capture(), suspect(capture()))
    archive.hold(capture(policy="other"), suspect(capture(policy="other")))
    [kept] = archive.suspects("acme")
    archive.settle(kept, "over")
    assert archive.suspects("acme") == (replace(kept, state="over"),)
    again = archive.hold(capture(4), suspect(capture(4)))  # what was over begins anew
    assert (again.seen, again.captured, again.state) == (1, NOW + 4 * DAY, "waiting")
    archive.settle(again, "rejected")
    assert archive.hold(capture(5), suspect(capture(5))).state == "rejected"
    archive.settle(again, "recorded")
    assert [each.policy for each in archive.suspects()] == ["other"]
    archive.settle(archive.suspects()[0], "recorded")
    assert archive.suspects() == ()


def test_they_outlast_packing_and_opening_again(archive: Archive, tmp_path: Path) -> None:
    kept = archive.hold(capture(), suspect(capture()))
    archive.gc()
    archive.close()
    with Archive.open(tmp_path / "snapshots") as again:
        assert again.suspects("acme") == (kept,) and again.held(kept).raw == capture().raw
