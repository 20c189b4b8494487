"""One spelling of characters: what every source's text is put into before it is cut up.

NFC; every kind of blank a plain space; soft hyphens, zero-width characters, direction marks and controls
gone. Quotes and dashes stay as written. ``clean`` is idempotent and linear.
"""

from __future__ import annotations

import re
import unicodedata

_BLANKS = dict.fromkeys(
    [9, 0x0B, 0x0C, *(c for c in range(0x3001) if unicodedata.category(chr(c)) == "Zs")], " "
)
_BREAKS = {0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_REMOVED: dict[int, str | None] = {
    **{
        c: None
        for c in range(0xA0)
        if unicodedata.category(chr(c)) == "Cc" and c not in (9, 10, 11, 12, 0x85)
    },
    **dict.fromkeys(range(0xD800, 0xE000), None),  # halves of pairs are no characters
    **dict.fromkeys(
        [0xAD, 0x61C, 0x180E, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)], None
    ),
    **dict.fromkeys(range(0x2061, 0x2070), None),
}
# What word processors' symbol fonts leave of a bullet (Private Use Area).
_SYMBOLS = dict.fromkeys([0xF0A7, 0xF0B7, 0xF0D8, 0xF0FC, 0xF06C, 0xF06E, 0xF076, 0xF0A8], "•")
_TABLE: dict[int, str | None] = {**_BLANKS, **_BREAKS, **_REMOVED, **_SYMBOLS}
_UNUSUAL = re.compile("[" + "".join(map(re.escape, sorted(map(chr, _TABLE.keys() - {32})))) + "]")
# More marks on one letter than any script has; putting n of them in order takes time that grows with n * n.
_MARK = (
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0711-\u074a\u07eb-\u0859\u08ca-\u0903"
    "\u093c\u094d-\u0954\u0e38-\u0e4b\u0f18-\u0fc6\u135d-\u135f\u1ab0-\u1b44\u1dc0-\u1dff\u20d0-\u20f0\u302a-\u309a\ua66f-\ua6f1"
    "\ufe20-\ufe2f]"
)
_MARKS = re.compile(f"({_MARK}{{30}}){_MARK}+")
_SPACES = re.compile(r" {2,}")
_LINES = re.compile(r" *\n[ \n]*")


def characters(text: str) -> str:
    """``text`` with every character in its one spelling; runs of blanks and line ends stay as they are."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _UNUSUAL.search(text):
        # Removed before NFC, so that letters parted only by an invisible character can join.
        text = _UNUSUAL.sub(_in_its_spelling, text)
    if text.isascii():
        return text
    text = _MARKS.sub(r"\1", text)
    if not unicodedata.is_normalized("NFC", text):
        text = _UNUSUAL.sub(_in_its_spelling, unicodedata.normalize("NFC", text))
    return text


def _in_its_spelling(match: re.Match[str]) -> str:
    return _TABLE[ord(match[0])] or ""


def clean(text: str) -> str:
    """One run of blanks a space, one run of line ends a line end, none at the ends."""
    return _LINES.sub("\n", _SPACES.sub(" ", characters(text))).strip(" \n")


def one_line(text: str) -> str:
    """``clean`` with line ends as blanks."""
    return clean(text).replace("\n", " ")
