"""Exports: every form holds the same, other programs' libraries read it, no cell runs, every IRI is known."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from test_feed import build

from tracker import vocabulary
from tracker.cli import main
from tracker.export import as_csv
from tracker.facts import KINDS


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its history, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("workspace")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        build(folder)
    return folder


@pytest.fixture
def workspace(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    return tmp_path


def exported(form: str, output: str, *more: str) -> None:
    assert main(["export", "--format", form, "-o", output, "--jobs", "1", *more]) == 0


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_form_holds_the_same(workspace: Path) -> None:
    exported("jsonl", "all.jsonl")
    data = lines(workspace / "all.jsonl")
    counts = Counter(each["type"] for each in data)
    assert counts["version"] == 10 and counts["fact"] > 100 and counts["change"] > 10
    exported("sqlite", "all.db")
    store = sqlite3.connect(workspace / "all.db")
    for table, kind in (("versions", "version"), ("facts", "fact"), ("changes", "change")):
        assert store.execute(f"SELECT count(*) FROM {table}").fetchone() == (counts[kind],)
    assert store.execute("PRAGMA foreign_key_check").fetchall() == []
    assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = store.execute("SELECT count(*) FROM evidence_fts WHERE evidence_fts MATCH 'erasure OR удаления'")
    assert found.fetchone()[0] > 0
    kinds = {kind for (kind,) in store.execute("SELECT DISTINCT kind FROM latest_facts")}
    assert "right" in kinds
    exported("csv", "tables")
    with (workspace / "tables/facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == counts["fact"] and rows[0]["quote"] == data[1]["evidence"][0]["quote"]


def test_parquet(workspace: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    exported("jsonl", "all.jsonl")
    exported("parquet", "tables")
    facts = [each for each in lines(workspace / "all.jsonl") if each["type"] == "fact"]
    table = parquet.read_table(workspace / "tables/facts.parquet").to_pylist()
    assert [row["quote"] for row in table] == [fact["evidence"][0]["quote"] for fact in facts]


def test_a_table_to_standard_output_and_by_date(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "export",
        "oblakon",
        "--format",
        "csv",
        "--only",
        "versions",
        "--from",
        "2024-01-01",
        "--to",
        "2024",
    ]
    assert main(words) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["captured"][:10] for row in rows] == ["2024-01-15", "2024-09-02"]
    assert main(["export", "oblakon", "--only", "changes"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told and all(each["type"] == "change" for each in told)
    assert any(each["returned"] for each in told)  # the return to the first text is marked as one


def test_dpv_is_json_ld_in_known_terms(workspace: Path) -> None:
    exported("dpv", "all.jsonld")
    data = json.loads((workspace / "all.jsonld").read_text("utf-8"))
    notices = [node for node in data["@graph"] if node.get("@type") == "dpv:PrivacyNotice"]
    assert len(notices) == 10 and all("dpv:hasRight" in node for node in notices)
    used = {value for node in notices for value in types(node)}
    known = set(vocabulary.terms()) | {
        iri
        for kind in vocabulary.kinds().values()
        for table in kind.more.values()
        for iri in (table.values() if isinstance(table, dict) else [table])
    }
    assert used <= known | {"dpv:PrivacyNotice", "oa:TextQuoteSelector"}
    assert "gdpr:A17" in used
    described = {node["@id"] for node in data["@graph"]}
    assert {iri for iri in used if iri.startswith("tracker:")} <= described


def types(node: Any) -> set[str]:
    if isinstance(node, list):
        return {value for each in node for value in types(each)}
    if not isinstance(node, dict):
        return set()
    own = node.get("@type", [])
    return ({own} if isinstance(own, str) else set(own)) | {v for each in node.values() for v in types(each)}


def test_the_vocabulary_is_whole() -> None:
    assert tuple(vocabulary.kinds()) == KINDS
    for iri, term in vocabulary.terms().items():
        assert re.fullmatch(r"[a-z]+:[A-Za-z0-9_-]+", iri) and vocabulary.full(iri)
        assert not iri.startswith("tracker:") or term.broader or ":" in iri
    for kind in vocabulary.kinds().values():
        for key, term in kind.keys.items():
            assert term.sense, key
            assert not term.iri.startswith("tracker:") or term.broader, f"{key}: what is broader?"


@pytest.mark.parametrize("cell", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_runs(cell: str) -> None:
    assert as_csv.harmless(cell) == f"'{cell}"


BAD = {
    "no place": (["--format", "sqlite"], "add --output"),
    "only of a database": (["--format", "sqlite", "--only", "facts", "-o", "x.db"], "not for sqlite"),
    "unknown policy": (["oblakom"], "oblakon"),
    "no date": (["--from", "someday"], "someday"),
    "no jobs": (["--jobs", "0"], "1 or more"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(case: str, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words, told = BAD[case]
    assert main(["export", *words]) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


def test_a_place_that_cannot_be_written(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "file").write_text("")
    assert main(["export", "--jobs", "1", "-o", "file/all.jsonl"]) == 4
    assert capsys.readouterr().err.count("\n") == 1
