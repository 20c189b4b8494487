"""Reads what a company binds itself to (answer in time, announce changes, report breaches, suffer audits,
delete after the contract), with the period where one is stated, and the age below which the service is not
for a person.

A commitment counts where all parts of its frame, each a list of cues in
``lexicons/<lang>/commitments.toml``, stand in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from tracker import lexicons
from tracker.facts.cues import Hit
from tracker.facts.durations import Period, periods
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Fact

# What must stand in one sentence, and what must not, by the names of the lexicon's cues
_FRAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "notice_of_change": (("notice", "change"), ("breach", "customer_asks")),
    "response_time": (("answer", "request"), ("customer_asks", "breach")),
    "breach_notice": (("breach", "notice"), ()),
    "audit": (("audit",), ()),
    "deletion_after_contract": (("deletion", "after_contract"), ()),
}
_TIMED = frozenset({"response_time", "notice_of_change"})  # nothing is promised without a period
_OTHERWISE = frozenset({"keep", "lookback", "extension", "objection"})
_BESIDE = 12  # characters between a period and a word that gives it another meaning
_REACH = 220  # characters between the words of a frame and the period
_MOST = 20  # periods or ages looked at in one sentence; honest ones hold fewer
_TOUCHING = 3  # characters between an age and the word that makes it one
_AGES = range(5, 26)


def read(reading: Reading) -> Iterable[Fact]:
    """Facts of kind ``commitment`` (attribute ``value``: ISO duration) and ``age_limit`` (key: years)."""
    units = [unit for unit in reading.units if unit.kind is not BlockKind.HEADING]
    commitments = [fact for unit in units for fact in _commitments(reading, unit)]
    valued = {fact.key for fact in commitments if fact.attributes}
    yield from (fact for fact in commitments if fact.attributes or fact.key not in valued)
    for unit in units:
        yield from _ages(reading, unit)


def _commitments(reading: Reading, unit: Unit) -> Iterator[Fact]:
    times = periods(unit.folded, reading.language)[:_MOST]
    untimed = reading.cues("commitments", "untimed").scan(unit.folded)
    if not times and not untimed:
        return
    hits = [*untimed, *reading.cues("commitments", "cues").scan(unit.folded)]
    names = {hit.name for hit in hits}
    times = (
        periods(unit.folded, reading.language)
        if names & {"answer", "notice", "breach", "after_contract", "audit"}
        else ()
    )
    taken: set[int] = set()  # where the periods already told of begin
    for key, (parts, without) in _FRAMES.items():
        frame = [hit for part in parts for hit in hits if hit.name == part]
        if not names.issuperset(parts) or not names.isdisjoint(without):
            continue
        time = _period(frame, times, hits)
        if (time and time.start not in taken) or (not time and key not in _TIMED):
            taken |= {time.start} if time else set()
            yield _fact(reading, unit, key, frame, time)


def _period(frame: list[Hit], times: tuple[Period, ...], hits: list[Hit]) -> Period | None:
    """The commitment's period: the first near its words that no word of another meaning stands beside."""
    others = [hit for hit in hits if hit.name in _OTHERWISE]
    for time in times:
        near = any(_gap(time, hit) <= _REACH for hit in frame)
        if near and time.iso[-1] != "Y" and not any(_turns(other, time) for other in others):
            return time
    return None


def _turns(other: Hit, time: Period) -> bool:
    """Whether the word makes the period something else; after it "prior notice" and "may be extended" do
    not.
    """
    follows = other.name in ("extension", "lookback") and other.start >= time.end
    return _gap(time, other) <= _BESIDE and not follows


def _gap(time: Period, hit: Hit) -> int:
    return max(time.start - hit.end, hit.start - time.end, 0)


def _fact(reading: Reading, unit: Unit, key: str, frame: list[Hit], time: Period | None) -> Fact:
    value = {"value": time.iso} if time else {}
    days = {"days": "business"} if time and time.business else {}
    cues = " + ".join(repr(cue) for cue in dict.fromkeys(hit.name for hit in frame))
    evidence = (reading.unit_evidence(unit),)
    return Fact("commitment", key, value | days, evidence, f"{reading.language}/commitments: {cues}")


def _ages(reading: Reading, unit: Unit) -> Iterator[Fact]:
    """Ages beside a word of age, where the sentence speaks of age: "under 13", "16 Jahre alt"."""
    numbers = _numbers(unit.folded, reading.language)
    hits = reading.cues("commitments", "ages").scan(unit.folded) if numbers else []
    names = {hit.name for hit in hits}
    if "child" not in names or "not" in names:
        return
    seen: set[int] = set()
    for start, end, years in numbers:
        beside = [
            hit
            for hit in hits
            if (hit.name == "before" and 0 <= start - hit.end <= _TOUCHING)
            or (hit.name == "after" and 0 <= hit.start - end <= _TOUCHING)
        ]
        if beside and years not in seen:
            seen.add(years)
            why = f"{reading.language}/commitments: {beside[0].cue!r} beside the number"
            yield Fact("age_limit", str(years), {}, (reading.unit_evidence(unit),), why)


def _numbers(folded: str, language: str) -> list[tuple[int, int, int]]:
    """Numbers that may be an age, in figures or words: start, end, value."""
    regex, values = _age_words(language)
    found = [
        (match.start(), match.end(), int(match["figure"] or values[match["word"]]))
        for match in islice(regex.finditer(folded), _MOST)
    ]
    return [one for one in found if one[2] in _AGES]


@cache
def _age_words(language: str) -> tuple[re.Pattern[str], dict[str, int]]:
    table = lexicons.table(language, "commitments").get("age_words", {})
    values = {form: int(value) for value, forms in table.items() for form in forms}
    words = "|".join(sorted(map(re.escape, values), key=lambda form: (-len(form), form))) or "(?!)"
    return re.compile(
        rf"(?<![\w.,])(?:(?P<figure>\d{{1,2}})(?![\w.,]\d)|(?P<word>{words})(?:\s?\(\d\d\))?)(?!\w)"
    ), values
