"""The journal of checks that made no version: appended to at once, moved into git in batches.

Its first line names the commit it was begun at, so that a reader who knows how far it has read can tell
whether this is still the same journal. A crash can tear the last line only; a torn line is passed over.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from tracker.archive.mapping import check_line, checks_of
from tracker.model import Check


@dataclass(frozen=True, slots=True)
class Reading:
    """New checks, and the journal's state after them, as ``Index.state`` keeps it."""

    checks: list[Check]
    journal: str
    read: int


def append(path: Path, check: Check, tip: str) -> None:
    """Writes the check (in one write, under the archive's lock). Raises OSError."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.fstat(handle).st_size
        before = json.dumps({"journal": tip}) + "\n" if size == 0 else ""
        if size and os.pread(handle, 1, size - 1) != b"\n":
            before = "\n"  # ends the line that a crash tore
        line = (before + check_line(check)).encode("utf-8", "replace")
        if os.write(handle, line) != len(line):
            os.ftruncate(handle, size)
            raise OSError("the disk is full")
    finally:
        os.close(handle)


def read(path: Path, journal: str, done: int) -> Reading:
    """What was written since ``done`` bytes of ``journal`` were read; all of it when this is another one."""
    try:
        with path.open("rb") as file:
            name = _name(file.readline())
            if name == journal and done:
                file.seek(done)
            lines = file.read()
            start = file.tell() - len(lines)
    except FileNotFoundError:
        return Reading([], "", 0)
    whole = lines[: lines.rfind(b"\n") + 1]
    return Reading(checks_of(whole), name, start + len(whole))


def _name(head: bytes) -> str:
    try:
        return str(json.loads(head)["journal"])
    except (ValueError, KeyError, TypeError):
        return "?"
