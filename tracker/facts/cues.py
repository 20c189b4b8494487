"""Cues: the small pattern language in which lexicons name words, and its matcher.

A cue is a line of words as a person would write them, in lower case:

    delete                 that word
    delet*                 any word that begins so ("*" may stand anywhere in a word)
    (access|obtain|see)    one of several; alternatives may be phrases: (be forgotten|right to erasure)
    [all|your]             one of these or nothing
    ..                     up to three words between
    ...                    up to eight words between

Between two words any blanks and punctuation may stand, so "opt out" also matches "opt-out". A cue never
matches inside a word, and never across a line break. Matching is linear in the length of the text: an
Aho-Corasick automaton finds the cues whose indispensable words occur, and only those are looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from tracker.errors import TrackerError

_SEPARATOR = r"[^\w\n]{1,5}"
_SPACED = r"[^\W\u3040-\u30ff\u3400-\u9fff]"  # a letter of a script that parts its words by blanks
_GAPS = {"..": 3, "...": 8}
_TOKEN = re.compile(r"\.{2,3}|[()\[\]|]|[^\s()\[\]|]+")
_FOLD = str.maketrans(
    {"ё": "е", "Ё": "е", "’": "'", "ʼ": "'", "‘": "'", "\u00a0": " ", "\u00ad": "-", "İ": "i"}
)


class CueError(TrackerError):
    """A cue that is not written in the pattern language."""


def fold(text: str) -> str:
    """Lower case with apostrophes and ё made one, of the same length as ``text``, so that offsets hold."""
    lowered = text.translate(_FOLD).lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.translate(_FOLD).lower()) == 1 else char for char in text)


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found: its name (the table's key), the cue as written, and the span in the text scanned."""

    name: str
    cue: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a compiled cue: its regex, and what must occur: one word of each group."""

    regex: str
    groups: tuple[tuple[str, ...], ...]


class _Parser:
    def __init__(self, cue: str) -> None:
        self.cue, self.tokens, self.at = cue, _TOKEN.findall(cue), 0

    def fail(self, why: str) -> CueError:
        return CueError(f"cue {self.cue!r}: {why}", "see tracker/facts/cues.py for the pattern language")

    def sequence(self, closing: str) -> _Piece:
        """Items up to ``|`` or the closing bracket."""
        items: list[tuple[_Piece, bool]] = []  # piece, may be absent
        while self.at < len(self.tokens) and self.tokens[self.at] not in ("|", closing):
            items.append(self.item())
        if all(absent for _, absent in items):
            raise self.fail("it needs at least one word that must occur")
        if any(not piece.groups for piece, _ in takewhile(lambda item: item[1], reversed(items))):
            raise self.fail("a gap needs a word after it")
        return items[0][0] if len(items) == 1 else _joined(items)

    def item(self) -> tuple[_Piece, bool]:
        token = self.tokens[self.at]
        self.at += 1
        if token in _GAPS:
            return _Piece(rf"(?:\w+{_SEPARATOR}){{0,{_GAPS[token]}}}?", ()), True
        if token in ("(", "["):
            piece = self.alternatives(")" if token == "(" else "]")
            return piece, token == "["
        if token in (")", "]"):
            raise self.fail(f"{token!r} without its opening bracket")
        return self.word(token), False

    def word(self, token: str) -> _Piece:
        piece = _word(token)
        if piece is None:
            raise self.fail(f"{token!r} has no letters")
        return piece

    def alternatives(self, closing: str) -> _Piece:
        options = [self.sequence(closing)]
        while self.at < len(self.tokens) and self.tokens[self.at] == "|":
            self.at += 1
            options.append(self.sequence(closing))
        if self.at >= len(self.tokens):
            raise self.fail(f"{closing!r} is missing")
        self.at += 1
        literals = tuple(dict.fromkeys(word for option in options for word in _rarest(option.groups)))
        # the longest first, or "to" would hide "to the"
        longest_first = sorted((option.regex for option in options), key=len, reverse=True)
        return _Piece("(?:" + "|".join(longest_first) + ")", (literals,))


def _joined(items: list[tuple[_Piece, bool]]) -> _Piece:
    """The items one after the other; each is told with whether it may be absent."""
    regex, gap_before = "", False
    for number, (piece, absent) in enumerate(items):
        is_gap = absent and not piece.groups
        rest_absent = absent and all(other for _, other in items[number:])
        separator = _SEPARATOR if regex and not gap_before and number else ""
        if is_gap:
            regex += separator + piece.regex
        elif rest_absent:  # an optional end brings its own separator
            regex += f"(?:{_SEPARATOR}{piece.regex})?"
        elif absent:
            regex += separator + f"(?:{piece.regex}{_SEPARATOR})?"
        else:
            regex += separator + piece.regex
        gap_before = absent  # gaps and optional words end with their own separator
    return _Piece(regex, tuple(group for piece, absent in items if not absent for group in piece.groups))


@cache
def _word(token: str) -> _Piece | None:
    """A word as written; one with inner marks ("e-mail") is several. None where it has no letters."""
    pieces = [
        _Piece(re.escape(part).replace(r"\*", r"\w*"), ((_longest(part),),))
        for part in re.split(r"[^\w*]+", fold(token))
        if part.strip("*")
    ]
    return _joined([(piece, False) for piece in pieces]) if pieces else None


def _longest(word: str) -> str:
    return max(word.split("*"), key=len)


def _rarest(groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The group whose words are likely to occur least."""
    return max(groups, key=lambda words: min(map(len, words)))


@cache
def _parsed(cue: str) -> _Piece:
    parser = _Parser(cue)
    piece = parser.sequence("")
    if parser.at < len(parser.tokens):
        raise parser.fail(f"unexpected {parser.tokens[parser.at]!r}")
    return piece


@cache
def _compiled(cue: str) -> re.Pattern[str]:
    """The cue's regex; compiled when the cue is first looked at closely, for most never are."""
    return re.compile(rf"(?<!{_SPACED})(?:{_parsed(cue).regex})(?!{_SPACED})")


class _Words:
    """All indispensable words of all cues, found in a text by one automaton: tables share its answer."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._automaton: AhoCorasick | None = None

    def number(self, word: str) -> int:
        """The word's number; a new word gets the next one."""
        known = len(self._numbers)
        number = self._numbers.setdefault(word, known)
        if number == known:
            self._automaton = None
            self.fired.cache_clear()
        return number

    @lru_cache(maxsize=4096)  # noqa: B019  (one instance lives as long as the process)
    def fired(self, folded: str) -> frozenset[int]:
        """The numbers of the words that occur in the text."""
        if self._automaton is None:
            self._automaton = AhoCorasick(
                list(self._numbers),
                matchkind=MatchKind.Standard,
                implementation=Implementation.ContiguousNFA,
            )
        return frozenset(
            [word for word, _, _ in self._automaton.find_matches_as_indexes(folded, overlapping=True)]
        )


_WORDS = _Words()


def prepare(cues: Iterable[str]) -> None:
    """Take note of what may be asked for, so that the automaton is built once; what is no cue is left."""
    for cue in cues:
        with suppress(CueError):
            for group in _telling(_parsed(cue).groups):
                for word in group:
                    _WORDS.number(word)


class Cues:
    """A table of cues, name -> cues, matched together."""

    def __init__(self, table: Mapping[str, Iterable[str]]) -> None:
        self._cues = [(name, cue) for name, cues in table.items() for cue in cues]
        self._first: dict[int, list[int]] = {}  # a word's number -> the cues that it makes worth a look
        self._rest: list[tuple[frozenset[int], ...]] = []  # for each cue, its other groups of words
        for number, (_, cue) in enumerate(self._cues):
            groups = [[_WORDS.number(word) for word in group] for group in _telling(_parsed(cue).groups)]
            for word in groups[0]:
                self._first.setdefault(word, []).append(number)
            self._rest.append(tuple(frozenset(group) for group in groups[1:]))
        self._words = frozenset(self._first)

    def __bool__(self) -> bool:
        return bool(self._cues)

    def scan(self, folded: str) -> list[Hit]:
        """All places where a cue of the table stands in the folded text, by start, then longest first."""
        found = list(self._found(folded))
        if len(found) > 1:
            found.sort(key=lambda hit: (hit.start, -hit.end, hit.name, hit.cue))
        return found

    def first(self, folded: str) -> Hit | None:
        """The first hit, None where no cue stands in the text."""
        return min(self._found(folded), key=lambda hit: (hit.start, -hit.end), default=None)

    def _found(self, folded: str) -> Iterator[Hit]:
        fired = _WORDS.fired(folded)
        own = self._words & fired
        if not own:
            return
        likely = {number for word in own for number in self._first[word]}
        for number in sorted(likely):
            if any(group.isdisjoint(fired) for group in self._rest[number]):
                continue
            name, cue = self._cues[number]
            for match in _compiled(cue).finditer(folded):
                yield Hit(name, cue, match.start(), match.end())


def _telling(groups: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The groups worth searching for, the rarest first: words of one or two letters stand everywhere."""
    rarest = _rarest(groups)
    return [rarest, *(group for group in groups if group is not rarest and min(map(len, group)) > 2)]
