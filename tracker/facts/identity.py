"""Reads whose policy it is (kind ``controller``) and how to reach them (kind ``contact``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracker.facts import names
from tracker.facts.author import MAIL, Found
from tracker.facts.candidates import words_of
from tracker.facts.cues import Cues, fold
from tracker.facts.reading import Reading, Unit
from tracker.model import Fact

_INTRODUCTION = 400  # characters at the end of a paragraph that may introduce its list
_PORTAL = re.compile(
    r"(?<![\w@./-])(?<!@ )(?:https?://)?((?:[\w-]{1,63}\.){1,4}[a-z]{2,12}(?:/[\w./~-]{1,200})?)(?![\w@])"
)


def read(reading: Reading) -> Iterable[Fact]:
    """Controllers and contacts."""
    return [*_controllers(reading), *_contacts(reading), *_representatives(reading), *_portals(reading)]


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


def _representatives(reading: Reading) -> Iterator[Fact]:
    """Companies with a legal form that are named as the representative, in a sentence or under a lead-in."""
    cues = reading.cues("identity", "appointed")
    small = words_of(reading.language).small
    for unit in reading.units:
        hit = cues.first(unit.folded)
        led_in = unit.lead is not None and cues.first(_introduction(reading, unit.lead))
        if not (hit or led_in) or (hit and hit.name == "not"):
            continue
        start = unit.start + (hit.end if hit and hit.name == "before" else 0)
        name = next(
            (n for n in names.spans(reading.document.text, start, unit.end, small) if n.has_form), None
        )
        if name is not None:
            key = reading.document.text[slice(*name.full)]
            cue = f"{reading.language}/identity: representative"
            yield Fact("contact", key, {"for": "representative"}, (reading.unit_evidence(unit),), cue)


def _introduction(reading: Reading, lead: Unit) -> str:
    """The whole paragraph that introduces a list, of which the lead-in is the last sentence."""
    return fold(reading.document.words(reading.document.blocks[lead.block])[-_INTRODUCTION:])


def _portals(reading: Reading) -> Iterator[Fact]:
    """Addresses of sites, written out, at which requests are made."""
    cues = reading.cues("identity", "portal")
    for unit in reading.units:
        hit = cues.first(unit.folded)
        match = _PORTAL.search(unit.folded, hit.end) if hit else None
        if match:
            cue = f"{reading.language}/identity: portal"
            key = match[1].rstrip("./")
            yield Fact("contact", key, {"for": "privacy"}, (reading.unit_evidence(unit),), cue)
