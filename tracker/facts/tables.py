"""Parties in tables: which column names them, and what the other cells of the row tell of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.facts.candidates import Own, Words, find_items, known_items
from tracker.facts.cues import fold
from tracker.facts.mentions import Mention, in_scene, in_unit
from tracker.facts.reading import Reading, Unit
from tracker.facts.scenes import Scene
from tracker.model import Block

MAX_CELL = 300  # characters of a cell taken as purpose or country


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers of a row's columns; -1 where the table has none such."""

    who: int
    purpose: int = -1
    country: int = -1
    entity: int = -1


def columns(reading: Reading, words: Words) -> dict[int, Columns]:
    """The columns of each table row that names recipients, by the number of its block."""
    found: dict[int, Columns] = {}
    known: dict[tuple[str, ...], Columns | None] = {}
    for number, block in enumerate(reading.document.blocks):
        if not block.cells or block.header:
            continue
        headers = tuple(fold(cell.header) for cell in block.cells)
        if headers not in known:
            known[headers] = _columns(headers, words)
        here = known[headers]
        if here is not None:
            found[number] = here
    return found


def _columns(headers: tuple[str, ...], words: Words) -> Columns | None:
    named = [words.columns.scan(header) for header in headers]
    kinds = [{hit.name for hit in hits} for hits in named]
    strong = _column(kinds, "who")
    other = any("other" in kind for kind in kinds)
    who = strong if strong >= 0 else (-1 if other else _column(kinds, "name"))
    told = [_column(kinds, name, who) for name in ("purpose", "country", "entity")]
    if who < 0 or (strong < 0 and max(told) < 0):
        return None
    return Columns(who, *told)


def _column(kinds: list[set[str]], name: str, taken: int = -1) -> int:
    """The first column of that kind, one that is of no other kind before all others."""
    mine = [number for number, kind in enumerate(kinds) if name in kind and number != taken]
    pure = [number for number in mine if kinds[number] - {"name"} <= {name}]
    return next(iter(pure or mine), -1)


def in_cell(reading: Reading, unit: Unit, here: Columns, words: Words, own: Own) -> list[Mention]:
    """The parties in a cell: all names of the column that names them; elsewhere what the words prove."""
    if unit.cell != here.who:
        return [] if unit.cell in (here.country, here.entity) else in_unit(reading, unit, words, own)
    block = reading.document.blocks[unit.block]
    items = find_items(reading, unit, words, known_items(reading, unit))
    if unit.start > block.cells[unit.cell].start:  # an address or remark beneath the name
        items = [item for item in items if item.service or item.has_form]
    scene = Scene(reading, unit, words, own, {}, "table of recipients", tuple(items))
    purpose, country, entity = (_cell(reading, block, at) for at in (here.purpose, here.country, here.entity))
    role = words.roles.first(fold(purpose)) if purpose else None
    return [
        replace(
            mention,
            purpose=purpose,
            country=country or mention.country,
            entity=mention.entity or entity,
            role=role.name if role else mention.role,
            stated=role is not None or mention.stated,
        )
        for mention in in_scene(scene)
    ]


def _cell(reading: Reading, block: Block, number: int) -> str:
    if not 0 <= number < len(block.cells):
        return ""
    cell = block.cells[number]
    return " ".join(reading.document.text[cell.start : min(cell.end, cell.start + MAX_CELL)].split())
