"""Reads when a policy was last updated and since when it applies, in any written form of a date.

``lexicons/<lang>/dates.toml`` holds the names of months, the order of numeric dates ("dmy" or "mdy", used
where nothing in the document settles it) and the cues that say which date it is; other dates in the body
are no facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice

from tracker import lexicons
from tracker.facts.cues import Hit
from tracker.facts.reading import Reading, Unit
from tracker.model import Fact

_NEAR = 60  # characters between a label and its date
_SHORT = 110  # characters; in a longer sentence the policy itself must be named
_MOST = 20  # dates looked at in one sentence
_TOP = 8  # units from the start among which a bare date is the policy's
_DECOR = re.compile(r"[\W_]*(?:\d{1,2}(?:\.\d{1,2})?)?[\W_]*")  # a version's number is no other word
_FILLERS = r"(?:\s?(?:[.,]|of|de|del|дня)\s?|\s)"


@dataclass(frozen=True, slots=True)
class Written:
    """A date found: its span in the text searched and its ISO form, ``2024-06-02`` or ``2024-06`` without a
    day.
    """

    start: int
    end: int
    iso: str


@dataclass(frozen=True, slots=True)
class _Months:
    numbers: dict[str, int]
    regex: re.Pattern[str]


@cache
def _months(language: str) -> _Months:
    numbers = {
        form: int(number)
        for code in dict.fromkeys(("en", language))
        for number, forms in lexicons.table(code, "dates").get("months", {}).items()
        for form in forms
    }
    name = "|".join(sorted(map(re.escape, numbers), key=lambda form: (-len(form), form)))
    regex = re.compile(
        rf"(?<!\d)[«\"“]?(?P<d1>\d{{1,2}})[»\"”]?(?:st|nd|rd|th|er|º|ª|\.)?{_FILLERS}{{0,2}}(?P<m1>{name})\.?,?"
        rf"{_FILLERS}{{1,2}}(?P<y1>\d{{4}})(?!\d)"
        rf"|(?<![^\W\d_])(?P<m2>{name})\.?\s{{1,2}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}}(?P<y2>\d{{4}})(?!\d)"
        rf"|(?<![^\W\d_])(?P<m3>{name})\.?,?{_FILLERS}{{1,2}}(?P<y3>\d{{4}})(?!\d)"
        r"|(?<![\d./-])(?P<y4>(?:19|20)\d\d)[-./](?P<m4>\d{1,2})[-./](?P<d4>\d{1,2})(?![\d/-])"
        r"|(?P<y5>20\d\d)\s?年\s?(?P<m5>\d{1,2})\s?月\s?(?P<d5>\d{1,2})\s?日"
        r"|(?<![\d./-])(?P<m7>0[1-9]|1[0-2])[/.](?P<y7>20\d\d)(?![\d/-])"
        r"|(?<![\d./-])(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<y6>(?:19|20)\d\d|\d\d)(?![\d/-])"
    )
    return _Months(numbers, regex)


def dates(folded: str, language: str, order: str = "") -> Iterator[Written]:
    """The dates in a folded text; ``order`` ("dmy", "mdy") reads numeric ones that could be either, else
    the language's.
    """
    months = _months(language)
    order = order or lexicons.table(language, "dates").get("order", "dmy")
    for match in months.regex.finditer(folded):
        parts = _parts(match, months.numbers, order)
        if parts and (iso := _iso(*parts)):
            yield Written(match.start(), match.end(), iso)


def _parts(match: re.Match[str], numbers: dict[str, int], order: str) -> tuple[int, int, int] | None:
    """Year, month and day (0 where none is given)."""
    for form in "123":
        if match[f"y{form}"]:
            day = match[f"d{form}"] if form != "3" else "0"
            return int(match[f"y{form}"]), numbers[match[f"m{form}"]], int(day)
    for form in "45":
        if match[f"y{form}"]:
            return int(match[f"y{form}"]), int(match[f"m{form}"]), int(match[f"d{form}"])
    if match["y7"]:
        return int(match["y7"]), int(match["m7"]), 0
    first, second, year = int(match["a"]), int(match["b"]), int(match["y6"])
    year = year + 2000 if year < 100 else year
    month_first = second > 12 or (match["sep"] != "." and order == "mdy" and first <= 12)
    return (year, first, second) if month_first else (year, second, first)


def _iso(year: int, month: int, day: int) -> str:
    try:
        read = date(year, month, day or 1)
    except ValueError:
        return ""
    if not 1990 <= year <= 2100:
        return ""
    return read.isoformat() if day else read.isoformat()[:7]


def read(reading: Reading) -> Iterable[Fact]:
    """Facts of kind ``date``: at most one ``last_updated`` and one ``effective``, the first of each."""
    order = _order(reading)
    found: dict[str, Fact] = {}
    for fact in _labelled(reading, order):
        found.setdefault(fact.key, fact)
    if "last_updated" not in found:
        fallback = next(_bare(reading, order), None) or _changelog(reading, order)
        if fallback and not ("effective" in found and _same_day(fallback, found["effective"])):
            found["last_updated"] = fallback
    return found.values()


def _same_day(one: Fact, other: Fact) -> bool:
    return one.attribute("value") == other.attribute("value")


def _order(reading: Reading) -> str:
    """Which of day and month comes first, by a numeric date that leaves no choice; else ""."""
    for match in re.finditer(
        r"(?<![\d./-])(\d{1,2})[/-](\d{1,2})[/-](?:20)?\d\d(?![\d/-])", reading.document.text
    ):
        first, second = int(match[1]), int(match[2])
        if 12 < first <= 31 and second <= 12:
            return "dmy"
        if 12 < second <= 31 and first <= 12:
            return "mdy"
    return ""


def _labelled(reading: Reading, order: str) -> Iterator[Fact]:
    labels = reading.cues("dates", "labels")
    waiting: tuple[Hit, int] | None = None  # a label whose date stands in the next line
    for number, unit in enumerate(reading.units):
        hits = labels.scan(unit.folded)
        hits = hits if hits and _of_policy(reading, unit) else []
        written = list(islice(dates(unit.folded, reading.language, order), _MOST)) if hits or waiting else []
        if waiting and number == waiting[1] + 1 and not hits and written and written[0].start <= 3:
            yield _fact(reading, unit, None, written[0], waiting[0].name)
        for one in written:
            hit = _label_of(one, hits)
            if hit:
                yield _fact(reading, unit, hit, one, hit.name)
        waiting = (hits[-1], number) if hits and not written and len(unit.folded) <= _NEAR else None


def _label_of(written: Written, hits: list[Hit]) -> Hit | None:
    """The nearest label before the date, else one right after it."""
    before = [hit for hit in hits if 0 <= written.start - hit.end <= _NEAR]
    after = [hit for hit in hits if 0 <= hit.start - written.end <= _NEAR // 3]
    return max(before, key=lambda hit: hit.end, default=None) or min(
        after, key=lambda hit: hit.start, default=None
    )


def _of_policy(reading: Reading, unit: Unit) -> bool:
    """Whether a label in the unit speaks of this document and not of a law or something in its body."""
    if reading.cues("dates", "other").first(unit.folded) is not None:
        return False
    return len(unit.folded) <= _SHORT or reading.cues("dates", "document").first(unit.folded) is not None


def _bare(reading: Reading, order: str) -> Iterator[Fact]:
    """A date that is all of a line near the top, or of the last line."""
    units = reading.units
    for unit in [*units[:_TOP], *units[-1:]]:
        for one in dates(unit.folded, reading.language, order):
            rest = unit.folded[: one.start] + unit.folded[one.end :]
            rest = _without(rest, reading.cues("dates", "decoration").scan(rest))
            if _DECOR.fullmatch(rest):
                yield _fact(reading, unit, None, one, "last_updated")


def _without(text: str, hits: list[Hit]) -> str:
    for hit in reversed(hits):
        text = text[: hit.start] + text[hit.end :]
    return text


def _changelog(reading: Reading, order: str) -> Fact | None:
    """The newest entry under a heading that says "change log"."""
    cues = reading.cues("dates", "changelog")
    sections = {number for number, heading in enumerate(reading.headings) if cues.first(heading)}
    entries = [
        (one.iso, -unit.start, unit, one)
        for unit in reading.units
        if sections and not sections.isdisjoint(reading.section_path(unit))
        for one in dates(unit.folded, reading.language, order)
        if one.start <= 12
    ]
    if not entries:
        return None
    _, _, unit, one = max(entries, key=lambda entry: entry[:2])
    return _fact(reading, unit, None, one, "last_updated")


def _fact(reading: Reading, unit: Unit, hit: Hit | None, written: Written, key: str) -> Fact:
    start, end = written.start, written.end
    if hit:
        start, end = min(hit.start, start), max(hit.end, end)
    evidence = reading.evidence(unit.start + start, unit.start + end, unit.section)
    why = f"label {hit.cue!r}" if hit else "a date by itself"
    return Fact("date", key, {"value": written.iso}, (evidence,), f"{reading.language}/dates: {why}")
