"""The archive is verified, read anew, packed, indexed anew, searched, backed up and restored."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from servers import Reply, serve

from tracker import extract
from tracker.archive import Archive
from tracker.archive.objects import FILE, Entry
from tracker.archive.repository import Repository
from tracker.cli import main
from tracker.model import Check, Snapshot

TEXTS = ("We keep logs for 30 days.", "We sell nothing.", "We keep logs for 30 days.\n\nWe sell data.")


def day(number: int) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with three versions of one policy and one of another, and a check that waits."""
    folder = tmp_path / "workspace"
    assert main(["init", str(folder)]) == 0
    monkeypatch.chdir(folder)
    with Archive.open(folder / "snapshots", lambda: day(20)) as archive:
        for number, text in enumerate(TEXTS):
            save(archive, "acme", number, text)
        save(archive, "umbra", 5, "Мы храним данные.")
        archive.record(Check("acme", day(20), "failed", "refused"))
    return folder


def save(archive: Archive, policy: str, number: int, text: str) -> None:
    raw = f"<main><h1>Policy</h1><p>{text}</p></main>".replace("\n\n", "</p><p>").encode()
    snapshot = Snapshot(policy, "https://acme.example/p", day(number), raw, "text/html")
    archive.save(snapshot, extract.read(raw, "text/html"))


def refs(repository: Path) -> str:
    return subprocess.check_output(["git", "-C", repository, "for-each-ref"], text=True)


def told(workspace: Path) -> list[object]:
    with Archive.open(workspace / "snapshots", lambda: day(20)) as archive:
        versions = [version for name in archive.policies() for version in archive.captures(name)]
        checks = [archive.checks(name) for name in archive.policies()]
        files = [(archive.raw(v), archive.text(v), archive.metadata(v)) for v in versions]
        return [versions, checks, files]


# --- verify ---------------------------------------------------------------------------------------------


def test_a_sound_archive_is_said_to_be_so(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    assert "whole and true" in capsys.readouterr().out


def forge(workspace: Path, tool: str) -> None:
    """Another text for the newest capture of acme, with hashes that fit it, as if ``tool`` had read it."""
    repository = Repository(workspace / "snapshots" / ".git", lambda: day(20))
    with repository.lock():
        tip = repository.tip()
        listed = subprocess.check_output(
            ["git", "-C", workspace / "snapshots", "log", "--format=%H", "--grep=acme: capture of 2024-01-03"]
        )
        commit = listed.decode().strip()
        words = repository.read(commit).decode().partition("\n\n")[2]
        names = ["git", "-C", str(workspace / "snapshots"), "ls-tree", "-r", "--name-only", commit]
        folder = next(n for n in subprocess.check_output(names, text=True).splitlines() if "/acme/" in n)
        document = extract.read(b"We sell nothing, ever.", "text/plain")

        digest = sha256(document.text.encode()).hexdigest()
        text = extract.to_markdown(document).encode()
        data = json.loads(repository.read(f"{commit}:{Path(folder).parent}/capture.json"))
        old = data["text_sha256"]
        data["text_sha256"], data["tool"], data["captured"] = digest, tool, "2024-01-11T00:00:00Z"
        data["files"]["policy.md"] = {"bytes": len(text), "sha256": sha256(text).hexdigest()}
        tree = repository.tree(tip)
        for name, content in (("policy.md", text), ("capture.json", json.dumps(data).encode())):
            path = (*Path(folder).parent.parts, name)
            tree = repository.with_entry(tree, path, Entry(FILE, repository.store("blob", content)))
        source = Entry(
            FILE, repository.store("blob", repository.read(f"{commit}:{Path(folder).parent}/source.html"))
        )
        tree = repository.with_entry(tree, (*Path(folder).parent.parts, "source.html"), source)
        words = words.replace(old, digest).replace("2024-01-03T00", "2024-01-11T00")
        words = "\n".join(f"Tracker-Tool: {tool}" if "-Tool" in line else line for line in words.split("\n"))
        repository.commit(tree, words, tip, day(10))
    repository.close()


def test_a_text_that_is_not_what_its_bytes_say_is_found(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tracker import __version__

    forge(workspace, __version__)
    assert main(["verify", "--quick"]) == 0
    assert main(["verify"]) == 4
    assert "its text is not what its bytes say" in capsys.readouterr().out


def test_a_text_that_another_version_read_otherwise_names_that_version(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(workspace, "0.0.9")
    assert main(["verify"]) == 4
    assert "read by tracker 0.0.9" in capsys.readouterr().out
    assert main(["reextract"]) == 0
    assert "1 recorded" in capsys.readouterr().out
    assert main(["verify"]) == 0


# --- re-extraction --------------------------------------------------------------------------------------


def test_captures_are_read_anew_as_the_policy_is_declared_now(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (workspace / "policies.toml").open("a") as file:
        file.write('\n[policies.acme]\nurl = "https://acme.example/p"\nselect = ["p"]\n')
    assert main(["reextract", "acme"]) == 0
    assert "3 captures read anew, 3 recorded" in capsys.readouterr().out
    with Archive.open(workspace / "snapshots") as archive:
        assert archive.text(archive.at("acme", day(1))) == "We sell nothing.\n"
        assert [check.outcome for check in archive.checks("acme")] == ["failed", "changed", "changed", "new"]
    assert main(["reextract", "acme"]) == 0
    assert "0 recorded" in capsys.readouterr().out
    assert main(["verify"]) == 0


def test_a_reading_that_loses_the_text_is_not_recorded(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (workspace / "policies.toml").open("a") as file:
        file.write('\n[policies.acme]\nurl = "https://acme.example/p"\nselect = ["h1"]\n')
    before = told(workspace)
    assert main(["reextract"]) == 0
    assert "3 kept as they were read" in capsys.readouterr().out
    assert told(workspace) == before


# --- gc and index ---------------------------------------------------------------------------------------


def test_packing_and_indexing_anew_change_no_answer(workspace: Path) -> None:
    before = told(workspace)
    assert main(["gc"]) == 0
    assert main(["index", "--rebuild"]) == 0
    assert told(workspace) == before


# --- search ---------------------------------------------------------------------------------------------


def search(capsys: pytest.CaptureFixture[str], *words: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    capsys.readouterr()
    assert main(["search", *words, "--format", "json"]) == 0
    return [
        (
            it["policy"],
            [(s["first_seen"][:10], s["last_seen"][:10], s["gone"] is None) for s in it["stood"]],
        )
        for it in json.loads(capsys.readouterr().out)["policies"]
    ]


def test_a_phrase_is_found_with_when_it_stood(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stood = [("2024-01-01", "2024-01-01", False), ("2024-01-03", "2024-01-03", True)]
    assert search(capsys, "logs for 30") == [("acme", stood)]
    assert search(capsys, "policy") == [
        ("acme", [("2024-01-01", "2024-01-03", True)]),
        ("umbra", [("2024-01-06", "2024-01-06", True)]),
    ]
    assert search(capsys, "policy", "--policy", "umbra") == search(capsys, "policy")[1:]
    assert search(capsys, "ХРАНИМ", "дан*")[0][0] == "umbra"
    assert search(capsys, "logs sell") == search(capsys, "nothing logs") == []


def test_what_was_recorded_since_is_found(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    search(capsys, "policy")
    with Archive.open(workspace / "snapshots") as archive:
        save(archive, "acme", 9, "We sell data to brokers.")
    assert search(capsys, "brokers") == [("acme", [("2024-01-10", "2024-01-10", True)])]
    assert search(capsys, "logs for 30")[0][1][-1] == ("2024-01-03", "2024-01-03", False)
    (workspace / "snapshots/.git/tracker/search.sqlite").write_bytes(b"no database" * 1000)
    assert search(capsys, "brokers") != []


@pytest.mark.parametrize("words", ["?!", '"', "NOT", 'a" OR "b', "*", "a*b", "(", "text:logs", "\x00"])
def test_no_words_break_the_search(workspace: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    assert main(["search", words]) in (0, 2)


# --- backup and restore ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["backup.bundle", "backup.git", "file"])
def test_what_is_backed_up_comes_back_whole(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    place = str(tmp_path / name)
    if name == "file":
        subprocess.run(["git", "init", "-q", "--bare", tmp_path / "remote"], check=True)
        place = f"file://{tmp_path}/remote"
    assert main(["backup", place]) == 0
    with Archive.open(workspace / "snapshots") as archive:
        save(archive, "acme", 12, "We moved.")
    assert main(["backup", place]) == 0
    before = told(workspace), refs(workspace / "snapshots")
    new = tmp_path / "new"
    assert main(["restore", place, "--workspace", str(new)]) == 0
    assert (told(new), refs(new / "snapshots")) == before
    monkeypatch.chdir(new)
    assert main(["verify"]) == 0
    assert main(["log", "acme"]) == 0


def test_a_backup_of_another_archive_is_not_overwritten(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", str(tmp_path / "b.git")]) == 0
    before = refs(tmp_path / "b.git")
    with Archive.create(tmp_path / "other" / "snapshots") as other:
        save(other, "acme", 1, "We are others.")
    (tmp_path / "other" / "policies.toml").write_text("")
    assert main(["backup", str(tmp_path / "b.git"), "--workspace", str(tmp_path / "other")]) == 4
    assert "backup failed" in capsys.readouterr().err
    assert refs(tmp_path / "b.git") == before


def test_nothing_is_restored_over_an_archive_or_from_something_else(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", str(tmp_path / "b.bundle")]) == 0
    assert main(["restore", str(tmp_path / "b.bundle")]) == 4
    assert "holds an archive already" in capsys.readouterr().err
    (tmp_path / "no.bundle").write_text("no bundle")
    subprocess.run(["git", "init", "-q", tmp_path / "empty"], check=True)
    for source in ("no.bundle", "empty", "nowhere", "ext::sh -c true"):
        place = source if "::" in source else str(tmp_path / source)
        assert main(["restore", place, "--workspace", str(tmp_path / "new")]) == 4
    assert not (tmp_path / "new" / "snapshots" / ".git").exists()
    assert not (tmp_path / "new" / "snapshots" / ".git.restoring").exists()


def test_a_clone_is_a_workspace(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(workspace / "snapshots") as archive:
        archive.fold()
    clone = tmp_path / "clone"
    clone.mkdir()
    subprocess.run(["git", "clone", "-q", workspace / "snapshots", clone / "snapshots"], check=True)
    (clone / "policies.toml").write_text("")
    assert told(clone) == told(workspace)
    monkeypatch.chdir(clone)
    assert main(["diff", "acme", "first", "latest"]) == 0
    assert main(["verify"]) == 0


# --- a page change is not a tool change -----------------------------------------------------------------


def test_another_declaration_is_no_change_of_the_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = "<body><main><h1>Privacy policy</h1>{}</main></body>"
    words = "<p>We keep your data for {} days and you may ask us to delete it at any time.</p>" * 5
    site = {"/p": Reply(page.format(f'<p class="seen">Seen 17 times.</p>{words.format(*[30] * 5)}').encode())}
    (tmp_path / "policies.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    with serve(dict(site)) as server:
        head = "[settings]\nallow_private = true\nrobots = false\nhost_gap = 0\n"
        head += f'[policies.acme]\nurl = "{server.url}/p"\n'
        (tmp_path / "policies.toml").write_text(head)
        assert main(["fetch"]) == 0
        (tmp_path / "policies.toml").write_text(f'{head}remove = [".seen"]\n')
        assert main(["fetch"]) == 0
        assert "1 unchanged" in capsys.readouterr().out.splitlines()[-1]
        assert main(["log", "acme"]) == 0
        assert len(capsys.readouterr().out.split("First version")) == 2
        server.routes["/p"] = Reply(page.format(words.format(*[90] * 5)).encode())
        assert main(["fetch"]) == 0
    with Archive.open(tmp_path / "snapshots") as archive:
        _, first = archive.history("acme")
        assert "Seen" not in archive.text(first)
        assert "Seen" in archive.raw(first).decode()
    assert main(["verify"]) == 0
