"""Practices: which polarity wins, in a sentence and over a document."""

from __future__ import annotations

import pytest
from sides import compared, side_of_markdown

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


@pytest.mark.parametrize(
    ("language", "text", "key", "polarity", "condition"),
    [
        ("de", "Wir setzen keine Tracking-Cookies ein.", "tracking_cookies", "no", ""),
        ("de", "Tracking-Cookies verwenden wir nicht.", "tracking_cookies", "no", ""),
        (
            "de",
            "Wir setzen Tracking-Cookies nur ein, wenn Sie einwilligen.",
            "tracking_cookies",
            "conditional",
            "consent",
        ),
        (
            "fr",
            "Nous utilisons des cookies de suivi uniquement si vous y consentez.",
            "tracking_cookies",
            "conditional",
            "consent",
        ),
        (
            "en",
            "We never train AI models on it without your consent.",
            "ai_training",
            "conditional",
            "consent",
        ),
        ("en", "We may sell your data unless you opt out.", "sell_data", "conditional", "opt_out"),
        ("en", "We do not sell your data; we use cookies only with your consent.", "sell_data", "no", ""),
    ],
)
def test_a_persons_choice_limits_a_practice(
    language: str, text: str, key: str, polarity: str, condition: str
) -> None:
    [fact] = [
        fact for fact in side_of_markdown(text, language).facts if (fact.kind, fact.key) == ("practice", key)
    ]
    assert (fact.attribute("polarity"), fact.attribute("condition")) == (polarity, condition)


@pytest.mark.parametrize(
    ("language", "old", "new", "rule"),
    [
        (
            "en",
            "We may sell your data only with your consent.",
            "We may sell your data unless you opt out.",
            "practice-consent-turned-opt-out",
        ),
        (
            "de",
            "Wir verwenden keine Tracking-Cookies.",
            "Wir setzen Tracking-Cookies nur ein, wenn Sie einwilligen.",
            "practice-turned-conditional",
        ),
    ],
)
def test_the_change_of_a_condition_is_told(language: str, old: str, new: str, rule: str) -> None:
    assert rule in [change.rule for change in compared(old, new, language).changes]
