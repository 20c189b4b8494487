"""Reads where data go and on what ground they may: countries and regions of storage, recipients and
transfers, and the mechanisms of a transfer (adequacy, standard clauses, binding rules, Data Privacy
Framework, consent, derogation).

``lexicons/<lang>/transfers.toml``: a place counts where the nearest word of ``[cues]`` before it is one of
moving or storing data ("move"), or of a recipient ("recipient"), and a preposition of ``[places]`` leads to
it; other names in ``[cues]`` ("elsewhere": residence, applicable law, the company's own seat) win by the
same nearness.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from tracker.facts.countries import Place, places
from tracker.facts.cues import Hit
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Fact

_REACH = 260  # characters between the word that governs a place and the place
_AFTER = 80  # characters between the place and such a word after it
_BESIDES = 6  # characters beside each place in a line that names places alone
_DENIED = 130  # characters that "not yet recognised" reaches ahead
_STEP = 35  # characters between two places of one enumeration
_MOST = 60  # places looked at in one sentence; honest ones name fewer
_CELL = 120  # characters; a longer cell is prose
_ADDRESS = 140  # characters from a company's legal form to the country that ends its address
_ADDRESS_OF_COMPANY = re.compile(
    r"\b(?:Inc|LLC|Ltd|Limited|GmbH|mbH|KG|AG|SE|Corp|Corporation|S\.?A\.?S?|SARL|S\.à r\.l|B\.?V|N\.?V|plc"
    r"|PLC|Oy|AB|A/S|ApS|S\.?p\.?A|S\.?r\.?l|S\.?L|S\.C\.A|Pty|Pte|LP|PBC|Co|UAB|OÜ|Kft|OHG)\b\.?"
    r"(?: \([^()]{1,40}\))?"
    r"(?:[\s,(|–]{1,4}(?:[A-ZÀ-ÖØ-Þ\d][\w.’'/&#+-]*|de|la|du|des|le|rue|et|am|an|der|den|st|in|im|à|aus|mit))*"
    r"[\s,(|–]{1,4}$"
)
_LEGAL = re.compile(
    r"(?<!\w)(?:inc|llc|l\.l\.c|ltd|limited|gmbh|corp|corporation|s\.?a\.?s?|s\.?r\.?l|b\.?v|n\.?v|plc|oy|a/s|ab|ag"
    r"|s\.?p\.?a|pty|pte|lp|pbc|co|kg|sarl|ооо|ао|ип|тоо|s\.?l|sp\. z o\.o)\b\.?"
)


def read(reading: Reading) -> Iterable[Fact]:
    """Facts of kind ``transfer``; key: a mechanism, ``country:XX`` or ``region:XXX``."""
    for unit in reading.units:
        if unit.kind is not BlockKind.HEADING:
            yield from _mechanisms(reading, unit)
            yield from _places(reading, unit)


def _mechanisms(reading: Reading, unit: Unit) -> Iterator[Fact]:
    hits = reading.cues("transfers", "mechanisms").scan(unit.folded)
    if not hits:
        return
    against = reading.cues("transfers", "against").scan(unit.folded)
    seen: set[str] = set()
    for hit in hits:
        denied = any(_denies(other, hit) for other in against)
        if hit.name in seen or denied or any(other.name == "definition" for other in against):
            continue
        seen.add(hit.name)
        yield _fact(reading, unit, hit.name, repr(hit.cue))


def _denies(other: Hit, hit: Hit) -> bool:
    """Whether a denial overlaps the mechanism, or, where it says "not yet recognised", stands before it."""
    if other.name == "ahead":
        return 0 <= hit.start - other.start <= _DENIED
    return other.name == "denial" and other.start < hit.end and hit.start < other.end


def _places(reading: Reading, unit: Unit) -> Iterator[Fact]:
    found = list(islice(places(reading.words(unit), unit.folded, reading.language), _MOST))
    if not found or any(
        hit.name == "definition" for hit in reading.cues("transfers", "against").scan(unit.folded)
    ):
        return
    if _listed(reading, unit, found):
        for key in dict.fromkeys(place.key for place in found):
            yield _fact(reading, unit, key, "by itself in a table of recipients")
        return
    shouting = len(unit.folded) > _STEP and reading.words(unit).isupper()
    hits = reading.cues("transfers", "cues").scan(unit.folded)
    leads = _prepositions(reading, unit)
    seen: set[str] = set()
    previous: tuple[Place, str] | None = None  # the place before, and why it counted
    for place in found:
        if shouting and place.end - place.start <= 3:
            continue
        why = _why(reading, unit, place, hits, leads)
        if previous and not why and _enumerated(unit, previous[0], place, leads):
            why = previous[1]
        previous = (place, why)
        if why and place.key not in seen:
            seen.add(place.key)
            yield _fact(reading, unit, place.key, why)


def _listed(reading: Reading, unit: Unit, found: list[Place]) -> bool:
    """Whether the line of a table's cell names nothing but places, and the table is one of recipients."""
    if unit.cell < 0 or unit.header or len(unit.folded) > _CELL:
        return False
    named = sum(place.end - place.start for place in found)
    if len(unit.folded) - named > _BESIDES * len(found):
        return False
    cues = reading.cues("transfers", "recipients")
    headings = (reading.headings[section] for section in reading.section_path(unit))
    return bool(unit.lead and cues.first(unit.lead.folded)) or any(map(cues.first, headings))


def _prepositions(reading: Reading, unit: Unit) -> list[Hit]:
    return reading.cues("transfers", "places").scan(unit.folded)


def _why(reading: Reading, unit: Unit, place: Place, hits: list[Hit], leads: list[Hit]) -> str:
    """Why the place is one that data go to, "" where it is not."""
    if unit.cell >= 0 and len(unit.folded) <= _CELL and _location_column(reading, unit):
        return f"column {unit.header!r}"
    if any(hit.name == "noun" and 0 <= hit.start - place.end <= 2 for hit in leads):
        return ""  # "US residents", "EEA law"
    if _LEGAL.match(unit.folded, place.end + 1):
        return ""  # part of a company's name
    lead = _preposition(leads, place)
    if not lead and _ends_address(reading, unit, place, hits):
        return "the address of a company"
    nearest = _governor(place, hits, bool(reading.lexicon("transfers").get("verb_last")))
    if nearest is None or nearest.name == "elsewhere":
        return ""
    if nearest.name == "label":
        return repr(nearest.cue)
    if not lead and unit.folded[place.start - 1 : place.start] == "(":  # "outside the EU (India, Kenya)"
        lead = "to"
    if lead == "to" and nearest.name == "move":
        return repr(nearest.cue)
    legal = _LEGAL.search(unit.folded, nearest.end, place.start)
    if nearest.name == "recipient" and lead in ("", "to") and (legal or lead == "to"):
        return repr(nearest.cue)
    return ""


def _ends_address(reading: Reading, unit: Unit, place: Place, hits: list[Hit]) -> bool:
    """Whether the place ends the address of another company: only names and numbers since its legal form."""
    text = reading.words(unit)
    near = text[max(0, place.start - _ADDRESS) : place.start]
    if not _ADDRESS_OF_COMPANY.search(near):
        return False
    own = any(found.unit.start == unit.start for found in reading.author.stated)
    before = [hit for hit in hits if 0 <= place.start - hit.end <= _REACH]
    elsewhere = any(hit.name == "elsewhere" for hit in before)
    return not own and not elsewhere


def _governor(place: Place, hits: list[Hit], verb_last: bool) -> Hit | None:
    """The nearest word before the place that says what it is; where the language ends clauses with the
    verb, else the first after it ("in Irland gespeichert").
    """
    before = [hit for hit in hits if 0 <= place.start - hit.end <= _REACH]
    after = [hit for hit in hits if 0 <= hit.start - place.end <= _AFTER]
    nearest = max(before, key=lambda hit: (hit.end, hit.name == "elsewhere"), default=None)
    if nearest or not verb_last:
        return nearest
    return min(after, key=lambda hit: (hit.start, hit.name != "elsewhere"), default=None)


def _location_column(reading: Reading, unit: Unit) -> bool:
    return reading.cues("transfers", "headers").first(unit.header) is not None


def _preposition(leads: list[Hit], place: Place) -> str:
    """The name of the preposition right before the place: "to", "away", "" where none stands there."""
    beside = [hit for hit in leads if hit.name != "noun" and 0 <= place.start - hit.end <= 2]
    return min(beside, key=lambda hit: (hit.start, hit.name), default=Hit("", "", 0, 0)).name


def _enumerated(unit: Unit, previous: Place, place: Place, leads: list[Hit]) -> bool:
    """Whether the place goes on an enumeration: "the United States, Ireland and (in part) Singapore"."""
    between = unit.folded[previous.end : place.start]
    parted = re.search(r"[.;:|]|\w+\W+\w+\W+\w+\W+\w+", between)
    return len(between) <= _STEP and not parted and _preposition(leads, place) != "away"


def _fact(reading: Reading, unit: Unit, key: str, why: str) -> Fact:
    return Fact("transfer", key, {}, (reading.unit_evidence(unit),), f"{reading.language}/transfers: {why}")
