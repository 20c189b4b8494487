"""Practices: which polarity wins, in a sentence and over a document."""

from __future__ import annotations

from tracker import extract
from tracker.facts import practices
from tracker.facts.reading import Reading, read_units


def polarity(text: str, key: str) -> str:
    document = extract.read(text.encode(), "text/markdown")
    found = {fact.key: fact for fact in practices.read(Reading(document, "en", read_units(document, "en")))}
    return found[key].attribute("polarity") if key in found else ""


def test_no_outdoes_yes_in_one_sentence() -> None:
    assert polarity("We do not sell or rent personal data to anybody at all.", "sell_data") == "no"


def test_affirmed_and_denied_is_conditional() -> None:
    assert (
        polarity("We do not sell personal data.\n\nWe may sell your data to brokers.", "sell_data")
        == "conditional"
    )


def test_the_sale_of_a_business_is_no_sale_of_data() -> None:
    assert polarity("We may sell our business or its assets.", "sell_data") == ""


def test_evidence_is_each_sentence_that_says_it() -> None:
    document = extract.read(b"We use cookies. Our site sets cookies too.", "text/markdown")
    (fact,) = practices.read(Reading(document, "en", read_units(document, "en")))
    assert [evidence.quote for evidence in fact.evidence] == ["We use cookies.", "Our site sets cookies too."]
