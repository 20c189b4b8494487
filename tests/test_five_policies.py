"""The five real policies through the whole path: two dates each, the change named and rendered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracker.cli import main

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "bench" / "mutations"
# policy -> the edited version to import as the later date, and the change that it must yield
EDITED = {
    "zoiper": ("r-complaint-zoiper", ("right", "complaint", "removed")),
    "quali": ("t-60-to-90-quali", ("retention", "P90D", "altered")),
    "qosifire": ("p-add-stripe-qosifire", ("party", "Stripe", "added")),
    "softpire": ("s-sell-softpire", ("practice", "sell_data", "altered")),
    "flussonic-kz": ("r-erasure-ru", ("right", "erasure", "removed")),
}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled sets are not beside this checkout"),
]


def test_every_change_is_told_and_rendered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--workspace", str(tmp_path)]
    assert main(["init", str(tmp_path)]) == 0
    for policy, (case, _) in EDITED.items():
        for date, name in (("2023-05-01", "old.txt"), ("2024-05-01", "new.txt")):
            words = ["import", "files", "--policy", policy, "--date", date, str(SHARED / case / name)]
            assert main([*words, *where]) == 0
    capsys.readouterr()
    for policy, (_, change) in EDITED.items():
        assert main(["diff", policy, "2023-05", "2024-05", "--format", "json", *where]) == 0
        told = json.loads(capsys.readouterr().out)["changes"]
        assert change in {(each["kind"], each["key"], each["change"]) for each in told}
        assert main(["report", policy, "--from", "2023-05", "--to", "2024-05", *where]) == 0
        page = Path(capsys.readouterr().out.splitlines()[0]).read_text("utf-8")
        assert f'id="change-{next(e["id"] for e in told if (e["kind"], e["key"]) == change[:2])}"' in page
