"""Promises with their periods, and age limits."""

from __future__ import annotations

from tracker import extract
from tracker.facts import commitments
from tracker.facts.reading import Reading, read_units
from tracker.model import Document


def read(text: str, language: str = "en") -> list[tuple[str, str]]:
    found = extract.read(text.encode(), "text/markdown")
    document = Document(found.text, found.blocks, found.sections, found.links, language, found.title)
    reading = Reading(document, language, read_units(document, language))
    return [(fact.key, fact.attribute("value")) for fact in commitments.read(reading)]


def test_a_promise_without_a_period_is_kept_only_where_none_has_one() -> None:
    assert read("We report security incidents without delay.") == [("breach_notice", "")]
    both = "We report security incidents without delay. We report any data breach within 48 hours."
    assert read(both) == [("breach_notice", "PT48H")]


def test_an_extension_or_an_objection_is_no_response_time() -> None:
    assert read("We may extend the answer to your request by an additional 45 days.") == []
    assert read("You may object to the change within 10 days of our notice.") == []


def test_ages_need_a_word_of_age() -> None:
    assert read("Children under 13 may not join; members are at least sixteen years old.") == [
        ("13", ""),
        ("16", ""),
    ]
    assert read("Section 13 applies to children. The offer lasts 18 months.") == []
