"""Reads whose policy it is: the controller (kind ``controller``) and how to reach it (kind ``contact``).

It also tells the controller's own names and brands, which are no parties (``own_names``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from tracker import gazetteer, lexicons
from tracker.facts import names
from tracker.facts.candidates import Words, is_nobody, words_of
from tracker.facts.cues import Cues, fold
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Fact

MAIL = re.compile(r"(?<![\w.+-])[\w+-]+(?:\.[\w+-]+)*@(?:[\w-]+\.)+[a-zA-Z]{2,24}(?!\w)")
SITE = re.compile(r"(?<![\w@./-])(?:https?://)?(?:www\.)?((?:[\w-]{1,63}\.){1,3}[a-z]{2,12})(?![\w@])")
FREE_MAIL = frozenset(
    """gmail googlemail yahoo hotmail outlook live icloud aol gmx web protonmail proton mail yandex
    inbox bk list rambler qq zoho orange wanadoo free laposte libero t-online seznam wp o2 example""".split()  # noqa: SIM905
)
MAX_GAP = 60
_INNER_NAME = re.compile(r"(?<=[a-zа-яß,»] )[A-ZА-ЯÄÖÜ]\w{2,}(?![\w@])")  # capitalised within a sentence
_PRONOUN = r"\s*(?:[^()\n]{0,120}?)[\"“”«„‘'*_]+\s?(?:WORDS)\s?[\"”“»’'*_,]+"


@dataclass(frozen=True, slots=True)
class Found:
    """A name of the controller: as written in full, the short forms defined beside it, and where."""

    name: str
    aliases: tuple[str, ...]
    unit: Unit
    cue: str
    clear: bool = True
    has_form: bool = False


def read(reading: Reading) -> Iterable[Fact]:
    """Controllers and contacts."""
    return [*_controllers(reading), *_contacts(reading)]


def stated_names(reading: Reading) -> frozenset[str]:
    """The names under which the controller itself is stated, as ``names.same`` gives them."""
    return frozenset(names.same(found.name) for found in _stated(reading))


def own_names(reading: Reading) -> frozenset[str]:
    """The controller's names and brands, by ``names.same``: stated, in the title, in its addresses."""
    stated = [name for found in _stated(reading) for name in (found.name, *found.aliases)]
    own = {names.same(name) for name in (*stated, *_brands(reading))}
    return frozenset(name for name in own | _domains(reading) if len(name) >= 2)


# --- the controller -----------------------------------------------------------------------------------


def _controllers(reading: Reading) -> Iterator[Fact]:
    stated = _stated(reading)
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


def _stated(reading: Reading) -> list[Found]:
    """What the document says of its author; what it only says in passing, where it says nothing clearer."""
    found = list(_find_stated(reading))
    clear = [one for one in found if one.clear]
    formed = [one for one in clear if one.has_form]
    return formed or clear or found[:1]


def _find_stated(reading: Reading) -> Iterator[Found]:
    words = words_of(reading.language)
    cues = reading.cues("identity", "cues")
    pronoun = _self_definition(reading.language)
    for unit in reading.units:
        if unit.kind is BlockKind.HEADING:
            continue
        hits = [hit for hit in cues.scan(unit.folded) if not hit.name.startswith("own_")]
        definition = pronoun.search(unit.folded) if pronoun else None
        if not hits and not definition:
            continue
        spans = _names_in(reading, unit, words)
        if definition:
            yield from _found(
                reading, unit, _before(spans, unit.start + definition.start(), 260), "self-definition"
            )
        denied = [hit.start for hit in hits if hit.name == "not"]
        for hit in hits:
            if hit.name == "not" or any(abs(start - hit.start) < 80 for start in denied):
                continue
            near = (
                _before(spans, unit.start + hit.start, 200)
                if hit.name == "before"
                else _after(reading, spans, unit.start + hit.end)
            )
            yield from _found(reading, unit, near, hit.cue, clear=hit.name != "passing")


@cache
def _self_definition(language: str) -> re.Pattern[str] | None:
    pronouns = lexicons.table(language, "identity").get("self", ())
    if not pronouns:
        return None
    return re.compile(r"\(" + _PRONOUN.replace("WORDS", "|".join(map(re.escape, map(fold, pronouns)))))


def _names_in(reading: Reading, unit: Unit, words: Words) -> list[names.Name]:
    text = reading.document.text
    found = names.spans(text, unit.start, unit.end, words.small)
    return [n for n in found if n.has_form or not is_nobody(text[n.start : n.end], words)]


def _before(spans: list[names.Name], at: int, reach: int) -> names.Name | None:
    """The last name before ``at``: one with a legal form within ``reach`` characters, else a close one."""
    formed = [name for name in spans if name.has_form and name.end <= at <= name.full_end + reach]
    close = [name for name in spans if name.end <= at <= name.full_end + min(reach, 60)]
    return next(reversed(formed or close), None)


def _after(reading: Reading, spans: list[names.Name], at: int, reach: int = MAX_GAP) -> names.Name | None:
    name = next((name for name in spans if name.start >= at), None)
    if name is None or name.start - at > reach:
        return None
    gap = reading.document.text[at : name.start]
    return None if re.search(r"[.;!?]\s|\n.*\n", gap) else name


def _found(
    reading: Reading, unit: Unit, name: names.Name | None, cue: str, clear: bool = True
) -> Iterator[Found]:
    text = reading.document.text
    words = words_of(reading.language)
    if name is None or not (name.has_form or _may_be_author(text[name.start : name.end], words)):
        return
    full = text[name.full[0] : name.full[1]].strip(" ,")
    defined = re.match(
        r"[^()\n]{0,80}\(([^()\n]{1,160})\)", text[name.full_end : min(unit.end, name.full_end + 260)]
    )
    quoted = re.findall(r"[\"“”«„]([^\"“”«»„]{2,40})[\"”“»]", defined[1]) if defined else []
    aliases = [alias.strip(" ,.") for alias in quoted if alias[0].isupper() and not is_nobody(alias, words)]
    short = text[name.start : name.end]
    yield Found(
        full,
        tuple(dict.fromkeys([*([short] if short != full else []), *aliases])),
        unit,
        cue,
        clear,
        name.has_form,
    )


def _may_be_author(name: str, words: Words) -> bool:
    """A name without a legal form: no known service, for that is named as somebody else's."""
    return not is_nobody(name, words) and gazetteer.lookup(name) is None


# --- brands ---------------------------------------------------------------------------------------------


def _brands(reading: Reading) -> Iterator[str]:
    """Names in the title and first heading, and names that the text calls its own ("at Example, we")."""
    words = words_of(reading.language)
    document = reading.document
    tops = [section.title for section in document.sections[:1]]
    for title in (document.title, *tops):
        for name in names.spans(title, 0, len(title), words.generic):
            if not is_nobody(title[name.start : name.end], words):
                yield title[name.start : name.end]
    cues = reading.cues("identity", "cues")
    for unit in reading.units:
        hits = [hit for hit in cues.scan(unit.folded) if hit.name.startswith("own_")]
        if not hits:
            continue
        spans = _names_in(reading, unit, words)
        for hit in hits:
            after = hit.name == "own_after"
            at = unit.start + (hit.end if after else hit.start)
            near = _after(reading, spans, at, 5) if after else _before(spans, at, 3)
            if near is None:
                continue
            brand = document.text[near.start : near.end]
            if gazetteer.lookup(brand) is None:
                yield brand
    yield from _frequent(document.text, words)


def _frequent(text: str, words: Words) -> Iterator[str]:
    """The name that the text repeats most by far: a policy names nobody as often as its author."""
    counted = Counter(match[0] for match in _INNER_NAME.finditer(text))
    known = [(name, times) for name, times in counted.most_common(40) if not is_nobody(name, words)]
    for (name, times), (_, next_times) in zip(known[:1], [*known[1:2], ("", 0)], strict=False):
        early = text.find(name) < 600
        if (
            times >= (3 if early else 10)
            and times >= 2 * next_times
            and (early or gazetteer.lookup(name) is None)
        ):
            yield name


def _domains(reading: Reading) -> set[str]:
    """Second-level names of the addresses that the policy gives as its own."""
    text = reading.document.text
    mails = Counter(_label(match[0].rsplit("@", 1)[1]) for match in MAIL.finditer(text))
    sites = Counter(_label(match[1].lower()) for match in SITE.finditer(text))
    total = mails + sites
    own = {
        label
        for label, _ in mails.most_common(2)
        if label not in FREE_MAIL and gazetteer.lookup(label) is None
    }
    top = [label for label, times in total.most_common(3) if label not in FREE_MAIL and times >= 2]
    own.update(label for label in top[:1] if gazetteer.lookup(label) is None)
    known = [
        label
        for label, times in mails.items()
        if gazetteer.lookup(label) and label not in FREE_MAIL and times >= 2
    ]
    return {gazetteer.plain(label) for label in (*own, *known) if len(label) > 2}


def _label(host: str) -> str:
    parts = host.lower().removeprefix("www.").split(".")
    if len(parts) > 2 and parts[-2] in ("co", "com", "org", "net", "gov", "ac"):
        return parts[-3]
    return parts[-2] if len(parts) > 1 else parts[0]


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
