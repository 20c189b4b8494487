"""Every lexicon file carries its proof: examples that must be read so, and examples that must not."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import tracker.lexicons
from tracker import extract, facts
from tracker.model import Document, Fact

FOLDER = Path(tracker.lexicons.__file__).parent
PATTERN = re.compile(r"(?P<kind>\w+):(?P<key>[^{]*)(\{(?P<attributes>.*)\})?")


def examples() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*/*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        for number, example in enumerate(data.get("example", [])):
            name = f"{path.parent.name}/{path.stem}-{number}"
            found.append(pytest.param(path.parent.name, example, id=name))
    return found


def states(found: tuple[Fact, ...], wanted: str) -> bool:
    """Whether a fact like ``kind:key{attribute=value,...}`` is among those found; ``*`` is any key."""
    match = PATTERN.fullmatch(wanted)
    assert match, f"an example names {wanted!r}: write kind:key or kind:key{{attribute=value}}"
    attributes = dict(pair.split("=", 1) for pair in (match["attributes"] or "").split(",") if pair)
    return any(
        fact.kind == match["kind"]
        and match["key"] in ("*", fact.key)
        and all(fact.attribute(name) == value for name, value in attributes.items())
        for fact in found
    )


def document(language: str, text: str) -> Document:
    read = extract.read(text.encode(), "text/markdown")
    return Document(read.text, read.blocks, read.sections, read.links, language, read.title)


@pytest.mark.parametrize(("language", "example"), examples())
def test_example(language: str, example: dict[str, Any]) -> None:
    found = facts.read(document(language, example["text"]))
    told = [f"{fact.kind}:{fact.key}{dict(fact.attributes)}" for fact in found]
    for wanted in example.get("has", []):
        assert states(found, wanted), f"{wanted} not among {told}"
    for unwanted in example.get("not", []):
        assert not states(found, unwanted), f"{unwanted} among {told}"


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*/*.toml")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_examples_stand_at_the_end(path: Path) -> None:
    whole = tomllib.loads(path.read_text("utf-8"))
    without = {key: value for key, value in whole.items() if key != "example"}
    assert tracker.lexicons.table(path.parent.name, path.stem) == without
