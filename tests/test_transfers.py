"""Where data go, and the countries named."""

from __future__ import annotations

import pytest

from tracker import extract
from tracker.facts import transfers
from tracker.facts.countries import places
from tracker.facts.cues import fold
from tracker.facts.reading import Reading, read_units
from tracker.model import Document


def read(text: str, language: str = "en") -> list[str]:
    found = extract.read(text.encode(), "text/markdown")
    document = Document(found.text, found.blocks, found.sections, found.links, language, found.title)
    return sorted(
        {fact.key for fact in transfers.read(Reading(document, language, read_units(document, language)))}
    )


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "in the US, the U.K. and New Zealand", ["US", "GB", "NZ"]),
        ("en", "contact us in New Mexico, a turkey for jordan", []),
        ("ru", "в Казахстане, США и Германии", ["KZ", "US", "DE"]),
        ("de", "in den Vereinigten Staaten und der Schweiz", ["US", "CH"]),
        ("fr", "aux États-Unis et au Maroc", ["US", "MA"]),
        ("pl", "w Niemczech i Stanach Zjednoczonych", ["DE", "US"]),
    ],
)
def test_countries_by_their_names(language: str, text: str, wanted: list[str]) -> None:
    folded = fold(text)
    assert [place.code for place in places(text, folded, language) if place.code != "NM"] == wanted


def test_an_enumeration_shares_its_verb() -> None:
    assert read("We store data in Ireland, Canada and the United States.") == [
        "country:CA",
        "country:IE",
        "country:US",
    ]


def test_origin_residence_and_law_are_no_destination() -> None:
    assert read("Data of users in France is governed by the law of Ireland.") == []
    assert read("We do not store data outside the EEA.") == []
    assert read("US residents may object to the processing.") == []


def test_from_one_place_to_another() -> None:
    assert read("We transfer data from Norway to Japan.") == ["country:JP"]


def test_a_denied_mechanism_is_none() -> None:
    assert read("There is no adequacy decision, so we rely on standard contractual clauses.") == ["scc"]
