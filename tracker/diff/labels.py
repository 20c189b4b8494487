"""Plain names of facts for messages and summaries."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import cast

from tracker.diff import countries
from tracker.diff.periods import days, spoken

_UNITED = ("United ", "Czech Republic", "Dominican Republic")
_PLURAL = frozenset({"Netherlands", "Philippines", "Bahamas", "Maldives", "Gambia", "EEA", "EU", "UK", "USA"})


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


def spoken_of(kind: str, key: str) -> str:
    """The label as it stands within a sentence: a country with its article."""
    told = label(kind, key)
    return f"the {told}" if kind == "transfer" and (told.startswith(_UNITED) or told in _PLURAL) else told


def begun(text: str, names: Iterable[str] = ()) -> str:
    """The text with a capital at its beginning, unless it begins with one of the names as written."""
    return text if text.startswith(tuple(filter(None, names))) else text[:1].upper() + text[1:]


def gone_on(text: str, names: Iterable[str] = ()) -> str:
    """The text as it goes on behind a semicolon: without its capital, unless a name or acronym begins so."""
    ordinary = text[1:2].islower() or text[1:2] in (" ", "'", "-")
    return (
        text if not ordinary or text.startswith(tuple(filter(None, names))) else text[:1].lower() + text[1:]
    )
