"""The tables of an export: their columns, and how a line of an analysis becomes their rows.

``versions``, ``facts``, ``changes``: one row each. ``evidence``: one row for each quote of a fact or change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Row = Sequence[str | int | None]

COLUMNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "versions": (
        ("policy", "text"), ("version", "text"), ("captured", "text"), ("url", "text"), ("language", "text"),
        ("title", "text"), ("words", "integer"), ("text_sha256", "text"), ("verdict", "text"),
        ("summary", "text"), ("returned", "integer"),
    ),
    "facts": (
        ("id", "integer"), ("policy", "text"), ("version", "text"), ("captured", "text"), ("kind", "text"),
        ("key", "text"), ("attributes", "text"), ("quote", "text"), ("section", "text"), ("start", "integer"),
        ("end", "integer"), ("cue", "text"),
    ),
    "changes": (
        ("id", "integer"), ("policy", "text"), ("version", "text"), ("captured", "text"),
        ("change_id", "text"), ("rule", "text"), ("kind", "text"), ("key", "text"), ("change", "text"),
        ("direction", "text"), ("severity", "text"), ("message", "text"), ("was", "text"), ("before", "text"),
        ("now", "text"), ("old_quote", "text"), ("new_quote", "text"), ("returned", "integer"),
    ),
    "evidence": (
        ("fact", "integer"), ("change", "integer"), ("side", "text"), ("start", "integer"),
        ("end", "integer"), ("quote", "text"), ("section", "text"),
    ),
}  # fmt: skip
TYPES = {"version": "versions", "fact": "facts", "change": "changes"}


def names(table: str) -> tuple[str, ...]:
    """The columns of a table."""
    return tuple(name for name, _ in COLUMNS[table])


class Numbered:
    """Turns lines into rows; facts and changes are numbered from 1 in their order."""

    def __init__(self) -> None:
        self._facts = self._changes = 0

    def rows(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
        """The rows of one line, each with its table; none for a document that could not be read."""
        if data["type"] == "version":
            yield "versions", [_cell(data[name]) for name in names("versions")]
        elif data["type"] == "fact":
            yield from self._fact(data)
        elif data["type"] == "change":
            yield from self._change(data)

    def _fact(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
        self._facts += 1
        first = data["evidence"][0]
        found = {**data, **first, "id": self._facts, "section": " › ".join(first["section"])}
        yield "facts", [_cell(found[name]) for name in names("facts")]
        for each in data["evidence"]:
            yield "evidence", _evidence(each, fact=self._facts)

    def _change(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
        self._changes += 1
        quotes = {f"{side}_quote": (data[side] or [{"quote": None}])[0]["quote"] for side in ("old", "new")}
        found = {**data, **quotes, "id": self._changes, "change_id": data["id"]}
        yield "changes", [_cell(found[name]) for name in names("changes")]
        for side in ("old", "new"):
            for each in data[side]:
                yield "evidence", _evidence(each, change=self._changes, side=side)


def _evidence(
    data: Mapping[str, Any], fact: int | None = None, change: int | None = None, side: str = "new"
) -> Row:
    return (fact, change, side, data["start"], data["end"], data["quote"], " › ".join(data["section"]))


def _cell(value: Any) -> str | int | None:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    if isinstance(value, bool):
        return int(value)
    return value if value is None or isinstance(value, int) else str(value)
