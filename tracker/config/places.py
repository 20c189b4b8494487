"""On which line a key of a TOML file stands: the standard library's reader does not tell."""

from __future__ import annotations

import re
import tomllib

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_PARTS = re.compile(_PART)
_FENCE = re.compile(r'"""|\'\'\'')

Path = tuple[str, ...]


def lines_of(text: str) -> dict[Path, int]:
    """The line (from 1) of each table and key, by its path; the first where a path occurs twice."""
    found: dict[Path, int] = {}
    table: Path = ()
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        outside = not fence
        fence = _fence_after(line, fence)
        if not outside:
            continue
        if header := _HEADER.match(line):
            table = _parts(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(table + _parts(key[1]), number)
    return found


def nearest_line(lines: dict[Path, int], path: Path) -> int:
    """The line of the path, or of the innermost table around it that is known; 1 where none is."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _fence_after(line: str, fence: str) -> str:
    """The delimiter of the multi-line string that is open at the line's end; "" outside of such a string."""
    for match in _FENCE.finditer(line):
        if not fence:
            fence = match[0]
        elif match[0] == fence:
            fence = ""
    return fence


def _parts(dotted: str) -> Path:
    return tuple(_unquoted(part) for part in _PARTS.findall(dotted))


def _unquoted(part: str) -> str:
    if part[0] == "'":
        return part[1:-1]
    if part[0] != '"':
        return part
    try:
        return str(tomllib.loads(f"k = {part}")["k"])
    except tomllib.TOMLDecodeError:
        return part[1:-1]
