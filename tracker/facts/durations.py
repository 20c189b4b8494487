"""Periods of time as people write them: "ninety (90) days", "шести месяцев", "zwölf Monate", "a 24-month
period".

``lexicons/<lang>/durations.toml`` holds the language's words: ``[numbers]`` value -> forms, ``[units]`` one
of H D W M Y -> forms ("*" is any ending), ``[whole]`` ISO duration -> words that say number and unit at
once ("полгода"), ``qualifiers`` that may stand between number and unit, ``business`` those of them that
mean working days, ``joins`` the words between the parts of "1 year and 6 months".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from tracker import lexicons

_UNITS = "YMWDH"
_LONGEST = {"Y": 150, "M": 600, "W": 600, "D": 9_999, "H": 9_999}
_DASH = r"\-\u2010\u2011\u2012\u2013"
_ALTERNATIVE = 30  # characters before a period in which another number of the same unit may stand


@dataclass(frozen=True, slots=True)
class Period:
    """A period found: its span in the text searched and its ISO 8601 duration; ``business`` days are
    working days.
    """

    start: int
    end: int
    iso: str
    business: bool = False


@dataclass(frozen=True, slots=True)
class _Grammar:
    regex: re.Pattern[str]
    words: re.Pattern[str]  # a number in words
    numbers: dict[str, int]
    units: tuple[tuple[str, re.Pattern[str]], ...]
    whole: dict[str, str]
    business: re.Pattern[str]
    join: re.Pattern[str]
    alternative: re.Pattern[str]  # "six or", before "ten years"


def _one_of(words: Iterable[str]) -> str:
    forms = sorted(
        {re.escape(word).replace(r"\*", r"\w*") for word in words}, key=lambda form: (-len(form), form)
    )
    return "(?:" + "|".join(forms) + ")" if forms else "(?!)"


@cache
def _grammar(language: str) -> _Grammar:
    table = lexicons.table(language, "durations")
    numbers = {form: int(value) for value, forms in table.get("numbers", {}).items() for form in forms}
    units = table.get("units", {})
    whole = {form: iso for iso, forms in table.get("whole", {}).items() for form in forms}
    word = _one_of(numbers)
    number = rf"(?:\d{{1,4}}(?:[.,]5)?|{word}(?:[ {_DASH}]?{word}){{0,2}})"
    bracket = rf"(?:\s{{0,3}}\(\s?(?:\d{{1,4}}|{word}(?:[ {_DASH}]?{word}){{0,2}})\s?\))?"
    qualifier = rf"(?:[\s{_DASH}]{{1,2}}{_one_of(table.get('qualifiers', ()))}){{0,2}}"
    business = _one_of(table.get("business", ()))
    unit = _one_of(form for forms in units.values() for form in forms)
    regex = (
        rf"(?<![\w.,§])(?:\(?(?P<number>{number})\)?{bracket}(?P<qualifier>{qualifier})"
        rf"[\s{_DASH}]{{0,2}}(?P<unit>{unit})(?P<after>\s{{1,2}}{business})?|(?P<whole>{_one_of(whole)}))(?!\w)"
    )
    return _Grammar(
        re.compile(regex),
        re.compile(word),
        numbers,
        tuple((code, re.compile(_one_of(units.get(code, ())))) for code in _UNITS),
        whole,
        re.compile(business),
        re.compile(rf"\s{_one_of(table.get('joins', ()))}\s"),
        re.compile(
            rf"(?<![\w.,§])(?P<first>\d{{1,3}}|{word})\s{_one_of(table.get('alternatives', ()))}\s\(?$"
        ),
    )


@lru_cache(maxsize=2048)  # several readers look at the same sentences
def periods(folded: str, language: str) -> tuple[Period, ...]:
    """The periods of time in a folded text, in order; "1 year and 6 months" is one of P1Y6M."""
    grammar = _grammar(language)
    found: list[Period] = []
    for period in _single(folded, grammar):
        last = found[-1] if found else None
        joined = (
            last and grammar.join.fullmatch(folded, last.end, period.start) and _joined(last.iso, period.iso)
        )
        if last and joined:
            found[-1] = Period(last.start, period.end, joined)
        else:
            found.append(period)
    return tuple(found)


def _single(folded: str, grammar: _Grammar) -> Iterator[Period]:
    for match in grammar.regex.finditer(folded):
        if match["whole"]:
            yield Period(match.start(), match.end(), grammar.whole[match["whole"]])
            continue
        unit = next(code for code, forms in grammar.units if forms.fullmatch(match["unit"]))
        iso = _iso(_value(match["number"], grammar), unit)
        other = grammar.alternative.search(folded, max(0, match.start() - _ALTERNATIVE), match.start())
        if iso and other:
            first = _iso(_value(other["first"], grammar), unit)
            yield from [Period(other.start(), other.end(), first)] if first else []
        if iso:
            business = bool(match["after"] or grammar.business.search(match["qualifier"] + match["unit"]))
            yield Period(match.start(), match.end(), iso, business)


def _value(number: str, grammar: _Grammar) -> float:
    if number[0].isdigit():
        return float(number.replace(",", "."))
    total = 0
    for word in grammar.words.findall(number):
        value = grammar.numbers[word]
        total = max(total, 1) * value if value == 100 else total + value
    return total


def _iso(value: float, unit: str) -> str:
    if value != int(value):  # "1.5 years"
        smaller = {"Y": ("M", 12), "W": ("D", 7), "D": ("H", 24)}.get(unit)
        value, unit = (value * smaller[1], smaller[0]) if smaller else (0, unit)
    if not 0 < value <= _LONGEST[unit]:
        return ""
    return f"{'PT' if unit == 'H' else 'P'}{int(value)}{unit}"


def _joined(first: str, second: str) -> str:
    """ISO duration of both together where the second has the smaller unit, else ""."""
    units = _UNITS.index(first[-1]), _UNITS.index(second[-1])
    return first + second[1:] if units[0] < units[1] and "T" not in first + second else ""
