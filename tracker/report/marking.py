"""Words with their marks: what was struck, what was put in, what was quoted; harmless on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tracker.diff.text import edits
from tracker.model import Edit

Mark = Literal["same", "removed", "added", "quoted"]

# Controls, marks that reorder what is read beyond their own words, and halves of characters. The marks of
# direction LRM, RLM and ALM stay: honest right-to-left text needs them, and they reach only their neighbours.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_MARKS: dict[str, Mark] = {"=": "same", "-": "removed", "+": "added"}
_ROOM: dict[Mark, int] = {"same": 320, "removed": 600, "added": 600, "quoted": 600}  # characters in a quote
_ALIKE = 0.3  # share of equal characters from which marking what differs helps


@dataclass(frozen=True, slots=True)
class Segment:
    """Words under one mark."""

    mark: Mark
    text: str


def safe(text: str) -> str:
    """The text without characters that hide or reorder what is read; they show as U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def sentence(words: str) -> str:
    """The words with a capital, unless they begin with a name, which keeps its own spelling."""
    first = words.partition(" ")[0].strip(",;:'’").replace("-", "")
    return words[:1].upper() + words[1:] if first.isalpha() and first.islower() else words


def segments(changes: Iterable[Edit]) -> tuple[Segment, ...]:
    """Edits as segments."""
    return tuple(Segment(_MARKS[sign], safe(words)) for sign, words in changes if words)


def plain(text: str, mark: Mark = "same") -> tuple[Segment, ...]:
    """A text under one mark; none where it is empty."""
    return (Segment(mark, safe(text)),) if text else ()


def side(changes: Iterable[Segment], mark: Mark) -> tuple[Segment, ...]:
    """What of the segments one side shows: the equal words and those under its own mark."""
    return tuple(each for each in changes if each.mark in ("same", mark))


def compared(old: str, new: str) -> tuple[Segment, ...] | None:
    """Both texts as one, what differs marked; None where they are too unlike for marks to help."""
    found = edits(old, new)
    same = sum(len(words) for sign, words in found if sign == "=")
    return segments(found) if same >= _ALIKE * max(len(old), len(new)) else None


def abridged(found: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The segments with long stretches cut in their middle: a quote proves, the text below is for reading."""
    return tuple(Segment(each.mark, _middle_cut(each.text, _ROOM[each.mark])) for each in found)


def _middle_cut(words: str, room: int) -> str:
    if len(words) <= room:
        return words
    head, tail = words[: room * 2 // 3], words[-room // 3 :]
    return head.rsplit(" ", 1)[0] + " … " + tail.split(" ", 1)[-1]


def quoted(text: str, start: int, end: int) -> tuple[Segment, ...]:
    """A text with the words ``text[start:end]`` marked as quoted."""
    parts: Iterator[tuple[Mark, str]] = iter(
        (("same", text[:start]), ("quoted", text[start:end]), ("same", text[end:]))
    )
    return tuple(Segment(mark, safe(words)) for mark, words in parts if words)
