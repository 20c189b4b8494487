"""Deadlines: the sentences that grant a period, the days that follow, the command and the calendar."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest

import tracker.lexicons
from tracker import deadlines, extract
from tracker.cli import main
from tracker.model import Change, Direction, Document, Severity
from tracker.notify import notice, wording
from tracker.notify.notice import Notice

FOLDER = Path(tracker.lexicons.__file__).parent


def examples() -> list[Any]:
    return [
        pytest.param(path.parent.name, example, id=f"{path.parent.name}-{number}")
        for path in sorted(FOLDER.glob("*/deadlines.toml"))
        for number, example in enumerate(tomllib.loads(path.read_text("utf-8"))["example"])
    ]


@pytest.mark.parametrize(("language", "example"), examples())
def test_example(language: str, example: dict[str, Any]) -> None:
    read = extract.read(example["text"].encode(), "text/markdown")
    document = Document(read.text, read.blocks, read.sections, read.links, language, read.title)
    found = deadlines.grants(document)
    told = [f"{each.kind}:{each.period}{':business' * each.business}" for each in found]
    assert told == example["grants"]
    assert all(document.text[g.evidence.start : g.evidence.end] == g.evidence.quote for g in found)


START = datetime(2024, 1, 31, 12, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("period", "business", "day"),
    [
        ("P30D", False, "2024-03-01"),
        ("P2W", False, "2024-02-14"),
        ("P1M", False, "2024-02-29"),
        ("P1Y1M", False, "2025-02-28"),
        ("PT36H", False, "2024-02-02"),
        ("P10D", True, "2024-02-14"),
        ("P3D", True, "2024-02-05"),
    ],
)
def test_days(period: str, business: bool, day: str) -> None:
    assert deadlines.after(START, period, business) == date.fromisoformat(day)


def test_no_period() -> None:
    with pytest.raises(ValueError, match="no period"):
        deadlines.after(START, "until:request")


AGREEMENT = """# Data processing agreement of Harrowgate Ltd

Harrowgate Ltd processes personal data for the customer as its processor, under these terms.

## Sub-processors

The customer may object to a new sub-processor within 14 days.

We engage these sub-processors:

{parties}

## Audits

The customer may audit the processor once a year. Personal data is deleted after the contract ends.
"""
OLD = "- Nimbusrack GmbH (hosting, Germany)\n- Paperkite Inc. (support, USA)\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "."]) == 0
    (tmp_path / "old.md").write_text(AGREEMENT.format(parties=OLD))
    (tmp_path / "new.md").write_text(
        AGREEMENT.format(parties=OLD + "- Quantleaf Analytics Ltd (analytics, UK)\n")
    )
    for day, name in (("2024-01-10", "old"), ("2024-01-20", "old"), ("2024-01-24", "new")):
        assert main(["import", "files", "--policy", "harrowgate", "--date", day, f"{name}.md"]) == 0
    capsys.readouterr()
    return tmp_path


def test_the_command_counts_from_the_window(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadlines"]) == 0
    assert capsys.readouterr().out == ""  # long over
    assert main(["deadlines", "--all", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["policy"], found["period"], found["grant"]) == ("harrowgate", "P14D", "objection")
    assert "Quantleaf" in found["key"]
    assert (found["by"], found["latest"]) == ("2024-02-03", "2024-02-07")
    assert main(["deadlines", "--all"]) == 0
    told = capsys.readouterr().out
    assert "2024-02-03" in told and "Quantleaf" in told and "within 14 days" in told


def test_the_calendar_is_one(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadlines", "harrowgate", "--all", "--format", "ical"]) == 0
    raw = capsys.readouterr().out
    assert main(["deadlines", "harrowgate", "--all", "--format", "ical"]) == 0
    assert capsys.readouterr().out == raw
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
    (event,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert event["DTSTART"].dt == date(2024, 2, 3)
    assert "Quantleaf" in event["SUMMARY"] and event["UID"]


def test_unknown_policy_is_one_line(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadlines", "harrogate"]) == 2
    assert "harrowgate" in capsys.readouterr().err


def test_reports_carry_the_calendar(workspace: Path) -> None:
    assert main(["report", "--feed"]) == 0
    assert (workspace / "reports/deadlines.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_notice_says_until_when_one_may_object() -> None:
    change = Change(
        "a" * 12,
        "party-added",
        "party",
        "Quantleaf",
        "added",
        Direction.WEAKENS,
        Severity.HIGH,
        "Quantleaf added",
    )
    until = {change.id: (date(2024, 2, 3), date(2024, 2, 7))}
    made = Notice("p:1", "change", "p", "P", "", START, "s", changes=(change,), deadlines=until)
    assert "object until 2024-02-03, or 2024-02-07" in wording.text([made])
    assert notice.from_data(json.loads(json.dumps(notice.as_data(made)))) == made
