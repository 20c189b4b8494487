"""The wheel holds the templates: installed elsewhere, it renders a report from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as hatchling builds it; the build's tools are those of this environment."""
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_data_beside_the_code(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"tracker/_templates/report.html", "tracker/_templates/locales/en.toml"} <= names
    assert "tracker/report/schemas/tracker.diff-1.json" in names
    assert "tracker/rules/right-removed.toml" in names


def test_an_installed_wheel_renders_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, empty = tmp_path / "site", tmp_path / "empty"
    zipfile.ZipFile(wheel).extractall(site)  # what an installer does with a wheel of pure Python
    empty.mkdir()
    (empty / "old.md").write_text("# Policy\n\nYou have the right to erasure.\n", "utf-8")
    (empty / "new.md").write_text("# Policy\n\nWe value you.\n", "utf-8")
    path = os.pathsep.join((str(site), sysconfig.get_path("purelib")))
    words = [sys.executable, "-S", "-m", "tracker", "compare", "old.md", "new.md", "--format", "html"]
    done = subprocess.run(
        words, cwd=empty, env={"PYTHONPATH": path, "PATH": os.environ["PATH"]}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "<html" in done.stdout
    assert "erasure" in done.stdout


def test_the_sdist_holds_what_a_wheel_is_made_of(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)]
    subprocess.run([*build, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"templates/report.html", "tracker/report/html.py", "pyproject.toml"} <= names
