"""What the facts stage knows of a language: one folder of data for each (CONTRIBUTING.md, "add a language").

``language.toml`` tells how the language is recognised and split into sentences; the other files belong each
to one module of ``tracker.facts`` or ``tracker.diff``. Every file ends with the examples that the tests run.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_HERE = files("tracker.lexicons")
_EXAMPLES = re.compile(r"^\[\[example\]\]", re.MULTILINE)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that have a lexicon, in order of their codes."""
    return tuple(sorted(d.name for d in _HERE.iterdir() if d.is_dir() and (d / "language.toml").is_file()))


@cache
def names(language: str) -> tuple[str, ...]:
    """The names of the language's files, in order."""
    return tuple(
        sorted(d.name.removesuffix(".toml") for d in (_HERE / language).iterdir() if d.name.endswith(".toml"))
    )


@cache
def table(language: str, name: str) -> dict[str, Any]:
    """The lexicon file ``<language>/<name>.toml`` without its examples; empty where the language has none.

    Examples stand at the end of a file (a test holds that), so that programs need not read them.
    """
    path = _HERE / language / f"{name}.toml"
    if not path.is_file():
        return {}
    return tomllib.loads(_EXAMPLES.split(path.read_text("utf-8"), maxsplit=1)[0])
