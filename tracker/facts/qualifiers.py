"""What qualifies a right: who has it, on what condition, how soon, at what cost, and how it is asked for.

The lexicon's tables name each value and its cues: ``[scope]`` ("EEA", "California" ...), ``[condition]``
("technically_feasible" ...), ``[fee]`` ("free", "free_first", "reasonable") and, for the deadline,
``[deadline] within``: what stands before the period. Values, not words, so that a reworded or translated
policy has the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.facts.durations import periods
from tracker.facts.reading import Reading, Unit

_GAP = 12  # characters between "within" and the period ("within a maximum of 30 days")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


@dataclass(frozen=True, slots=True)
class Qualifiers:
    """The qualifiers of one statement; empty where it has none."""

    scope: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    deadline: str = ""  # ISO 8601
    fee: str = ""
    channel: str = ""


def read(reading: Reading, unit: Unit) -> Qualifiers:
    """The qualifiers in the sentence, in its lead-ins, and, for the scope, in the headings above it."""
    texts = [unit.folded, *_leads(unit)]
    titles = [reading.headings[section] for section in reading.section_path(unit)]
    address = _ADDRESS.search(unit.folded)
    fee = reading.cues("rights", "fee").first(unit.folded)
    return Qualifiers(
        _scope(reading, [texts[0]]) or _scope(reading, texts[1:]) or _scope(reading, titles),
        tuple(sorted({hit.name for text in texts for hit in reading.cues("rights", "condition").scan(text)})),
        _deadline(reading, unit.folded),
        fee.name if fee else "",
        address[0] if address else "",
    )


def merged(all_of_them: Sequence[Qualifiers]) -> Mapping[str, str | tuple[str, ...]]:
    """The attributes of a right stated in several places."""
    scopes = [one.scope for one in all_of_them]
    attributes: dict[str, str | tuple[str, ...]] = {}
    if all(scopes):
        attributes["scope"] = tuple(sorted({name for scope in scopes for name in scope}))
    conditions = tuple(sorted({name for one in all_of_them for name in one.conditions}))
    if conditions:
        attributes["conditions"] = conditions
    for name in ("deadline", "fee", "channel"):
        value = next((value for one in all_of_them if (value := getattr(one, name))), "")
        if value:
            attributes[name] = value
    return attributes


def _deadline(reading: Reading, folded: str) -> str:
    """The first period that stands right after words like "within"."""
    ends = [hit.end for hit in reading.cues("rights", "deadline").scan(folded)]
    found = periods(folded, reading.language) if ends else ()
    return next((one.iso for one in found if any(0 <= one.start - end <= _GAP for end in ends)), "")


def _leads(unit: Unit) -> list[str]:
    found: list[str] = []
    lead = unit.lead
    while lead is not None and len(found) < 3:
        found.append(lead.folded)
        lead = lead.lead
    return found


def _scope(reading: Reading, texts: Sequence[str]) -> tuple[str, ...]:
    cues = reading.cues("rights", "scope")
    return tuple(sorted({hit.name for text in texts for hit in cues.scan(text)}))
