"""The house stays as docs/design.md draws it: pure stages, one place of composition, readable sizes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "tracker"
STAGES = {"fetch", "extract", "archive", "facts", "diff", "history", "report", "importers", "cache"}
# What a stage may use of another: extraction writes the stored text, reports mark words.
ALLOWED = {
    ("archive", "extract"),
    ("importers", "extract"),
    ("report", "extract"),
    ("report", "diff"),
    ("report", "facts"),
    ("diff", "facts"),
    ("facts", "extract"),
    ("history", "diff"),
    ("history", "facts"),
    ("report", "history"),
    ("fetch", "extract"),
    ("importers", "archive"),
}
PURE = ("extract", "facts", "diff", "history", "report")
IMPURE_MODULES = {"requests", "git", "socket", "subprocess", "random", "apscheduler", "sqlite3"}


def modules(folder: Path = PACKAGE) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Modules that are imported at run time (imports for types only are left out)."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "tracker" and len(parts) > 1 else ""


def test_stages_meet_only_in_the_pipeline() -> None:
    met = {
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), room(name))
        for path in modules()
        for name in imports(path)
    }
    crossings = {(a, b) for a, b in met if a in STAGES and b in STAGES and a != b}
    assert crossings <= ALLOWED


@pytest.mark.parametrize("stage", PURE)
def test_pure_stages_touch_no_world(stage: str) -> None:
    used = {name.split(".")[0] for path in modules(PACKAGE / stage) for name in imports(path)}
    assert not used & IMPURE_MODULES


def test_stages_know_nothing_of_commands_and_pipeline() -> None:
    wrong = [
        (str(path.relative_to(ROOT)), name)
        for path in modules()
        if path.relative_to(PACKAGE).parts[0] in STAGES
        for name in imports(path)
        if room(name) in ("cli", "pipeline")
    ]
    assert not wrong


def test_files_can_be_read_in_one_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long


def test_public_functions_say_what_they_do() -> None:
    silent = []
    for path in modules():
        for node in ast.parse(path.read_text("utf-8")).body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node) and node.name not in ("configure", "run"):
                silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert not silent


def test_the_repository_speaks_of_the_project_alone() -> None:
    words = ("pypi." + "org", "files.python" + "hosted", "/work/" + "main", "registry.npm" + "js")
    texts = [
        p for p in ROOT.rglob("*") if p.suffix in (".py", ".md", ".toml", ".html") and ".venv" not in p.parts
    ]
    wrong = [
        (str(path.relative_to(ROOT)), word)
        for path in texts
        if not {".demo", "dist", "build"} & set(path.relative_to(ROOT).parts)
        for word in words
        if word in path.read_text("utf-8", "replace")
    ]
    assert not wrong
