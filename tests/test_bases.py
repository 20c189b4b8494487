"""Legal bases: article references in many spellings, and the frames of lists, columns and sections."""

from __future__ import annotations

import pytest

from tracker import extract
from tracker.facts import bases
from tracker.facts.reading import Reading, read_units
from tracker.model import Document


def keys(text: str, language: str = "en") -> set[str]:
    found = extract.read(text.encode(), "text/markdown")
    document = Document(found.text, found.blocks, found.sections, found.links, language, found.title)
    return {fact.key for fact in bases.read(Reading(document, language, read_units(document, language)))}


@pytest.mark.parametrize(
    ("language", "reference", "key"),
    [
        ("en", "Art. 6(1)(a) GDPR", "consent"),
        ("en", "Article 6 (1) (b)", "contract"),
        ("en", "Art. 6 para. 1 lit. c", "legal_obligation"),
        ("de", "Art. 6 Abs. 1 S. 1 lit. f DS-GVO", "legitimate_interests"),
        ("fr", "article 6.1.d du RGPD", "vital_interests"),
        ("it", "art. 6, par. 1, lett. e", "public_task"),
        ("es", "artículo 6.1 b)", "contract"),
        ("pl", "art. 6 ust. 1 lit. f RODO", "legitimate_interests"),
        ("nl", "art. 6 lid 1 sub a AVG", "consent"),
    ],
)
def test_articles(language: str, reference: str, key: str) -> None:
    assert keys(f"({reference})", language) == {key}


def test_other_articles_are_none() -> None:
    assert not keys("See Art. 6(4) GDPR, Art. 16(1)(a) and section 6.1 above.")


def test_a_heading_frames_its_section() -> None:
    assert keys("## Legal basis\n\nContract, and consent where we ask for it.\n") == {"contract", "consent"}
    assert not keys("## Delivery\n\nContract no. 5 is kept in the safe.\n")


def test_a_data_processing_agreement_has_none_of_its_own() -> None:
    assert not keys("# Data Processing Agreement\n\nThe legal basis is chosen by Customer, say consent.\n")
