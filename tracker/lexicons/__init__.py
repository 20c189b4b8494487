"""What the facts stage knows of a language: one folder of data for each (CONTRIBUTING.md, "add a language").

``language.toml`` tells how the language is recognised and split into sentences; the other files belong each to one
module of ``tracker.facts``. Every file carries ``[[example]]`` tables that the tests run.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

_HERE = files("tracker.lexicons")


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that have a lexicon, in order of their codes."""
    return tuple(sorted(d.name for d in _HERE.iterdir() if d.is_dir() and (d / "language.toml").is_file()))


@lru_cache(maxsize=None)
def table(language: str, name: str) -> dict[str, Any]:
    """The lexicon file ``<language>/<name>.toml`` as a dictionary; empty where the language has none."""
    path = _HERE / language / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
