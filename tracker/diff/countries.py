"""Countries as rules and messages need them: codes out of what a policy writes, and a code's English name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from tracker.facts.cues import fold

_WORD = re.compile(r"\w+")
_LONGEST = 6  # words of a country's name
_SMALL = frozenset({"and", "of", "the"})


def codes(text: str) -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes of the countries that a short text names, in any of the table's languages."""
    if re.fullmatch(r"[A-Z]{2}", text):
        return frozenset({text})
    words = _WORD.findall(fold(text[:300]))
    found = set()
    for at in range(len(words)):
        for end in range(min(at + _LONGEST, len(words)), at, -1):
            code = _names().get(tuple(words[at:end]))
            if code:
                found.add(code)
                break
    return frozenset(found)


def name(code: str) -> str:
    """The country's English name; the code itself where the table does not know it."""
    return _english().get(code, code)


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, ...], ...]:
    lines = (files("tracker.gazetteer") / "countries.tsv").read_text("utf-8").splitlines()[1:]
    return tuple(tuple(line.split("\t")) for line in lines)


@lru_cache(maxsize=1)
def _names() -> Mapping[tuple[str, ...], str]:
    return {
        tuple(_WORD.findall(spelling)): code
        for code, *languages in reversed(_rows())
        for spellings in languages
        for spelling in spellings.split("|")
        if len(spelling) > 2
    }


@lru_cache(maxsize=1)
def _english() -> Mapping[str, str]:
    return {code: _capital(english.split("|")[0]) for code, english, *_ in _rows()}


def _capital(words: str) -> str:
    return " ".join(word if word in _SMALL else word[:1].upper() + word[1:] for word in words.split())
