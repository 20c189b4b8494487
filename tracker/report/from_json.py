"""Changes back from the JSON form that ``as_json`` gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.model import Change, Direction, Evidence, Severity


def changes(data: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The changes of a ``tracker.diff/1``. Raises KeyError and ValueError where it is none."""
    return tuple(_change(each) for each in data)


def _change(data: Mapping[str, Any]) -> Change:
    return Change(
        data["id"],
        data["rule"],
        data["kind"],
        data["key"],
        data["change"],
        Direction(data["direction"]),
        Severity(data["severity"]),
        data["message"],
        tuple(data["aliases"]),
        data["was"],
        _values(data["now"]),
        _values(data["before"]),
        _evidence(data["old"]),
        _evidence(data["new"]),
    )


def _values(data: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    return {name: tuple(value) if isinstance(value, list) else str(value) for name, value in data.items()}


def _evidence(data: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(each["start"], each["end"], each["quote"], tuple(each["section"])) for each in data)
