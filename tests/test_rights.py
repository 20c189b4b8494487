"""Rights in context: headings, lists, tables, agreements; and what qualifies them."""

from __future__ import annotations

from tracker import extract
from tracker.facts import rights
from tracker.facts.reading import Reading, read_units
from tracker.model import Document, Fact


def read(text: str, language: str = "en") -> dict[str, Fact]:
    found = extract.read(text.encode(), "text/markdown")
    document = Document(found.text, found.blocks, found.sections, found.links, language, found.title)
    reading = Reading(document, language, read_units(document, language))
    return {fact.key: fact for fact in rights.read(reading)}


def test_a_heading_counts_through_the_text_beneath_it() -> None:
    found = read(
        "## Right to erasure\n\nThe Mossdale team is proud of it.\n\nWrite to us and we see to it.\n"
    )
    assert [evidence.quote for evidence in found["erasure"].evidence] == ["Write to us and we see to it."]


def test_a_heading_alone_states_nothing() -> None:
    assert not read("## Right to erasure\n\n## Contact\n\nYou can phone Mossdale on weekdays.\n")


def test_evidence_names_the_section() -> None:
    found = read("# Policy\n\n## Your rights\n\nYou can ask us to correct your data.\n")
    assert found["rectification"].evidence[0].section[-1] == "Your rights"


def test_a_condition_in_the_lead_in_holds_for_each_item() -> None:
    found = read(
        "In certain circumstances you have the right to:\n\n- access your data;\n- delete your data.\n"
    )
    assert {key: fact.attributes.get("conditions") for key, fact in found.items()} == {
        "access": ("circumstances",),
        "erasure": ("circumstances",),
    }


def test_a_right_that_everybody_has_has_no_scope() -> None:
    scoped = "If you live in California you have the right to delete your data.\n\n"
    assert read(scoped)["erasure"].attributes["scope"] == ("California",)
    assert "scope" not in read(scoped + "Anybody can ask us to delete their data.\n")["erasure"].attributes


def test_scopes_of_several_places_are_joined() -> None:
    found = read(
        "## Residents of Virginia\n\nYou have the right to delete your data.\n\n"
        "## The European Economic Area\n\nYou have the right to erasure.\n"
    )
    assert found["erasure"].attributes["scope"] == ("EEA", "Virginia")


def test_the_customer_of_an_agreement_is_no_data_subject() -> None:
    clause = "You have the right to access the data and to object to a change.\n"
    assert read(clause)
    assert not read("# Data Processing Addendum\n\n" + clause)


def test_what_the_company_does_next_is_no_right() -> None:
    found = read("You have the right to access your data, and we may delete or restrict accounts.\n")
    assert set(found) == {"access"}


def test_a_sentence_of_frames_costs_linear_time() -> None:
    found = read("you can you have the right to access delete correct your data " * 4_000)
    assert "access" in found
