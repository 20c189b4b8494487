"""Reads how long data are kept: stated periods, and criteria such as "until the purpose is fulfilled".

A period counts where the word that governs it, the nearest one, is a word of keeping, deleting or expiring,
or where its table column, lead-in or heading speaks of retention; response times, notices and look-backs
have words of their own in ``lexicons/<lang>/retention.toml`` and win by the same nearness.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.facts.cues import Hit
from tracker.facts.durations import Period, periods
from tracker.facts.reading import Reading, Unit
from tracker.facts.subjects import subject
from tracker.model import BlockKind, Fact

_WEAK = frozenset({"process", "asked"})  # words that govern no period
KEEPING = frozenset({"keep", "delete", "deletion", "expire", "noun"})
_REACH = 250  # characters between a period and the word that governs it
_ALTERNATIVE = 60  # characters between a period and another that shares its frame
_MOST = 20  # periods looked at in one sentence; honest ones hold fewer
_SHORT = 160  # characters; a longer line under a heading says too much else
_BESIDE = 25  # characters between a period and its bound


@dataclass(frozen=True, slots=True)
class _Found:
    fact: Fact
    reference: bool  # "this 30-day period": speaks of a period that is stated elsewhere


def read(reading: Reading) -> Iterable[Fact]:
    """Facts of kind ``retention``: one for each stated period or criterion and what is kept."""
    found = [one for unit in reading.units for one in _in_unit(reading, unit)]
    stated = {one.fact.key for one in found if not one.reference}
    seen: set[str] = set()
    for one in found:
        if not one.reference or one.fact.key not in stated | seen:
            seen.add(one.fact.key)
            yield one.fact


def _in_unit(reading: Reading, unit: Unit) -> Iterator[_Found]:
    times = periods(unit.folded, reading.language)[:_MOST]
    criteria = _outermost(reading.cues("retention", "criteria").scan(unit.folded))
    lasting = _outermost(reading.cues("retention", "lasting").scan(unit.folded))
    if not (times or criteria or lasting):
        return
    hits = _governors(reading, unit)
    frame: Hit | str | None = None
    for number, time in enumerate(times):
        before = times[number - 1].end if number else 0
        if not (frame and number and _alternative(hits, before, time.start)):
            frame = _frame(reading, unit, time, hits)
        if isinstance(frame, Hit) or (frame and unit.kind is not BlockKind.HEADING):
            yield _stated(reading, unit, time, frame, before)
    seen: set[str] = set()
    for hit in [*lasting, *criteria] if unit.kind is not BlockKind.HEADING else ():
        frame = _criterion_frame(
            reading, unit, hit, hits, KEEPING | {"process"} if hit in lasting else KEEPING
        )
        if frame is not None and hit.name not in seen:
            seen.add(hit.name)
            yield _Found(_criterion(reading, unit, hit, frame), False)


def _alternative(hits: list[Hit], start: int, end: int) -> bool:
    """Whether a second period follows the first as its alternative: "one year, or six in case of dispute"."""
    return end - start <= _ALTERNATIVE and not any(
        start <= hit.start < end for hit in hits if hit.name not in _WEAK
    )


def _governors(reading: Reading, unit: Unit) -> list[Hit]:
    """What may govern a period in the sentence; where it speaks of answering, "deletion" is what is asked
    for.
    """
    hits = _outermost(reading.cues("retention", "cues").scan(unit.folded))
    answering = any(hit.name == "response" for hit in hits)
    return [hit for hit in hits if not (answering and hit.name == "deletion")]


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Hits without those inside a longer one: "request to delete" speaks of a request."""
    kept: list[Hit] = []
    for hit in hits:  # by start, longest first
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _frame(reading: Reading, unit: Unit, time: Period, hits: list[Hit]) -> Hit | str | None:
    """What makes the period one of retention: a hit in the sentence, or the name of its surroundings; else
    None.
    """
    if _adjacent(reading, unit, time):
        return None
    governor = _nearest(time, hits)
    if _header(reading, unit):
        return governor if governor and governor.name in KEEPING else "header"
    if governor is not None:
        return governor if governor.name in KEEPING else None
    if _lead_keeps(reading, unit):
        return "lead"
    if len(unit.folded) <= _SHORT and _heading(reading, unit) and _linked(reading, unit, time):
        return "heading"
    return None


def _adjacent(reading: Reading, unit: Unit, time: Period) -> bool:
    """Whether words right beside the period make it something else ("the last 12 months", "16 years of
    age").
    """
    hits = reading.cues("retention", "beside").scan(unit.folded)
    return any(
        (hit.name == "before" and 0 <= time.start - hit.end <= 2)
        or (hit.name == "after" and 0 <= hit.start - time.end <= 2)
        for hit in hits
    )


def _nearest(time: Period, hits: list[Hit]) -> Hit | None:
    def gap(hit: Hit) -> int:
        return max(time.start - hit.end, hit.start - time.end, 0)

    near = [hit for hit in hits if hit.name not in _WEAK and gap(hit) <= _REACH]
    return min(near, key=lambda hit: (gap(hit), hit.name in KEEPING, hit.start), default=None)


def _header(reading: Reading, unit: Unit) -> bool:
    return bool(unit.header) and reading.cues("retention", "headers").first(unit.header) is not None


def _lead_keeps(reading: Reading, unit: Unit) -> bool:
    lead = unit.lead
    while lead is not None:
        hits = _governors(reading, lead)
        if hits and unit.cell < 0:
            return next((hit.name for hit in reversed(hits) if hit.name != "asked"), "") in KEEPING
        lead = lead.lead
    return False


def _heading(reading: Reading, unit: Unit) -> bool:
    cues = reading.cues("retention", "headings")
    return any(cues.first(reading.headings[section]) for section in reading.section_path(unit))


def _linked(reading: Reading, unit: Unit, time: Period) -> bool:
    """Whether the period stands as a value: at the line's start, after a colon or dash, or after its
    preposition.
    """
    left = unit.folded[: time.start].rstrip()
    if not left or left[-1] in ":–—-(":
        return True
    links = reading.cues("retention", "links").scan(unit.folded)
    return any(0 <= time.start - hit.end <= _BESIDE for hit in links) or any(
        0 <= time.start - hit.end <= 2 for hit in _bounds(reading, unit)
    )


def _bounds(reading: Reading, unit: Unit) -> list[Hit]:
    return reading.cues("retention", "bounds").scan(unit.folded)


def _bound(reading: Reading, unit: Unit, time: Period) -> str:
    for hit in reversed(_bounds(reading, unit)):
        before = 0 <= time.start - hit.end <= _BESIDE and not _parted(unit.folded, hit.end, time.start)
        after = 0 <= hit.start - time.end <= 3 and not _parted(unit.folded, time.end, hit.start)
        if before or after:
            return hit.name
    return "exact"


def _parted(text: str, start: int, end: int) -> bool:
    return bool(re.search(r"[.,;:|]", text[start:end]))


def _stated(reading: Reading, unit: Unit, time: Period, frame: Hit | str, since: int) -> _Found:
    attributes = {
        "subject": subject(
            reading, unit, frame if isinstance(frame, Hit) else None, (time.start, time.end), since
        ),
        "bound": _bound(reading, unit, time),
        "trigger": _trigger(reading, unit, time),
    }
    named = f"{frame.name} {frame.cue!r}" if isinstance(frame, Hit) else frame
    fact = Fact(
        "retention",
        time.iso,
        {name: value for name, value in attributes.items() if value},
        (reading.unit_evidence(unit),),
        f"{reading.language}/retention: {unit.folded[time.start : time.end]!r} in frame {named}",
    )
    pointing = reading.cues("retention", "references").scan(unit.folded)
    return _Found(fact, any(0 <= time.start - hit.end <= 2 for hit in pointing))


def _trigger(reading: Reading, unit: Unit, time: Period) -> str:
    """What the period runs from, as written: "after termination of the contract"."""
    for hit in reading.cues("retention", "triggers").scan(unit.folded):
        if 0 <= hit.start - time.end <= 3:
            words = re.split(r"[.,;:()|]| - | – ", unit.folded[hit.start : hit.start + 80])[0]
            return words.strip()
    return ""


def _asked_for(reading: Reading, unit: Unit, hits: list[Hit]) -> bool:
    """Whether the sentence or its lead-in tells what a person may ask for: deletion there is no promise."""
    leads = _governors(reading, unit.lead) if unit.lead else []
    return any(hit.name == "asked" for hit in (*hits, *leads))


def _criterion_frame(
    reading: Reading, unit: Unit, hit: Hit, hits: list[Hit], frames: frozenset[str]
) -> Hit | str | None:
    """The word of keeping that the criterion belongs to, or the name of its surroundings; else None."""
    if _header(reading, unit):
        return "header"
    if _asked_for(reading, unit, hits):
        frames -= {"delete", "deletion"}
    keeping = [other for other in hits if other.name in frames]
    if keeping:
        return min(keeping, key=lambda other: (abs(other.start - hit.start), other.start))
    if _lead_keeps(reading, unit):
        return "lead"
    return "heading" if _heading(reading, unit) else None


def _criterion(reading: Reading, unit: Unit, hit: Hit, frame: Hit | str) -> Fact:
    what = subject(reading, unit, frame if isinstance(frame, Hit) else None, (hit.start, hit.end), 0)
    named = f"{frame.name} {frame.cue!r}" if isinstance(frame, Hit) else frame
    return Fact(
        "retention",
        f"until:{hit.name}",
        {"subject": what} if what else {},
        (reading.unit_evidence(unit),),
        f"{reading.language}/retention: {hit.cue!r} in frame {named}",
    )
