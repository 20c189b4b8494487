"""Tells the language of a text by its script and its commonest short words (languages.toml)."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import lru_cache
from importlib.resources import files
from typing import Any

UNKNOWN = "und"
_SAMPLE = (
    20_000  # characters from the beginning, and as many from the middle: menus may be in another language
)
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = ("://", "www.", "@")  # words of addresses are of no language
_FEW = 0.04  # of all words that must be common ones: below, no profile fits
_LETTER = 0.02  # of a common word: the worth of a telling letter
_JAPANESE = 0.05  # of the letters kana: then the Chinese characters are Japanese


def detect(text: str) -> str:
    """The BCP 47 primary tag of the text's language, "und" where it cannot be told."""
    middle = len(text) // 2
    sample = (
        text[:_SAMPLE] if len(text) <= 2 * _SAMPLE else text[:_SAMPLE] + " " + text[middle : middle + _SAMPLE]
    )
    plain = " ".join(word for word in sample.split() if not any(mark in word for mark in _ADDRESS))
    words = _WORD.findall(plain.lower())
    script = _script("".join(words))
    table = _tables()
    return table["scripts"].get(script, {}).get("language") or _by_words(script, words)


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("languages.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _scripts() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile("[" + "".join(_range(span) for span in row["ranges"]) + "]")
        for name, row in _tables()["scripts"].items()
    }


def _range(span: str) -> str:
    low, high = span.split("-")
    return f"{chr(int(low, 16))}-{chr(int(high, 16))}"


def _script(letters: str) -> str:
    counts = {name: len(pattern.findall(letters)) for name, pattern in _scripts().items()}
    if counts["kana"] > len(letters) * _JAPANESE:
        return "kana"
    # A Chinese character is a word, and names of products stand in Latin letters in every script.
    weights = {"latin": 1.0, "han": 4.0}
    return max(counts, key=lambda name: counts[name] * weights.get(name, 2.0)) if any(counts.values()) else ""


@lru_cache(maxsize=8)
def _profiles(script: str) -> tuple[dict[str, dict[str, float]], dict[str, frozenset[str]]]:
    rows: dict[str, dict[str, str]] = _tables().get(script, {})
    words = {language: set(row["words"].split()) for language, row in rows.items()}
    shared = Counter(word for each in words.values() for word in each)
    weights = {
        language: {word: shared[word] ** -0.5 for word in sorted(each)} for language, each in words.items()
    }
    return weights, {language: frozenset(row.get("letters", "")) for language, row in rows.items()}


def _by_words(script: str, words: list[str]) -> str:
    weights, letters = _profiles(script)
    counts = Counter(words)
    characters = Counter("".join(words))
    scores = {
        language: sum(counts[word] * weight for word, weight in profile.items())
        + _LETTER * 10 * sum(characters[letter] for letter in sorted(letters[language]))
        for language, profile in weights.items()
    }
    best = max(scores, key=lambda language: scores[language], default=UNKNOWN)
    return best if words and scores.get(best, 0.0) > max(_FEW * len(words), 0.6) else UNKNOWN
