"""Digests that cached answers are kept under: what went in, and what program made them."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from tracker import __version__

READING = ("extract", "facts", "lexicons", "gazetteer")  # what the facts of a text depend on
COMPARING = (*READING, "diff", "rules", "history")  # and what is told of two texts
_MEANINGFUL = (".py", ".toml", ".tsv")


def of(*parts: str) -> str:
    """A digest of strings; where one ends and the next begins counts."""
    told = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        told.update(len(data).to_bytes(8, "big"))
        told.update(data)
    return told.hexdigest()


@lru_cache(maxsize=4)
def program(rooms: tuple[str, ...]) -> str:
    """A digest of the program: its version, and the code and data of some of its rooms."""
    told = sha256(__version__.encode())
    root = files("tracker")
    for path in (root / "model.py", *(entry for room in rooms for entry in _entries(root / room))):
        told.update(sha256(path.read_bytes()).digest())
    return told.hexdigest()


def _entries(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            found += _entries(entry)
        elif entry.name.endswith(_MEANINGFUL):
            found.append(entry)
    return found
