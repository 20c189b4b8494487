"""How text is set on a terminal: colour or none, and nothing that a page could smuggle into it."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from tracker.model import Direction, Severity

# C0 and C1 controls, which a terminal obeys, and bidirectional ones, which reorder what is read; no line ends
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "yellow": "33",
    "cyan": "36",
    "removed": "31;9",
    "added": "32;4",
}
SEVERITY_COLOUR = {
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
DIRECTION_MARK = {
    Direction.WEAKENS: "▼",
    Direction.STRENGTHENS: "▲",
    Direction.NEUTRAL: "•",
    Direction.UNCLEAR: "?",
}


@dataclass(frozen=True, slots=True)
class Style:
    """Whether to colour, and how many columns there are."""

    colour: bool = False
    width: int = 100

    def paint(self, text: str, *codes: str) -> str:
        """The text in the named colours where the output takes colour."""
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(_CODES[code] for code in codes)}m{text}\x1b[0m"

    def removed(self, text: str) -> str:
        """Words that went: struck through, or in [- -] where there is no colour."""
        return self.paint(text, "removed") if self.colour else f"[-{text}-]"

    def added(self, text: str) -> str:
        """Words that came: underlined, or in {+ +} where there is no colour."""
        return self.paint(text, "added") if self.colour else f"{{+{text}+}}"

    def wrap(self, text: str, indent: str, first: str | None = None) -> str:
        """The text in lines of at most ``width`` columns behind an indent; colour codes count as columns."""
        return textwrap.fill(
            " ".join(text.split()),
            self.width,
            initial_indent=indent if first is None else first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )


def harmless(text: str) -> str:
    """The text without control characters that steer a terminal or reorder what is read."""
    return _CONTROLS.sub("\ufffd", text)


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters on one line, cut at a word."""
    line = " ".join(harmless(text).split())
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
