"""The feeds, read by a feed reader: only real changes, stable ids, kept up to date by fetches."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from servers import Reply, serve
from test_notify import ONE, THREE, TWO, declare, page

from tracker.cli import main
from tracker.model import Version
from tracker.report import feed

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "policies"


def read(path: Path) -> Any:
    found = feedparser.parse(path.read_bytes())
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def build(folder: Path) -> None:
    """A workspace of two example policies; the last version of one returns to its first text."""
    assert main(["init", str(folder)]) == 0
    for policy in ("brindlewood", "oblakon"):
        pages = sorted((EXAMPLES / policy).glob("*.html"))
        for file, date in [*((file, file.stem) for file in pages), (pages[0], "2025-03-01")]:
            assert main(["import", "files", "--policy", policy, "--date", date, str(file)]) == 0


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_feeds_hold_the_real_changes(workspace: Path) -> None:
    build(workspace)
    assert main(["report", "--feed"]) == 0
    whole, one = read(workspace / "reports/feed.xml"), read(workspace / "reports/oblakon/feed.xml")
    assert [entry.updated[:10] for entry in one.entries] == ["2024-09-02", "2024-01-15"]  # not the return
    assert [entry.updated for entry in whole.entries] == sorted(
        (entry.updated for entry in whole.entries), reverse=True
    )
    assert {entry.id for entry in one.entries} < {entry.id for entry in whole.entries}
    assert "<script" not in whole.entries[0].content[0].value
    first = (workspace / "reports/feed.xml").read_bytes()
    assert main(["report", "--feed"]) == 0
    assert (workspace / "reports/feed.xml").read_bytes() == first


def test_ids_outlive_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        build(tmp_path / name)
        assert main(["report", "--feed"]) == 0
        ids.append([entry.id for entry in read(tmp_path / name / "reports/feed.xml").entries])
    assert ids[0] == ids[1] and len(set(ids[0])) == len(ids[0])


def test_fetches_keep_feeds_up_to_date(workspace: Path) -> None:
    with serve({"/privacy": page(ONE)}) as site:
        declare(workspace, site, "", 'reports_url = "https://reports.example/p/"')
        assert main(["fetch"]) == 0
        site.routes["/privacy"] = page(TWO)
        assert main(["fetch"]) == 0
        assert not (workspace / "reports/feed.xml").exists()  # nobody asked for one
        assert main(["report", "--feed"]) == 0
        assert len(read(workspace / "reports/feed.xml").entries) == 1
        site.routes["/privacy"] = page(THREE)
        assert main(["fetch"]) == 0
        found = read(workspace / "reports/quillmoor/feed.xml")
        assert len(found.entries) == 2
        assert found.entries[0].link.startswith("https://reports.example/p/quillmoor/")
        assert found.feed.links[0].href == "https://reports.example/p/quillmoor/feed.xml"
        site.routes["/privacy"] = Reply(b"", 500)
        assert main(["fetch"]) == 4
        assert len(read(workspace / "reports/quillmoor/feed.xml").entries) == 2


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    version = Version("p", "0" * 40, datetime(2024, 1, 1, tzinfo=UTC), text_sha256="a")
    entry = feed.Entry(
        "p", "]]>\x00<b>&amp;", version, "\ud800\ufffe \u202egnp <script>", (), "https://p.example/?a=1&b=2"
    )
    (tmp_path / "feed.xml").write_text(feed.feed("T", "p", [entry]), "utf-8")
    (found,) = read(tmp_path / "feed.xml").entries
    assert "\u202e" not in found.summary and found.link == "https://p.example/?a=1&b=2"
    assert "<script>" not in found.content[0].value
