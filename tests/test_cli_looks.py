"""The commands about looks as a user types them: suspects, coverage, live progress, the summary of a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import Reply, Site, serve
from test_looking import SHRUNK, WALL, A
from test_schemas import validator

from tracker.cli import main
from tracker.cli.board import Board
from tracker.config import Policy
from tracker.model import Check
from tracker.pipeline.outcome import Outcome

SETTINGS = "[settings]\nallow_private = true\nhost_gap = 0\nretries = 0\nrobots = false\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with serve({"/p": Reply(A), "/gone": Reply(b"", 404)}) as running:
        monkeypatch.chdir(tmp_path)
        assert main(["init"]) == 0
        tables = f'[policies.acme]\nurl = "{running.url}/p"\n[policies.gone]\nurl = "{running.url}/gone"\n'
        (tmp_path / "policies.toml").write_text(SETTINGS + tables)
        yield running


def test_suspects_are_listed_shown_accepted_and_rejected(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["fetch", "acme"])
    site.routes["/p"] = Reply(SHRUNK)
    assert main(["fetch", "acme"]) == 0
    capsys.readouterr()
    assert main(["suspects", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    validator("suspects-1").validate(told)
    [held] = told["suspects"]
    assert (held["policy"], held["reason"], held["state"], held["seen"]) == (
        "acme",
        "truncated",
        "waiting",
        1,
    )
    assert main(["suspects", "show", "acme"]) == 0
    assert "desk 248" in capsys.readouterr().out
    assert main(["suspects", "reject", "acme", held["id"][:6]]) == 0
    assert main(["suspects", "acme"]) == 0
    assert "rejected, seen 1 times" in capsys.readouterr().out
    assert main(["suspects", "accept", "acme"]) == 0
    assert main(["suspects"]) == 0
    told = capsys.readouterr().out
    assert "changed as of" in told and told.endswith("nothing is held back\n")


@pytest.mark.parametrize("words", [["accept"], ["accept", "nobody"], ["a", "b"], ["accept", "acme", "zz"]])
def test_suspects_that_are_not_there_are_told_in_one_line(
    site: Site, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suspects", *words]) == 2
    told = capsys.readouterr().err
    assert told.startswith("tracker: ") and told.count("\n") == 1


def test_coverage_says_what_each_look_found(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch"]) == 3
    capsys.readouterr()
    assert main(["status", "--coverage", "gone"]) == 0
    assert "failed, 1 looks: http_404: " in capsys.readouterr().out
    assert main(["list", "--coverage", "acme", "--days", "0", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    validator("coverage-1").validate(found)
    assert found["policy"] == "acme" and [day["found"] for day in found["days"]] == ["changed"]
    assert main(["list", "--coverage"]) == 0
    assert {"acme: 1 days: 1 changed", "gone: 1 days: 1 failed"} <= set(capsys.readouterr().out.splitlines())


def test_a_run_is_summed_up_for_machines(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.routes["/p"] = Reply(WALL)
    assert main(["fetch", "--format", "json"]) == 3
    run = json.loads(capsys.readouterr().out)
    validator("run-1").validate(run)
    assert run["counts"] == {"new": 0, "changed": 0, "unchanged": 0, "suspect": 1, "failed": 1}
    assert run["failures"] == {"bot_wall": 1, "http_404": 1}
    assert [(row["policy"], row["kind"]) for row in run["policies"]] == [
        ("acme", "bot_wall"),
        ("gone", "http_404"),
    ]


def test_the_dry_run_of_add_says_what_is_kept_and_dropped(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    page = A.replace(b"<h1>", b"<nav><a href=/>Home</a> <a href=/x>Shop</a></nav><h1>", 1)
    site.routes["/new"] = Reply(page)
    assert main(["add", f"{site.url}/new", "--dry-run", "--remove", "//p[last()]"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("would be recorded, language en")
    assert "navigation: Home Shop" in told and "removed as told: Record 59" in told


def test_the_board_has_a_line_for_each_host_and_goes_away(capsys: pytest.CaptureFixture[str]) -> None:
    policies = [Policy(f"p{n}", f"https://h{n % 2}.example/{n}") for n in range(4)]
    moment = Check("p0", datetime(2024, 1, 1, tzinfo=UTC), "failed")
    with Board(policies, shown=True) as board:
        board.began(policies[0])
        board.began(policies[1])
        begun = capsys.readouterr().err
        board.ended(Outcome("p0", moment, ""), ["p0: FAILED: \x1b[2J"])
    ended = capsys.readouterr().err
    assert "h0.example  0/2  p0 ..." in begun and "h1.example  0/2  p1 ..." in begun
    assert "0 of 4 policies, 0 of 2 hosts done" in begun
    assert "h0.example  1/2  (1 failed)  waits for its turn" in ended and "\x1b[2J" not in ended
    assert ended.endswith("\x1b[A\x1b[2K" * 3)


def test_in_a_pipe_the_board_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with Board([Policy("p", "https://a.example")], shown=False) as board:
        board.began(Policy("p", "https://a.example"))
    assert capsys.readouterr().err == ""
