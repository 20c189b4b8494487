"""Reads whose policy it is (kind ``controller``) and how to reach them (kind ``contact``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracker.facts import names
from tracker.facts.author import MAIL, Found
from tracker.facts.cues import Cues
from tracker.facts.reading import Reading, Unit
from tracker.model import Fact


def read(reading: Reading) -> Iterable[Fact]:
    """Controllers and contacts."""
    return [*_controllers(reading), *_contacts(reading)]


def _controllers(reading: Reading) -> Iterator[Fact]:
    stated = reading.author.stated
    seen: dict[str, Found] = {}
    aliases: dict[str, set[str]] = {}
    units: dict[str, list[Unit]] = {}
    for found in stated:
        known = next((key for key, other in aliases.items() if names.same(found.name) in other | {key}), "")
        key = known or names.same(found.name)
        seen.setdefault(key, found)
        aliases.setdefault(key, set()).update(map(names.same, found.aliases))
        units.setdefault(key, []).append(found.unit)
    for key, found in seen.items():
        others = tuple(
            sorted({a for f in stated if names.same(f.name) == key for a in f.aliases} - {found.name})
        )
        evidence = tuple(sorted({reading.unit_evidence(unit) for unit in units[key]}))
        attributes = {"aliases": others} if others else {}
        yield Fact(
            "controller", found.name, attributes, evidence, f"{reading.language}/identity: {found.cue}"
        )


# --- contacts -------------------------------------------------------------------------------------------


def _contacts(reading: Reading) -> Iterator[Fact]:
    cues = reading.cues("identity", "contact")
    text = reading.document.text
    before = ""
    if "@" not in text:
        return
    for unit in reading.units:
        for match in MAIL.finditer(text, unit.start, unit.end):
            address = match[0].lower()
            purpose = _contact_for(address, unit.folded, before, cues, match.start() - unit.start)
            evidence = (reading.unit_evidence(unit),)
            yield Fact(
                "contact", address, {"for": purpose}, evidence, f"{reading.language}/identity: address"
            )
        before = unit.folded


def _contact_for(address: str, folded: str, before: str, cues: Cues, at: int) -> str:
    """What an address is for: its first word tells, else the nearest words, else the sentence before."""
    local = re.split(r"[@.+_-]", address)[0]
    told = cues.scan(f"{local} ")
    if told:
        return told[0].name
    near = cues.scan(folded)
    if near:
        return min(near, key=lambda hit: (hit.start > at, abs(hit.start - at))).name
    lead = cues.first(before)
    return lead.name if lead else "privacy"
