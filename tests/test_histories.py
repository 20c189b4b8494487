"""Log, blame and timeline of a real archive, as a user asks for them; what is remembered, and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tracker import config
from tracker.cli import main
from tracker.extract import from_markdown
from tracker.model import Snapshot
from tracker.pipeline import histories
from tracker.pipeline.workbench import Workbench

RIGHTS = "# Your rights\n\nYou have the right to access your personal data.\n\n"
ERASURE = "You have the right to have your personal data erased.\n\n"
PROVIDERS = "# Providers\n\nWe use {} for payment. Log files are kept for {} days.\n\n"
ABOUT = "# About us\n\nNorthlane Lamps Ltd makes lamps in three colours and sends them everywhere.\n"
PAGES = (
    RIGHTS + ERASURE + PROVIDERS.format("Stripe", 60) + ABOUT,
    RIGHTS + PROVIDERS.format("Stripe", 60) + ABOUT,
    RIGHTS + ERASURE + PROVIDERS.format("Stripe", 60) + ABOUT,
    ABOUT + "\n" + RIGHTS + ERASURE + PROVIDERS.format("Stripe", 90),
)
SHARED = Path(__file__).resolve().parents[1].parent / "shared"
FIRST = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with the four pages, captured on the first of four months."""
    assert main(["init", str(tmp_path)]) == 0
    monkeypatch.chdir(tmp_path)
    with Workbench(config.find_workspace(tmp_path)) as bench:
        for number, page in enumerate(PAGES):
            at = FIRST.replace(month=number + 1)
            shot = Snapshot("northlane", "https://northlane.example/p", at, page.encode(), "text/markdown")
            bench.archive.save(shot, from_markdown(page))
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def bench(workspace: Path) -> Iterator[Workbench]:
    with Workbench(config.find_workspace(workspace)) as opened:
        yield opened


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_log_names_the_return(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "northlane"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (told,) = [line for line in lines if "Returns to the version of 2024-01-01" in line]
    assert told.startswith("2024-03-01")
    assert main(["log", "northlane", "--format", "json"]) == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [bool(entry["returns_to"]) for entry in entries] == [False, True, False, False]
    assert entries[1]["returns_to"]["version"] == entries[3]["version"]


def test_a_difference_names_the_return(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = asked(capsys, "diff", "northlane", "2024-02", "2024-03")["summary"]
    assert again.startswith("Returns to the version of 2024-01-01: ")
    for old, new in (("2024-01", "2024-02"), ("2024-01", "2024-03"), ("2024-03", "2024-02")):
        assert "Returns" not in asked(capsys, "diff", "northlane", old, new)["summary"]


def clause(found: Any, beginning: str) -> Any:
    (one,) = [each for each in found["clauses"] if each["quote"].startswith(beginning)]
    return one


def test_blame_of_clauses(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, "blame", "northlane")
    assert found["captured"] == "2024-04-01T00:00:00Z"
    assert all(found["text"][each["start"] : each["end"]] == each["quote"] for each in found["clauses"])
    assert {each["since"]["captured"][:10] for each in found["clauses"]} == {"2024-01-01"}
    assert clause(found, "We use")["edited"]["captured"].startswith("2024-04-01")
    assert clause(found, "Northlane")["edited"] is None  # moved only
    (absence,) = clause(found, "You have the right to have")["absences"]
    assert (absence["gone"]["captured"][:7], absence["back"]["captured"][:7]) == ("2024-02", "2024-03")


def test_blame_at_a_date(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, "blame", "northlane", "--at", "2024-02")
    assert len(found["clauses"]) == 6
    assert clause(found, "We use")["edited"] is None


def test_blame_of_facts(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (erasure,) = asked(capsys, "blame", "northlane", "right:erasure")["facts"]
    assert erasure["since"]["captured"].startswith("2024-03-01")
    assert erasure["first_seen"]["captured"].startswith("2024-01-01")
    assert erasure["clause"]["since"]["captured"].startswith("2024-01-01")
    (period,) = asked(capsys, "blame", "northlane", "retention")["facts"]
    assert period["names"] == ["P90D", "P60D"]
    assert period["alterations"][0]["at"]["captured"].startswith("2024-04-01")


def test_blame_is_readable(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["blame", "northlane", "--words"]) == 0
    told = capsys.readouterr().out
    assert "2024-01-01  2024-04-01  We use Stripe" in told
    assert "gone 2024-02-01, back 2024-03-01" in told
    assert main(["blame", "northlane", "right:erasure"]) == 0
    assert "absent from 2024-02-01 to 2024-03-01" in capsys.readouterr().out


WRONG = {
    "unknown kind": (["blame", "northlane", "rights"], "right"),
    "unknown key": (["blame", "northlane", "right:erasur"], "erasure"),
    "a fact that went": (["blame", "northlane", "right:erasure", "--at", "2024-02"], "2024-01-01"),
    "unknown kind of timeline": (["timeline", "northlane", "--kind", "partys"], "party"),
    "unknown policy": (["timeline", "northlain"], "northlane"),
}


@pytest.mark.parametrize(("words", "told"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_told_in_a_line(
    workspace: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(words) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert told in message


def test_timeline(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, "timeline", "northlane", "--kind", "all")
    lives = {(life["kind"], life["key"]): life for life in found["lives"]}
    stretches = lives["right", "erasure"]["stretches"]
    assert [
        (one["from"]["captured"][:7], one["until"] and one["until"]["captured"][:7]) for one in stretches
    ] == [
        ("2024-01", "2024-02"),
        ("2024-03", None),
    ]
    assert [bool(one["returns_to"]) for one in found["versions"]] == [False, False, True, False]
    assert main(["timeline", "northlane"]) == 0
    chart = capsys.readouterr().out
    (line,) = [line for line in chart.splitlines() if "erasure" in line]
    assert "█·" in line.replace("▒", "█")
    assert "since 2024-01-01, 1 gap" in line


@pytest.mark.parametrize("command", [["blame"], ["blame", "", "right"], ["timeline"]], ids=" ".join)
def test_output_follows_its_schema(
    workspace: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    name, *more = command
    found = asked(capsys, name, "northlane", *more[1:])
    file = Path(histories.__file__).parents[1] / "report" / "schemas" / f"tracker.{name}-1.json"
    Draft202012Validator(json.loads(file.read_text("utf-8"))).validate(found)


def test_what_is_remembered_is_what_is_worked_out(bench: Workbench) -> None:
    history = bench.archive.history("northlane")
    fresh = [bench.compare(history[n + 1], history[n]) for n in range(3)]
    assert [bench.compare(history[n + 1], history[n]) for n in range(3)] == fresh
    once = histories.clauses(bench, history[0])
    assert histories.clauses(bench, history[0]) == once
    (bench.workspace.state / "cache.sqlite").unlink()
    with Workbench(bench.workspace) as other:
        assert histories.clauses(other, history[0]) == once


def test_the_users_own_severities_are_not_forgotten(bench: Workbench) -> None:
    history = bench.archive.history("northlane")
    told = bench.memory.told(history[1], history[0], {})
    rule = told.changes[0].rule
    graded = bench.memory.told(history[1], history[0], {rule: type(told.changes[0].severity).INFO})
    assert {change.severity for change in graded.changes if change.rule == rule} == {"info"}


def test_a_long_history_is_gone_through_fast(workspace: Path, bench: Workbench) -> None:
    def captures() -> Iterator[tuple[Snapshot, Any]]:
        for number in range(200):
            page = PAGES[0] + f"\nThis is revision {number // 3 * (number % 3)} of our terms.\n"
            at = FIRST + timedelta(days=number)
            yield (
                Snapshot("long", "https://northlane.example/t", at, page.encode(), "text/markdown"),
                from_markdown(page),
            )

    bench.archive.ingest(captures())
    found = histories.lives(bench, "long", ("right",))
    assert len(found.versions) > 120
    assert {life.key for life in found.lives} == {"access", "erasure"}
    began = datetime.now(UTC)
    assert histories.lives(bench, "long", ("right",)) == found
    histories.clauses(bench, found.versions[-1])
    assert datetime.now(UTC) - began < timedelta(seconds=5)


@pytest.mark.corpus
def test_a_real_archive_of_hundreds_of_versions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document that flapped between four texts 500 times: seconds once its versions are known."""
    bundle = SHARED / "archives" / "p2b-compliance-versions.bundle"
    if not bundle.is_file():
        pytest.skip(f"there is no {bundle}")
    at = ["--workspace", str(tmp_path / "w")]
    assert main(["init", str(tmp_path / "w")]) == 0
    assert main(["import", "open-terms-archive", "--only", "Complaints Policy", str(bundle), *at]) == 0
    policy = "amazon-complaints-policy"
    capsys.readouterr()
    assert main(["log", policy, *at, "--format", "json"]) == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(entries) > 400
    assert sum(bool(entry["returns_to"]) for entry in entries) > 400
    began = datetime.now(UTC)
    found = asked(capsys, "timeline", policy, "--kind", "all", *at)
    blamed = asked(capsys, "blame", policy, *at)
    assert datetime.now(UTC) - began < timedelta(seconds=20)  # under two on a quiet machine
    assert len(found["versions"]) == len(entries)
    assert all(one["since"]["captured"] <= blamed["captured"] for one in blamed["clauses"])
