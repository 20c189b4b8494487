"""The documentation says what the program does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.cli.table import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_reference_is_up_to_date() -> None:
    ran = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{ran.stdout}{ran.stderr}: run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_pages_name_exist(page: Path) -> None:
    """In code only: a line of an indented block, or between backticks."""
    code = r"(?:^(?:    |\$ )\s*(?:\$ )?|`)(?:\.venv/bin/)?tracker ([a-z][a-z-]+)"
    assert set(re.findall(code, page.read_text("utf-8"), re.MULTILINE)) <= set(COMMANDS)


def test_makefile_targets_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^    )make ([a-z]+)", page.read_text("utf-8"), re.M)
    }
    assert named <= targets


def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    """The excerpt is real: the same pages, imported with their dates, give the same diff."""
    tracker = [sys.executable, "-m", "tracker"]
    subprocess.run([*tracker, "init", str(tmp_path)], check=True, capture_output=True)
    for page in sorted((ROOT / "examples" / "policies" / "brindlewood").glob("*.html")):
        words = ["import", "files", "--policy", "brindlewood", "--date", page.stem, str(page)]
        subprocess.run([*tracker, *words, "--workspace", str(tmp_path)], check=True, capture_output=True)
    words = ["diff", "brindlewood", "2023-12", "latest", "--workspace", str(tmp_path)]
    printed = subprocess.run([*tracker, *words], check=True, capture_output=True, text=True).stdout
    shown = re.search(
        r"\$ tracker diff brindlewood 2023-12 latest\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S
    )
    assert shown
    assert shown[1].split() == printed.split()  # lines break where the terminal ends
