"""Countries and regions named in a text: ``gazetteer/countries.tsv``, ISO 3166-1 codes with names in nine
languages.

A name counts where it is written with a capital, one of up to three letters only in capitals; names under
the code "-" are no places ("New Mexico", "EU Commission") and keep the shorter name in them from being
read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

REGIONS = frozenset({"EEA", "EU"})
_NO_PLACE = "-"
_ABBREVIATION = 3  # letters; shorter names are words in some language


@dataclass(frozen=True, slots=True)
class Place:
    """A country or region found: its span in the text searched and its code (``US``, ``EEA``)."""

    start: int
    end: int
    code: str

    @property
    def key(self) -> str:
        """The key of the fact: ``country:US``, ``region:EEA``."""
        return f"region:{self.code}" if self.code in REGIONS else f"country:{self.code}"


@cache
def _names(language: str) -> tuple[AhoCorasick, tuple[str, ...]]:
    rows = (files("tracker.gazetteer") / "countries.tsv").read_text("utf-8").splitlines()
    columns = rows[0].split("\t")
    wanted = sorted({columns.index(code) for code in ("en", language) if code in columns}, reverse=True)
    codes: dict[str, str] = {}
    for row in rows[1:]:
        cells = row.split("\t")
        for column in wanted:
            for name in filter(None, cells[column].split("|")):
                codes.setdefault(name, cells[0])
    automaton = AhoCorasick(
        list(codes), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
    )
    return automaton, tuple(codes.values())


def places(text: str, folded: str, language: str) -> Iterator[Place]:
    """The places named in ``text``, in order; ``folded`` is its folded form."""
    automaton, codes = _names(language)
    for number, start, end in automaton.find_matches_as_indexes(folded):
        if codes[number] == _NO_PLACE or not _whole_word(folded, start, end):
            continue
        written = text[start:end]
        letters = [char for char in written if char.isalpha()]
        if letters[0].isupper() and (len(letters) > _ABBREVIATION or all(map(str.isupper, letters))):
            yield Place(start, end, codes[number])


def _whole_word(folded: str, start: int, end: int) -> bool:
    before, after = folded[start - 1 : start], folded[end : end + 1]
    return not (before.isalnum() or before == "@") and not after.isalnum()
