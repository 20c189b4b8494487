"""Reports of a workspace: what is written where, and that only what is stale is written again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker import config
from tracker.cli import main
from tracker.pipeline import reporting
from tracker.pipeline.workbench import Workbench

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "policies"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A workspace with every version of the Russian example."""
    assert main(["init", str(tmp_path)]) == 0
    words = ["--workspace", str(tmp_path)]
    for page in sorted((EXAMPLES / "oblakon").glob("*.html")):
        assert main(["import", "files", "--policy", "oblakon", "--date", page.stem, str(page), *words]) == 0
    with Workbench(config.load(tmp_path / config.FILE)) as opened:
        yield opened


def test_a_report_tells_both_captures(bench: Workbench) -> None:
    path = reporting.render(bench, "oblakon", "2023", "2024-01-15")
    assert path.name == "2023-04-10--2024-01-15.html"
    page = path.read_text("utf-8")
    for version in bench.archive.history("oblakon")[1:]:
        assert version.id in page
        assert version.raw_sha256 in page
        assert version.text_sha256 in page
    assert "Last seen so" in page


def test_the_index_brings_the_pages_of_all_policies(bench: Workbench) -> None:
    reports = reporting.render_index(bench).parent
    written = {path.relative_to(reports).as_posix() for path in reports.rglob("*.html")}
    assert {"index.html", "oblakon/index.html", "oblakon/2023-04-10--2024-01-15.html"} <= written


def test_only_what_is_stale_is_written_again(bench: Workbench) -> None:
    path = reporting.render(bench, "oblakon", "first", "latest")
    path.write_text(path.read_text("utf-8") + "<!-- kept -->", "utf-8")
    assert reporting.render(bench, "oblakon", "first", "latest").read_text("utf-8").endswith("<!-- kept -->")
    again = reporting.render(bench, "oblakon", "first", "latest", "ru").read_text("utf-8")
    assert '<html lang="ru">' in again
    own = bench.workspace.root / "templates"
    own.mkdir()
    (own / "style.css").write_text("body { margin: 0; }", "utf-8")
    assert "<style>body { margin: 0; }</style>" in reporting.render(
        bench, "oblakon", "first", "latest"
    ).read_text("utf-8")


def test_an_unknown_language_is_one_line(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["report", "--language", "xx", "--workspace", str(bench.workspace.root)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "'xx'" in told
    assert "de, en, fr, ru" in told


def test_versions_of_one_day_have_reports_of_their_own(bench: Workbench) -> None:
    words = ["--workspace", str(bench.workspace.root)]
    pages = sorted((EXAMPLES / "oblakon").glob("*.html"))
    for hour, page in enumerate(pages, 9):
        command = ["import", "files", "--policy", "busy", "--date", f"2025-03-01T{hour:02}:00Z", str(page)]
        assert main([*command, *words]) == 0
    with Workbench(config.load(bench.workspace.root / config.FILE)) as fresh:
        last, middle, first = fresh.archive.history("busy")
        pairs = [(first, middle), (middle, last), (first, last)]
        made = {reporting.render(fresh, "busy", old.id, new.id) for old, new in pairs}
    assert len(made) == 3
