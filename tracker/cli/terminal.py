"""What the commands know of the terminal: colour, width, and where messages go."""

from __future__ import annotations

import os
import shutil
import sys

from tracker.report.style import Style, harmless


def style() -> Style:
    """Colour on a terminal that takes it (NO_COLOR is respected), none in a pipe."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(colour, min(shutil.get_terminal_size((100, 24)).columns, 120))


def out(text: str) -> None:
    """A result: standard output."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def say(message: str) -> None:
    """A message or progress: standard error, one line, nothing in it that steers the terminal."""
    sys.stderr.write(harmless(message) + "\n")
