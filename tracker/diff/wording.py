"""What a sentence says, as far as no fact kind covers it: its words, its numbers, and the words that weigh.

Weighty words (negations, modal verbs, quantifiers, exceptions), what a statement about people's data speaks
of, and what is mere furniture of a page stand in each language's ``wording.toml``. A language without one is
read by its numbers and words alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from tracker import gazetteer, lexicons
from tracker.diff.paraphrase import spelt_out, unnumbered
from tracker.diff.periods import canonical
from tracker.diff.words import UNSPACED
from tracker.facts.cues import Cues, fold
from tracker.facts.durations import periods

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()\"]++"  # links
    r"|(?<![\w.+\-])[\w.+\-]++@[\w\-]++(?:\.[\w\-]++)*+"  # e-mail addresses
    r"|(?<![\w.\-])[a-z][\w\-]*+(?:\.[a-z][\w\-]*+)*"  # names of sites
    r"\.(?:com|org|net|eu|io|de|fr|ru|uk|info|app|dev|ai|co)\b(?:/[^\s<>()\"]*+)?"
    r"|\+\d[\d ()\-./]{6,20}"  # telephone numbers
)
_WORD = re.compile(rf"\d+(?:[.,]\d+)*+|[^\W\d{UNSPACED}]++(?:'[^\W\d_]++)?+|[{UNSPACED}]|[%$€£₽]")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?:\D|$))")
_INNER_CAPITAL = re.compile(r"\b[^\W\d_]*[^\W\d_A-ZА-Я][A-ZА-Я]\w*")
_GROUPS = ("weighty", "idioms", "matter", "empty", "furniture", "dated")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STEM = 5  # letters by which forms of one word are held together
_DATE_WORDS = 9  # a line with a year and no more words than this may be a mere date


@dataclass(frozen=True)
class Wording:
    """What is known of a language's wording."""

    weighty: Cues
    idioms: Cues
    matter: Cues
    empty: Cues
    furniture: Cues
    dated: Cues
    function: frozenset[str]
    numbers: dict[str, str]
    reference: re.Pattern[str] | None
    known: bool


@dataclass(frozen=True)
class Saying:
    """A sentence as it is weighed; ``words`` are without addresses, numbers of clauses and marks.

    A period of time is one of its ``numbers``, in one spelling: "4 weeks" is "28 days".
    """

    text: str
    folded: str
    words: tuple[str, ...]
    numbers: frozenset[str]
    content: frozenset[str]  # stems of the words that carry meaning


@cache
def wording(language: str) -> Wording:
    """The language's wording."""
    table = lexicons.table(language, "wording")
    before = table.get("references", {}).get("before", [])
    cues = {name: Cues(table.get(name, {})) for name in _GROUPS}
    return Wording(
        weighty=cues["weighty"],
        idioms=cues["idioms"],
        matter=cues["matter"],
        empty=cues["empty"],
        furniture=cues["furniture"],
        dated=cues["dated"],
        function=frozenset(map(fold, [*table.get("words", {}).get("function", []), *_stopwords(language)])),
        numbers=_numbers(lexicons.table(language, "durations").get("numbers", {})),
        reference=_reference(before),
        known=bool(table),
    )


def _stopwords(language: str) -> list[str]:
    return list(lexicons.table(language, "language").get("stopwords", []))


def _numbers(table: dict[str, Any]) -> dict[str, str]:
    """Number words, those for one aside: they are articles as well."""
    return {fold(word): number for number, words in table.items() if number != "1" for word in words}


def _reference(before: list[str]) -> re.Pattern[str] | None:
    """Numbers of clauses: behind "section", "§" and the like."""
    named = "|".join(re.escape(fold(word)) for word in sorted(before, key=len, reverse=True))
    return re.compile(rf"(?:§§?|\b(?:{named})\b\.?)\s*+\d+(?:[.\-–]\d+)*+[a-z]?\b") if before else None


def read(text: str, language: str) -> Saying:
    """The sentence as it is weighed."""
    known = wording(language)
    folded = fold(text)
    plain = spelt_out(_ADDRESS.sub(" ", unnumbered(folded)))
    if known.reference:
        plain = known.reference.sub(" § ", plain)
    words = _standard_words(plain, known)
    measured, rest = _measured(plain, language)
    numbers = measured | {word for word in _standard_words(rest, known) if word[0].isdigit()}
    return Saying(text, folded, tuple(words), numbers, _content(words, known))


def _standard_words(plain: str, known: Wording) -> list[str]:
    words: list[str] = []
    for word in _WORD.findall(plain):
        word = known.numbers.get(word, word)
        word = _THOUSANDS.sub("", word) if word[0].isdigit() else word
        if not (words and word[0].isdigit() and words[-1] == word):  # "ten (10)"
            words.append(word)
    return words


def _measured(plain: str, language: str) -> tuple[frozenset[str], str]:
    """The periods of time in one spelling each, and the text without them; working days stay as written."""
    found = [period for period in periods(plain, language) if not period.business]
    rest, at = [], 0
    for period in found:
        rest.append(plain[at : period.start])
        at = max(at, period.end)
    return frozenset(canonical(period.iso) for period in found), " ".join([*rest, plain[at:]])


def stems(text: str, language: str) -> frozenset[str]:
    """The stems of the words that carry meaning, addresses and all: quicker than ``read``."""
    return _content(_WORD.findall(fold(text)), wording(language))


def _content(words: Iterable[str], known: Wording) -> frozenset[str]:
    return frozenset(
        word[:_STEM]
        for word in set(words) - known.function
        if not word[0].isdigit() and (len(word) > 2 or ord(word[0]) > 0x2E80)
    )


def weights(saying: Saying, language: str) -> Counter[str]:
    """How often each group of weighty words occurs, idioms aside."""
    known = wording(language)
    folded = spelt_out(saying.folded)
    idioms = [(hit.start, hit.end) for hit in known.idioms.scan(folded)]
    found: Counter[str] = Counter()
    last = -1
    for hit in known.weighty.scan(folded):
        if hit.start >= last and not any(start <= hit.start and hit.end <= end for start, end in idioms):
            found[hit.name] += 1
            last = hit.end
    return found


def matters(saying: Saying, language: str) -> bool:
    """Whether it speaks of people's data, of what is done with them, or of people's rights."""
    known = wording(language)
    return known.matter.first(saying.folded) is not None if known.known else len(saying.content) >= 4


def names(saying: Saying) -> frozenset[str]:
    """Names of services in it, folded: known ones, and words with a capital inside ("HubSpot")."""
    known = {fold(mention.service.name) for mention in gazetteer.mentions(saying.text, saying.folded)}
    return frozenset(known | {fold(word) for word in _INNER_CAPITAL.findall(saying.text)})


def is_date_line(saying: Saying, language: str) -> bool:
    """Whether it tells nothing but the policy's own date or version."""
    if not saying.numbers or len(saying.words) > _DATE_WORDS:
        return False
    dated = wording(language).dated.first(saying.folded) is not None
    bare = len(saying.words) <= 4 and any(_YEAR.fullmatch(number) for number in saying.numbers)
    return dated or bare


def is_furniture(saying: Saying, language: str) -> bool:
    """Whether it is a part of the page and not of the policy."""
    short = len(saying.words) <= 12
    return short and ("©" in saying.text or wording(language).furniture.first(saying.folded) is not None)


def language_of(words: Iterable[str], usual: str) -> str:
    """The language of which by far the most small words occur; ``usual`` where that cannot be told."""
    found = frozenset(words)
    counts = {name: len(found & wording(name).function) for name in lexicons.languages()}
    best = max(sorted(counts), key=counts.__getitem__, default=usual)
    return best if counts.get(best, 0) >= 3 and counts[best] > 2 * counts.get(usual, 0) else usual
