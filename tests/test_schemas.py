"""The published schemas hold for what the program writes."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sides import compared, side_of_markdown

from tracker import extract
from tracker.facts import KINDS
from tracker.model import Comparison, Side
from tracker.pipeline import sources
from tracker.report import as_json

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "policies"


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((files("tracker.report") / "schemas" / f"tracker.{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def example(name: str) -> Side:
    return sources.side_of(sources.read_file(EXAMPLES / name), name)


@pytest.fixture(scope="module")
def difference() -> Comparison:
    return sources.compare(example("brindlewood/2023-09-18.html"), example("brindlewood/2024-11-04.html"))


def written(value: dict[str, Any]) -> dict[str, Any]:
    """What a reader of the JSON gets."""
    read: dict[str, Any] = json.loads(json.dumps(value))
    return read


@pytest.mark.parametrize("name", ["brindlewood/2024-11-04.html", "oblakon/2024-09-02.html"])
def test_facts(name: str) -> None:
    told = written(as_json.facts(example(name)))
    validator("facts-1").validate(told)
    assert told["facts"]


def test_diff(difference: Comparison) -> None:
    told = written(as_json.comparison(difference))
    validator("diff-1").validate(told)
    assert told["changes"] and told["text_changes"]


def test_diff_of_nothing() -> None:
    validator("diff-1").validate(written(as_json.comparison(compared("Same.", "Same."))))


def test_preview() -> None:
    document = extract.read(b"# Privacy\n\nWe keep logs.", "text/markdown")
    validator("preview-1").validate(written(as_json.preview(document, "", "")))
    validator("preview-1").validate(written(as_json.preview(None, "empty_shell", "no words")))


def test_kinds_are_those_of_the_program() -> None:
    kinds = validator("facts-1").schema["$defs"]["fact"]["properties"]["kind"]["enum"]
    assert set(kinds) == set(KINDS)


def test_schema_refuses_what_is_wrong(difference: Comparison) -> None:
    told = written(as_json.comparison(difference))
    told["changes"][0]["severity"] = "terrible"
    with pytest.raises(jsonschema.ValidationError):
        validator("diff-1").validate(told)


def test_fact_without_evidence_is_refused() -> None:
    told = written(as_json.facts(side_of_markdown("You have the right to erasure.")))
    told["facts"] = [{"kind": "right", "key": "erasure", "attributes": {}, "evidence": []}]
    with pytest.raises(jsonschema.ValidationError):
        validator("facts-1").validate(told)
