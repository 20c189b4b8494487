"""What a text tells of the parties that it names: role, legal entity, other names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracker import gazetteer
from tracker.facts import names
from tracker.facts.candidates import Item, Own, Words
from tracker.facts.countries import REGIONS, places
from tracker.facts.cues import fold
from tracker.facts.reading import Reading, Unit
from tracker.facts.scenes import BRACKET, Scene, scene_of
from tracker.gazetteer import Service


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands where it is a party."""

    name: str  # as written, without the legal form
    full: str  # with it
    unit: Unit
    service: Service | None = None
    role: str = ""  # "" where nothing near says it
    stated: bool = False  # the role stands in a bracket or a column of its own
    purpose: str = ""
    country: str = ""
    entity: str = ""
    aliases: tuple[str, ...] = ()
    cue: str = ""


def in_unit(reading: Reading, unit: Unit, words: Words, own: Own) -> list[Mention]:
    """The parties that a sentence, list item or table cell names."""
    scene = scene_of(reading, unit, words, own)
    return list(in_scene(scene)) if scene else []


def in_scene(scene: Scene) -> Iterator[Mention]:
    """The scene's parties; of two names that are one party, the first with the other as entity or alias."""
    accepted = scene.accepted()
    taken: set[int] = set()
    for number, proof in accepted.items():
        if number not in taken:
            yield _joined(scene, number, _mention(scene, scene.items[number], proof or "known name"), taken)


def _mention(scene: Scene, item: Item, cue: str) -> Mention:
    text = scene.reading.document.text
    bracket = BRACKET.match(text, item.full_end, scene.unit.end)
    stated = scene.words.roles.first(fold(next(filter(None, bracket.groups())))) if bracket else None
    role = stated.name if stated else _role_near(scene, item)
    full = text[item.full_start : item.full_end].strip()
    written = text[item.start : item.end]
    inflected = item.listed and gazetteer.plain(written) != gazetteer.plain(item.listed)
    name = names.bare(written) if item.service is None else item.listed if inflected else written
    full = full if item.has_form else ""
    country = _country(scene, bracket)
    return Mention(name, full, scene.unit, item.service, role, bool(stated), country=country, cue=cue)


def _country(scene: Scene, bracket: re.Match[str] | None) -> str:
    """The country that ends a bracket after a name ("Example (Example Labs AB, Sweden)"), as written."""
    if bracket is None or (group := bracket.lastindex) is None:
        return ""
    inside = bracket[group].rstrip(" .")
    found = places(inside, fold(inside), scene.reading.language)
    last = max(found, key=lambda place: place.end, default=None)
    if last is None or last.end < len(inside) or last.code in REGIONS:
        return ""
    parted = last.start == 0 or inside[: last.start].rstrip().endswith((",", ";", "/", "–"))
    return inside[last.start :] if parted else ""


def _role_near(scene: Scene, item: Item) -> str:
    """The role told by the nearest words of the sentence, else by its lead-in or heading."""
    if "login" in scene.hits:
        return "identity"
    at = item.start - scene.unit.start
    near = scene.words.roles.scan(scene.unit.folded)
    if near:
        return min(near, key=lambda hit: (min(abs(hit.start - at), abs(hit.end - at)), hit.start)).name
    lead = scene.words.roles.first(scene.unit.lead.folded) if scene.unit.lead else None
    if lead:
        return lead.name
    here = next(scene.reading.section_path(scene.unit), -1)
    heading = scene.words.roles.first(scene.reading.headings[here]) if here >= 0 else None
    return heading.name if heading else ""


def _joined(scene: Scene, number: int, mention: Mention, taken: set[int]) -> Mention:
    """The mention with the names that follow as its entity or alias; their numbers go into ``taken``."""
    text = scene.reading.document.text
    item = scene.items[number]
    for other_number in range(number + 1, min(number + 4, len(scene.items))):
        other = scene.items[other_number]
        how = _join_kind(scene, text[item.full_end : other.full_start], item, other)
        if not how:
            break
        taken.add(other_number)
        name = text[other.full_start : other.full_end].strip(" ,")
        mention = _with_name(mention, name, how, other)
        item = other
    return mention


def _join_kind(scene: Scene, gap: str, item: Item, other: Item) -> str:
    """ "entity", "alias" or "": how the second name belongs to the first, by what stands between them."""
    if len(gap) > 90 or "\n" in gap or re.search(r"[.;:!?]\s", gap):
        return ""
    has_form = other.has_form
    if re.fullmatch(r"[\s\"”»]*[(\[]\s*[\"“«„']\s*", gap):
        return "alias"
    if re.fullmatch(r"[\s\"”»]*[(\[]\s*", gap) and (has_form or _one_family(item, other)):
        return "entity" if has_form else "alias"
    hit = next((h for h in scene.words.joins.scan(fold(gap)) if len(gap) - h.end <= 12), None)
    if hit is None or "," in gap[hit.end :] or (hit.name == "entity" and re.search(r",.*,", gap)):
        return ""
    known_apart = item.service and other.service and not _one_family(item, other)
    return "" if known_apart else hit.name


def _one_family(item: Item, other: Item) -> bool:
    """Whether the gazetteer says that both belong to one company."""
    if item.service is None or other.service is None:
        return False
    return item.service.entity == other.service.entity != "" or other.service.name == item.service.entity


def _with_name(mention: Mention, name: str, how: str, other: Item) -> Mention:
    if how == "entity":
        return replace(mention, entity=mention.entity or name, aliases=(*mention.aliases, names.bare(name)))
    if mention.full and not other.has_form and mention.service is None:  # "Example, LLC dba Sample"
        return replace(
            mention,
            name=name,
            full="",
            service=other.service,
            entity=mention.full,
            aliases=(*mention.aliases, mention.name),
        )
    return replace(mention, aliases=(*mention.aliases, names.bare(name)))
