"""Reads who else gets the data, by name: one fact for each organisation or service (kind ``party``).

Where a party may stand: prose, lists (tracker.facts.scenes) and tables (tracker.facts.tables). The names of
one party, its brand, its legal entity and its misspellings, are joined into one fact with aliases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tracker import gazetteer
from tracker.facts import names, tables
from tracker.facts.candidates import Own, lower_words, words_of
from tracker.facts.mentions import Mention, in_unit
from tracker.facts.reading import Reading
from tracker.gazetteer import Service, plain
from tracker.model import BlockKind, Fact

MIN_MISSPELT = 6


def read(reading: Reading) -> Iterable[Fact]:
    """All parties of the document, by the order of their first mention."""
    text = reading.document.text
    author = reading.author
    written = tuple(one.name for one in author.stated)
    own = Own(author.own, author.stated_names, lower_words(text), written)
    found = _absorb_parents(_grouped(_mentions(reading, own)))
    return [_fact(reading, group) for group in found]


def _mentions(reading: Reading, own: Own) -> Iterator[Mention]:
    words = words_of(reading.language)
    columns = tables.columns(reading, words)
    for unit in reading.units:
        if reading.document.blocks[unit.block].header:
            continue
        if unit.kind is BlockKind.HEADING:
            yield from _heading(reading, unit.block, in_unit(reading, unit, words, own))
        elif unit.cell >= 0 and columns.get(unit.block):
            yield from tables.in_cell(reading, unit, columns[unit.block], words, own)
        else:
            yield from in_unit(reading, unit, words, own)


def _heading(reading: Reading, block: int, found: list[Mention]) -> list[Mention]:
    """A heading alone states nothing; the name of a known service over text of its own introduces it."""
    following = reading.document.blocks[block + 1 : block + 2]
    if not following or following[0].kind is BlockKind.HEADING:
        return []
    return [mention for mention in found if mention.service and not mention.service.ordinary]


# --- which mentions are one party -------------------------------------------------------------------


def _identity(mention: Mention) -> str:
    service = (
        mention.service or gazetteer.lookup(mention.name) or gazetteer.misspelt(names.bare(mention.name))
    )
    return f"known:{service.name}" if service else names.same(mention.name)


def _grouped(mentions: Iterable[Mention]) -> list[list[Mention]]:
    groups: dict[str, list[Mention]] = {}
    alias_of: dict[str, str] = {}
    for mention in mentions:
        own = _identity(mention)
        key = alias_of.get(own, own)
        groups.setdefault(key, []).append(mention)
        for alias in mention.aliases:
            service = gazetteer.lookup(alias)
            alias_of.setdefault(f"known:{service.name}" if service else names.same(alias), key)
    merged: dict[str, list[Mention]] = {}
    for key, group in groups.items():
        merged.setdefault(_short_form_of(alias_of.get(key, key), groups), []).extend(group)
    return list(merged.values())


def _short_form_of(key: str, groups: dict[str, list[Mention]]) -> str:
    """The group to which "Example" belongs where "Example Payments, Inc." is named too: the longer name's."""
    if key.startswith("known:") or key not in groups:
        return key
    first = groups[key][0].name.split()
    for other, group in groups.items():
        longer = group[0].name.split()
        if other != key and group[0].full and len(longer) > len(first) and longer[: len(first)] == first:
            return other
    return key


def _absorb_parents(groups: list[list[Mention]]) -> list[list[Mention]]:
    """A company named beside one of its services (Google beside Google Analytics) is no second party."""
    services = [(_service(group), group) for group in groups]
    kept: list[list[Mention]] = []
    for service, group in services:
        children = [
            other
            for its, other in services
            if service
            and its
            and its is not service
            and its.role != "recipient"
            and its.entity == service.entity
        ]
        if service and children and plain(service.entity).startswith(plain(service.name)):
            children[0].extend(
                replace(mention, aliases=(mention.name, *mention.aliases)) for mention in group
            )
        else:
            kept.append(group)
    return kept


def _service(group: list[Mention]) -> Service | None:
    return next((mention.service for mention in group if mention.service), None)


# --- the fact ---------------------------------------------------------------------------------------


def _fact(reading: Reading, group: list[Mention]) -> Fact:
    service = _service(group) or gazetteer.lookup(group[0].name) or gazetteer.misspelt(group[0].name)
    direct = [mention for mention in group if mention.name not in mention.aliases]
    key = _key(direct or group, service)
    entity = next((m.entity for m in group if m.entity), "") or next((m.full for m in group if m.full), "")
    entity = entity or (service.entity if service else "")
    attributes: dict[str, str | tuple[str, ...]] = {
        "role": _role(direct or group, service),
        "purpose": next((m.purpose for m in group if m.purpose), ""),
        "country": next((m.country for m in group if m.country), ""),
        "entity": entity.strip(" ,") if entity.strip(" ,") != key else "",
        "aliases": _aliases(group, service, key),
    }
    evidence = sorted({reading.unit_evidence(mention.unit) for mention in group})
    return Fact(
        "party", key, {k: v for k, v in attributes.items() if v}, tuple(evidence), _cue(reading, group[0])
    )


def _key(group: list[Mention], service: Service | None) -> str:
    """The name as written: the known spelling where it stands, else the most frequent, shortest, first."""
    if service and any(mention.name == service.name for mention in group):
        return service.name
    counted = Counter(mention.name for mention in group)
    order = {name: number for number, name in reversed(list(enumerate(mention.name for mention in group)))}
    return min(counted, key=lambda name: (-counted[name], len(name), order[name]))


def _role(group: list[Mention], service: Service | None) -> str:
    stated = next((mention.role for mention in group if mention.stated and mention.role), "")
    if stated:
        return stated
    near = next((mention.role for mention in group if mention.role), "")
    if service and service.role in ("recipient", "processor"):
        return near or service.role
    return service.role if service else near or "recipient"


def _aliases(group: list[Mention], service: Service | None, key: str) -> tuple[str, ...]:
    written = {name for mention in group for name in (mention.name, *mention.aliases)}
    if service:
        written.add(service.name)
    return tuple(sorted(name for name in written if name and name != key))


def _cue(reading: Reading, mention: Mention) -> str:
    return f"{reading.language}/parties: {mention.cue}"
