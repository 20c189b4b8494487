"""Other words for the same: contractions and synonyms that change nothing in what a sentence says.

``lexicons/<lang>/wording.toml`` lists them under ``[same]``: a word or phrase, and what may stand for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from tracker import lexicons
from tracker.facts.cues import fold

_CONTRACTIONS = {"won't": "will not", "can't": "can not", "cannot": "can not", "shan't": "shall not"}
_ENDINGS = {"n't": " not", "'ll": " will", "'re": " are", "'ve": " have"}
_IS = re.compile(r"\b(it|that|what|there|here|he|she|who)'s\b")

_CLAUSE_NUMBER = re.compile(r"\s*+(?:\d{1,3}(?:\.\d{1,3})++[.)]?|\d{1,3}[.)])\s")  # printed within the words


def spelt_out(folded: str) -> str:
    """English contractions written in full; a folded text without an apostrophe is as it was."""
    for short, full in _CONTRACTIONS.items():
        folded = folded.replace(short, full) if short in folded else folded
    if "'" not in folded:
        return folded
    for ending, full in _ENDINGS.items():
        folded = re.sub(rf"(?<=\w){ending}\b", full, folded)
    return _IS.sub(r"\1 is", folded)


@cache
def standard(language: str) -> Callable[[str], str]:
    """What writes a folded text of the language in its standard words."""
    table = lexicons.table(language, "wording").get("same", {})
    canonical = {fold(other): fold(word) for word, others in table.items() for other in others}
    if not canonical:
        return spelt_out
    longest_first = sorted(canonical, key=lambda phrase: (-len(phrase), phrase))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return lambda folded: pattern.sub(lambda found: canonical[found[0]], spelt_out(folded))


def unnumbered(folded: str) -> str:
    """The sentence without a clause's number at its beginning."""
    number = _CLAUSE_NUMBER.match(folded)
    return folded[number.end() :] if number else folded
