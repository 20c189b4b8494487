"""Plain names of facts for messages and summaries."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import cast

from tracker.diff import countries
from tracker.diff.periods import days, spoken


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    return cast(
        "dict[str, dict[str, str]]", tomllib.loads((files("tracker.diff") / "labels.toml").read_text("utf-8"))
    )


def label(kind: str, key: str) -> str:
    """What a fact of that kind and key is called in plain words."""
    known = _table().get(kind, {}).get(key)
    if known:
        return known
    if kind == "retention":
        return spoken(key) if days(key) is not None else key.removeprefix("until:").replace("_", " ")
    if kind == "transfer":
        return countries.name(key.removeprefix("country:")).removeprefix("region:")
    if kind == "age_limit":
        return f"{key} years"
    return key.replace("_", " ") if kind in ("data_category", "purpose") else key


def value(text: str) -> str:
    """An attribute's value in plain words: a period spelt out, anything else as it is."""
    return spoken(text)
