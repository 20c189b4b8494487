"""Which data are collected, and for what."""

from __future__ import annotations

from tracker import extract
from tracker.facts import categories
from tracker.facts.reading import Reading, read_units
from tracker.model import Document


def read(text: str) -> dict[str, set[str]]:
    found = extract.read(text.encode(), "text/markdown")
    document = Document(found.text, found.blocks, found.sections, found.links, "en", found.title)
    read_: dict[str, set[str]] = {"data_category": set(), "purpose": set()}
    for fact in categories.read(Reading(document, "en", read_units(document, "en"))):
        read_[fact.kind].add(fact.key)
    return read_


def test_an_ip_address_is_no_postal_address() -> None:
    assert read("We collect your IP address.")["data_category"] == {"ip_address"}


def test_data_named_outside_a_frame_are_not_collected() -> None:
    assert read("Our phone number is on the website.")["data_category"] == set()


def test_a_lead_in_frames_its_list() -> None:
    found = read("When you register, we ask for the following data:\n\n- your birth date\n- a photograph\n")
    assert found["data_category"] == {"age", "photo"}


def test_each_key_is_one_fact_with_all_its_places() -> None:
    found = extract.read(b"We collect your name. We also record your full name.", "text/markdown")
    document = Document(found.text, found.blocks, found.sections, found.links, "en", found.title)
    facts = [
        f for f in categories.read(Reading(document, "en", read_units(document, "en"))) if f.key == "name"
    ]
    assert [len(fact.evidence) for fact in facts] == [2]
