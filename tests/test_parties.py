"""Parties in prose, lists and tables: what a whole document yields (phrases stand beside the lexicons)."""

from __future__ import annotations

import pytest

from tracker.facts import parties, reading
from tracker.model import Block, BlockKind, Cell, Document, Fact


def document(*blocks: tuple[BlockKind, str] | list[tuple[str, str]], language: str = "en") -> Document:
    """Blocks as (kind, words); a table row as a list of (header, words)."""
    text, made = "", []
    for block in blocks:
        start = len(text)
        cells: list[Cell] = []
        if isinstance(block, list):
            kind, words = BlockKind.TABLE_ROW, " | ".join(words for _, words in block)
            at = start
            for header, cell in block:
                cells.append(Cell(at, at + len(cell), header))
                at += len(cell) + 3
        else:
            kind, words = block
        text += words + "\n\n"
        made.append(Block(kind, start, start + len(words), cells=tuple(cells)))
    return Document(text, tuple(made), language=language)


def read(*blocks: tuple[BlockKind, str] | list[tuple[str, str]], language: str = "en") -> dict[str, Fact]:
    doc = document(*blocks, language=language)
    found = parties.read(reading.Reading(doc, language, reading.read_units(doc, language)))
    for fact in found:
        assert all(doc.text[e.start : e.end] == e.quote for e in fact.evidence)
    return {fact.key: fact for fact in found}


PARAGRAPH = BlockKind.PARAGRAPH


def test_table_in_any_order_of_columns() -> None:
    found = read(
        [("Country", "Norway"), ("Purpose", "Hosting of databases"), ("Sub-processor", "Fjordlager AS")],
        [("Country", "United States"), ("Purpose", "Support tickets"), ("Sub-processor", "Zendesk")],
    )
    assert set(found) == {"Fjordlager", "Zendesk"}
    assert found["Fjordlager"].attribute("role") == "hosting"
    assert found["Fjordlager"].attribute("country") == "Norway"
    assert found["Fjordlager"].attribute("entity") == "Fjordlager AS"
    assert found["Zendesk"].attribute("purpose") == "Support tickets"


@pytest.mark.parametrize(
    ("language", "header"), [("fr", "Sous-traitant"), ("de", "Auftragsverarbeiter"), ("ru", "Обработчик")]
)
def test_table_headers_in_other_languages(language: str, header: str) -> None:
    assert "Papivent" in read([(header, "Papivent"), ("x", "y")], language=language)


def test_cookie_table_names_providers_not_cookies() -> None:
    found = read([("Cookie name", "Session_Token"), ("Provider", "Glimmerstat"), ("Expiry", "2 years")])
    assert set(found) == {"Glimmerstat"}


def test_data_table_names_nobody() -> None:
    assert not read(
        [("Category", "Contact Details"), ("Examples", "Name, Email Address"), ("Purpose", "Support")]
    )


def test_one_party_under_its_names_is_one_fact() -> None:
    found = read(
        (PARAGRAPH, "We use Google Analytics, a service provided by Google Ireland Limited."),
        (PARAGRAPH, "Google may combine the data that Google Analytics collects."),
    )
    assert set(found) == {"Google Analytics"}
    assert found["Google Analytics"].attribute("entity") == "Google Ireland Limited"
    assert len(found["Google Analytics"].evidence) == 2


def test_misspelt_name_is_taken_as_written_and_joined() -> None:
    found = read((PARAGRAPH, "We use Opsgeneie to wake our engineers."))
    assert found["Opsgeneie"].aliases == ("Opsgenie",)


def test_own_group_is_no_party() -> None:
    assert not read(
        (PARAGRAPH, 'Larkspur Ltd ("we") runs Larkspur Notes.'),
        (PARAGRAPH, "We share data using Larkspur Notes."),
    )


def test_hostile_lines_end_soon() -> None:
    assert read((PARAGRAPH, "we use " + "Ab, " * 50_000)) is not None
    assert read((PARAGRAPH, "((((" * 50_000)) == {}
