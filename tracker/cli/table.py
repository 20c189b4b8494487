"""The commands: name -> module of tracker.cli and the line of ``tracker --help``."""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """Where a command lives and what it does, in a line."""

    module: str
    summary: str


COMMANDS = {
    "facts": Command("facts", "what a policy states: rights, parties, retention ... with evidence"),
    "compare": Command("compare", "what changed between two files or URLs, no workspace needed"),
}
