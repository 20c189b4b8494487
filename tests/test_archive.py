"""The archive on real git: what is saved is read again, whatever the order it came in."""

from __future__ import annotations

import itertools
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path

import pytest

from tracker import extract
from tracker.archive import (
    Archive,
    BadPolicyId,
    BeforeFirstCapture,
    DamagedArchive,
    NaiveDate,
    NotAnArchive,
    SameInstant,
    UnknownPolicy,
    UnknownVersion,
)
from tracker.model import Check, Snapshot

NOW = datetime(2030, 1, 1, tzinfo=UTC)
A, B, C = "We keep logs for 30 days.", "We keep logs for 60 days.", "We keep logs for 90 days."


def day(number: int) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)


def save(archive: Archive, number: int, words: str, policy: str = "acme", **more: object) -> Check:
    raw = f"Privacy policy\n\n{words}\n".encode()
    snapshot = Snapshot(policy, "https://acme.example/privacy", day(number), raw, "text/plain", **more)  # type: ignore[arg-type]
    return archive.save(snapshot, extract.read(raw, "text/plain"))


def told(archive: Archive, policy: str = "acme") -> list[tuple[int, str]]:
    """The history, oldest first: day and last line of each version."""
    versions = reversed(archive.history(policy))
    return [((v.captured - day(0)).days, archive.text(v).strip().splitlines()[-1]) for v in versions]


def git(path: Path, *words: str, input: str = "") -> str:  # noqa: A002  # as subprocess calls it
    return subprocess.run(
        ["git", "-C", path, *words], check=True, capture_output=True, text=True, input=input
    ).stdout


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive.create(path, lambda: NOW) as it:
        yield it


def test_what_is_saved_is_read_again(archive: Archive) -> None:
    raw = "# Политика\n\nWe keep *logs*, see [terms](https://acme.example/terms).\n\n- one\n- two\n".encode()
    headers = {"ETag": '"x"', "Set-Cookie": "id=1"}
    moved = ("https://user:secret@acme.example/old",)
    snapshot = Snapshot(
        "acme", "https://acme.example/p", day(1), raw, "text/markdown", "fetch", 200, moved, headers
    )
    document = extract.read(raw, "text/markdown")
    check = archive.save(snapshot, document)
    version = archive.at("acme", day(1))
    assert (check.outcome, check.version) == ("new", version.id)
    assert archive.raw(version) == raw
    assert archive.document(version) == document
    metadata = archive.metadata(version)
    assert metadata["headers"] == {"etag": '"x"'}
    assert metadata["redirects"] == ["https://acme.example/old"]
    assert (version.url, version.captured, version.language) == (snapshot.url, day(1), document.language)


def test_the_same_text_makes_no_second_version_and_records_the_check(archive: Archive, path: Path) -> None:
    save(archive, 1, A)
    tip = git(path, "rev-parse", "main")
    assert save(archive, 2, A).outcome == "unchanged"
    assert git(path, "rev-parse", "main") == tip
    assert [(c.outcome, c.at) for c in archive.checks("acme")] == [("unchanged", day(2)), ("new", day(1))]


def test_a_return_to_an_earlier_text_is_a_version(archive: Archive) -> None:
    outcomes = [save(archive, number, words).outcome for number, words in enumerate([A, B, A])]
    assert outcomes == ["new", "changed", "changed"]
    assert len(archive.history("acme")) == 3


CAPTURES = [(1, A), (2, A), (4, B), (6, A), (8, A)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(CAPTURES))))[::7])
def test_the_order_of_imports_does_not_matter(archive: Archive, order: tuple[int, ...]) -> None:
    for number in order:
        save(archive, *CAPTURES[number])
    assert told(archive) == [(1, A), (4, B), (6, A)]
    before = told(archive)
    outcomes = [(c.at, c.outcome) for c in archive.checks("acme")]
    archive.rebuild_index()
    assert told(archive) == before
    assert [(c.at, c.outcome) for c in archive.checks("acme")] == outcomes
    assert {at for at, _ in outcomes} == {day(number) for number, _ in CAPTURES}


def test_a_date_answers_with_the_version_in_force(archive: Archive) -> None:
    for number, words in ((9, C), (1, A), (5, B)):
        save(archive, number, words)
    first, second, third = reversed(archive.history("acme"))
    assert archive.at("acme", day(5)) == second
    assert archive.at("acme", day(5) - timedelta(microseconds=1)) == first
    assert archive.resolve("acme", "2024-01-06", NOW) == second
    assert archive.resolve("acme", "2024-01", NOW) == third
    assert archive.resolve("acme", "first", NOW) == first
    assert archive.resolve("acme", "previous", NOW) == second
    assert archive.resolve("acme", third.id[:12], NOW) == third


def test_errors_name_what_is_wrong(archive: Archive, path: Path, tmp_path: Path) -> None:
    save(archive, 3, A)
    with pytest.raises(BeforeFirstCapture, match="2024-01-04"):
        archive.resolve("acme", "2023", NOW)
    with pytest.raises(UnknownPolicy, match="did you mean 'acme'"):
        archive.history("acmee")
    with pytest.raises(UnknownVersion, match="one version only"):
        archive.resolve("acme", "previous", NOW)
    with pytest.raises(UnknownVersion, match="no version"):
        archive.resolve("acme", "ffffffffffff", NOW)
    with pytest.raises(SameInstant):
        save(archive, 3, B)
    with pytest.raises(NotAnArchive, match="no such folder"):
        Archive.open(tmp_path / "nowhere")
    with pytest.raises(NotAnArchive):
        Archive.open(tmp_path)


@pytest.mark.parametrize("policy", ["../up", "a/b", "", ".git", "Acme", "a\nb", "a" * 101])
def test_an_id_that_is_no_folder_name_is_refused(archive: Archive, policy: str) -> None:
    with pytest.raises(BadPolicyId):
        save(archive, 1, A, policy)


def test_a_date_without_a_zone_or_before_1970_is_refused(archive: Archive) -> None:
    for at in (datetime(2024, 1, 1), datetime(1969, 12, 31, tzinfo=UTC)):  # noqa: DTZ001
        with pytest.raises(NaiveDate):
            archive.record(Check("acme", at, "failed"))


def test_hostile_metadata_stays_in_its_field(archive: Archive) -> None:
    raw = b"We keep logs."
    url = "https://acme.example/\nTracker-Policy: other\nTracker-Captured: 1999-01-01T00:00:00Z"
    archive.save(
        Snapshot("acme", url, day(1), raw, "text/plain\nTracker-URL: x"), extract.read(raw, "text/plain")
    )
    archive.rebuild_index()
    assert archive.policies() == ("acme",)
    assert archive.history("acme")[0].captured == day(1)


def test_a_clock_that_is_wrong_makes_no_commit_that_git_cannot_read(path: Path) -> None:
    with Archive.create(path, lambda: datetime(1, 1, 1, tzinfo=UTC)) as archive:
        save(archive, 1, A)
        assert archive.verify() == ()
    git(path, "fsck", "--strict")


def test_git_shows_a_readable_history_and_finds_no_fault(archive: Archive, path: Path) -> None:
    for number, words in enumerate([A, B]):
        save(archive, number, words)
    assert (
        git(path, "log", "--format=%s|%aI", "-1") == "acme: capture of 2024-01-02|2024-01-02T00:00:00+00:00\n"
    )
    assert "+We keep logs for 60 days." in git(path, "log", "-p", "-1")
    git(path, "fsck", "--strict", "--full")


def test_a_clone_is_an_archive_with_every_version_and_check(
    archive: Archive, path: Path, tmp_path: Path
) -> None:
    for number, words in ((5, B), (1, A)):
        save(archive, number, words)
    archive.record(Check("acme", day(9), "failed", "refused"))
    archive.record(Check("other", day(9), "suspect", "login"))
    archive.fold()
    git(tmp_path, "clone", "-q", str(path), "clone")
    shown = next((tmp_path / "clone").glob("policies/*/acme/policy.md")).read_text("utf-8")
    assert B in shown  # the newest by date, not the last that was written
    with Archive.open(tmp_path / "clone", lambda: NOW) as clone:
        assert clone.history("acme") == archive.history("acme")
        assert clone.checks("acme") == archive.checks("acme")
        assert clone.checks("other") == archive.checks("other")
        assert save(clone, 7, C).outcome == "changed"
        assert told(clone) == [(1, A), (5, B), (7, C)]
    assert (
        git(tmp_path / "clone", "config", "core.bare") == "true\n"
    )  # nobody commits its stale files over it


def test_checks_are_folded_into_git_once_there_are_many(path: Path) -> None:
    with Archive.create(path, lambda: NOW) as archive:
        archive.record(Check("acme", NOW, "failed", "refused"))
    assert git(path, "rev-list", "--count", "main") == "1\n"
    with Archive.open(path, lambda: NOW) as archive:
        for number in range(500):
            archive.record(Check("acme", NOW + timedelta(seconds=number), "unchanged"))
    assert git(path, "rev-list", "--count", "main") == "2\n"
    with Archive.open(path, lambda: NOW) as archive:
        assert len(archive.checks("acme")) == 501
        assert archive.last_checks()["acme"].at == NOW + timedelta(seconds=499)
        archive.record(Check("acme", NOW + timedelta(days=1), "unchanged"))
        assert len(archive.checks("acme")) == 502


def test_a_missing_or_damaged_index_is_made_again(path: Path) -> None:
    with Archive.create(path, lambda: NOW) as archive:
        save(archive, 1, A)
    index = path / ".git" / "tracker" / "index.sqlite"
    for damage in (b"", b"no database" * 1000, index.read_bytes()[:5000] + b"\xff" * 9000):
        index.write_bytes(damage)
        with Archive.open(path) as archive:
            assert told(archive) == [(1, A)]


def test_another_process_sees_what_this_one_saved(archive: Archive, path: Path) -> None:
    with Archive.open(path, lambda: NOW) as other:
        save(archive, 1, A)
        assert told(other) == [(1, A)]
        save(other, 2, B)
        archive.record(Check("acme", day(3), "failed"))
        other.fold()
        assert told(archive) == [(1, A), (2, B)]
        assert archive.checks("acme") == other.checks("acme")


def test_history_that_was_put_back_is_followed(archive: Archive, path: Path) -> None:
    save(archive, 1, A)
    tip = git(path, "rev-parse", "main").strip()
    save(archive, 2, B)
    git(path, "update-ref", "refs/heads/main", tip)
    assert told(archive) == [(1, A)]


def test_packed_references_and_objects_are_read(archive: Archive, path: Path) -> None:
    save(archive, 1, A)
    git(path, "gc", "-q", "--prune=now")
    save(archive, 2, B)
    assert told(archive) == [(1, A), (2, B)]


def test_threads_share_an_archive(archive: Archive, path: Path) -> None:
    def work(policy: str) -> None:
        for number in range(5):
            save(archive, number, f"We keep logs for {number} days.", policy)
            archive.record(Check(policy, day(100 + number), "failed"))

    threads = [threading.Thread(target=work, args=(f"policy-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(archive.checks(policy)) for policy in archive.policies()] == [10] * 4
    git(path, "fsck", "--strict")


def test_a_lost_object_is_named(archive: Archive, path: Path) -> None:
    save(archive, 1, A)
    version = archive.history("acme")[0]
    blob = git(path, "rev-parse", f"{version.id}:{next(_paths(path))}").strip()
    (path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(DamagedArchive, match=r"policy\.md"), Archive.open(path) as other:
        other.text(version)


def _paths(path: Path) -> Iterator[str]:
    return (
        name for name in git(path, "ls-tree", "-r", "--name-only", "main").splitlines() if "policy.md" in name
    )


def test_the_callers_git_settings_do_not_matter(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = tmp_path / "hooks" / "reference-transaction"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\ntouch ran\nexit 1\n")
    hook.chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[core]\nhooksPath = {hook.parent}\n[commit]\ngpgSign = true\n[log]\nshowSignature = true\n"
    )
    for name, value in {
        "GIT_CONFIG_GLOBAL": config,
        "GIT_DIR": tmp_path / "x",
        "GIT_INDEX_FILE": tmp_path / "y",
    }.items():
        monkeypatch.setenv(name, str(value))
    with Archive.create(path, lambda: NOW) as archive:
        save(archive, 1, A)
        archive.rebuild_index()
        assert told(archive) == [(1, A)]
    assert not list(tmp_path.rglob("ran"))
    assert not (tmp_path / "x").exists()


def test_loose_objects_are_packed_by_themselves_and_by_hand(path: Path) -> None:
    with Archive.create(path, lambda: NOW) as archive:
        for number in range(8):
            save(archive, number, f"We keep logs for {number} days.")
        crowd = path / ".git" / "objects" / "17"
        crowd.mkdir(exist_ok=True)
        for number in range(30):  # as full as some 900 captures make it
            name = git(path, "hash-object", "-w", "--stdin", input=_in_folder_17(number)).strip()
            assert name.startswith("17")
        (path / ".git" / "objects" / "objkilled").write_bytes(b"half")
    assert not crowd.exists() or not list(crowd.iterdir())
    with Archive.open(path, lambda: NOW) as archive:
        save(archive, 9, C)
        before, after = archive.gc()
        assert after < before
        assert len(archive.history("acme")) == 9
        assert archive.text(archive.at("acme", day(3))).endswith("for 3 days.\n")
    assert len(list((path / ".git" / "objects" / "pack").glob("*.pack"))) == 1
    assert not list((path / ".git" / "objects").glob("obj*"))
    git(path, "fsck", "--strict")


def _in_folder_17(number: int) -> str:
    """Content number ``number`` whose blob's id begins with 17."""
    words = (f"{number} {n}" for n in itertools.count())
    return next(it for it in words if sha1(f"blob {len(it)}\0{it}".encode()).hexdigest().startswith("17"))
