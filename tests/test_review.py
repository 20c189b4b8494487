"""Review: marks stay with the archive, in plain text, through clones; what waits stays on top."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from test_feed import build

from tracker import review
from tracker.cli import main
from tracker.review import Mark


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its history, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("workspace")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        build(folder)
        assert main(["review"]) == 0
    return folder


@pytest.fixture
def workspace(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    return tmp_path


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert main(["review", *words, "--format", "json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_marks_and_what_is_left(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_ = listed(capsys, "oblakon")
    assert open_ and {item["state"] for item in open_} == {"open"}
    first, second, third = (item["change"] for item in open_[:3])
    assert main(["review", "oblakon", first, "--reviewed", "--by", "Ада"]) == 0
    assert main(["review", "oblakon", second[:6], "--dismiss", "only wording\tand a tab"]) == 0
    assert main(["review", "oblakon", third, "--flag", "ask counsel"]) == 0
    left = listed(capsys, "oblakon")
    assert left[0]["change"] == third and left[0]["note"] == "ask counsel"  # flagged: on top
    assert not {first, second} & {item["change"] for item in left}
    known = {item["change"]: item for item in listed(capsys, "oblakon", "--all")}
    assert known[first]["by"] == "Ада" and known[second]["note"] == "only wording and a tab"
    assert main(["review", "oblakon", first, "--reopen"]) == 0
    assert first in {item["change"] for item in listed(capsys, "oblakon")}
    assert main(["review", "oblakon", "all", "--reviewed"]) == 0
    assert listed(capsys, "oblakon", "--severity", "info") == []


def test_marks_are_text_in_every_clone(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change = listed(capsys, "oblakon")[0]["change"]
    assert main(["review", "oblakon", change, "--dismiss", "known"]) == 0
    clone = workspace / "clone"
    subprocess.run(["git", "clone", "-q", str(workspace / "snapshots"), str(clone)], check=True)
    (file,) = clone.glob("reviews/*/oblakon.tsv")
    assert "\tdismissed\t" in file.read_text("utf-8") and "\tknown" in file.read_text("utf-8")
    assert main(["fetch", "--dry-run"]) == 0  # the archive goes on as before
    assert main(["log", "oblakon"]) == 0


def test_lines_read_back_as_written() -> None:
    at = datetime(2024, 5, 1, 10, tzinfo=UTC)
    marks = [
        Mark(at, "flagged", "0123456789abcdef", "3f9c0a1be2d4", "Ada", "look\nagain"),
        Mark(at, "reviewed", "0123456789abcdef", "3f9c0a1be2d4"),
    ]
    text = review.merged("", marks)
    assert review.latest(text + "torn\n") == {marks[1].which: marks[1]}
    assert text.count("\n") == 3


BAD = {
    "no change named": (["oblakon", "--reviewed"], "which changes?"),
    "no state": (["oblakon", "abcd1234"], "what of these changes?"),
    "unknown change": (["oblakon", "ffffffffffff", "--reviewed"], "no change begins"),
    "too short": (["oblakon", "a", "--reviewed"], "no change begins"),
    "empty note": (["oblakon", "all", "--dismiss", " "], "needs a note"),
    "unknown policy": (["oblakom", "all", "--reviewed"], "oblakon"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(case: str, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words, told = BAD[case]
    assert main(["review", *words]) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


def test_status_shows_what_waits_on_top(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "policies.toml").write_text('[policies.oblakon]\nurl = "https://oblakon.example/"\n')
    count = len(listed(capsys, "oblakon"))
    assert main(["status"]) == 0
    assert capsys.readouterr().out.startswith(f"to review: oblakon: {count} changes (")
    assert main(["review", "oblakon", "all", "--reviewed"]) == 0
    assert main(["status", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["open_changes"] == 0
