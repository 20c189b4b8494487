"""Whose policy it is: stated controllers, brands in titles and addresses, and what is none of them."""

from __future__ import annotations

from tracker import extract, facts
from tracker.facts.reading import Reading, read_units


def reading(text: str) -> Reading:
    document = extract.read(text.encode(), "text/markdown")
    return Reading(document, "en", read_units(document, "en"))


def test_own_names_come_from_statement_title_and_addresses() -> None:
    author = reading(
        "# Plumtrack Privacy Policy\n\n"
        'Fennimore Labs, Inc. ("Fennimore", "we") runs it. Write to privacy@fenlabs.example or visit '
        "https://www.plumtrack-help.example/contact."
    ).author
    assert {"plumtrack", "fennimorelabs", "fennimore", "fenlabs"} <= author.own
    assert author.stated_names == {"fennimorelabs"}


def test_a_service_that_is_used_is_no_author() -> None:
    author = reading("We use Stripe. Stripe may store your card. See the Stripe privacy policy.").author
    assert author.stated == ()
    assert "stripe" not in author.own


def test_the_name_that_recurs_most_is_the_author() -> None:
    author = reading("Here Plumtrack tells what it does. " + "When you ask, Plumtrack answers. " * 5).author
    assert "plumtrack" in author.own


def test_masked_addresses_are_no_contacts() -> None:
    document = extract.read(b"Write to [email protected] or to help@plumtrack.example.", "text/markdown")
    contacts = [(f.key, f.attribute("for")) for f in facts.read(document) if f.kind == "contact"]
    assert contacts == [("help@plumtrack.example", "support")]
