"""When a policy was updated, and since when it applies."""

from __future__ import annotations

import pytest

from tracker import extract
from tracker.facts import dates
from tracker.facts.cues import fold
from tracker.facts.reading import Reading, read_units
from tracker.model import Document


def read(text: str, language: str = "en") -> dict[str, str]:
    found = extract.read(text.encode(), "text/markdown")
    document = Document(found.text, found.blocks, found.sections, found.links, language, found.title)
    reading = Reading(document, language, read_units(document, language))
    return {fact.key: fact.attribute("value") for fact in dates.read(reading)}


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "January 28th, 2019", "2019-01-28"),
        ("en", "the 3rd of March, 2020", "2020-03-03"),
        ("en", "Aug. 19 2024", "2024-08-19"),
        ("en", "2024-06-02", "2024-06-02"),
        ("en", "June 2024", "2024-06"),
        ("en", "28.06.21", "2021-06-28"),
        ("ru", "«5» марта 2023 г.", "2023-03-05"),
        ("fr", "1er septembre 2021", "2021-09-01"),
        ("de", "3. März 2020", "2020-03-03"),
        ("es", "2 de junio de 2024", "2024-06-02"),
        ("en", "2024年6月2日", "2024-06-02"),
    ],
)
def test_any_written_form(language: str, text: str, wanted: str) -> None:
    assert [one.iso for one in dates.dates(fold(text), language)] == [wanted]


@pytest.mark.parametrize("text", ["31.02.2020", "version 1.2.3", "10/13/14/2020", "on the 45th of May 2020"])
def test_what_is_no_date(text: str) -> None:
    assert not [one.iso for one in dates.dates(fold(text), "en") if len(one.iso) == 10]


def test_a_doubtful_date_is_read_as_the_document_writes_others() -> None:
    assert read("Last updated: 06/02/2024") == {"last_updated": "2024-06-02"}
    assert read("Last updated: 06/02/2024\n\nThe offer of 25/01/2024 has ended.") == {
        "last_updated": "2024-02-06"
    }
    assert read("Mise à jour le 06/02/2024", "fr") == {"last_updated": "2024-02-06"}


def test_a_date_by_itself_counts_at_the_top_and_not_in_the_body() -> None:
    body = "\n\n".join(f"Sentence number {number} of the policy stands here." for number in range(12))
    assert read(f"# Privacy\n\n3 May 2021\n\n{body}") == {"last_updated": "2021-05-03"}
    assert read(f"# Privacy\n\n{body}\n\n3 May 2021\n\n{body}") == {}


def test_the_label_may_stand_in_the_line_before() -> None:
    assert read("# Privacy\n\nEffective date\n\n3 May 2021\n\nWe keep data.") == {"effective": "2021-05-03"}
