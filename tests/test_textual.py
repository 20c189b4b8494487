"""Text changes: every clause that differs is told, and classed for what the difference means."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest

from tracker import lexicons
from tracker.diff.align import align
from tracker.diff.textual import text_changes
from tracker.model import (
    Block,
    BlockKind,
    Change,
    Direction,
    Document,
    Evidence,
    Fact,
    Severity,
    Side,
    TextChange,
    TextClass,
)


def side(*blocks: str, language: str = "en", facts: tuple[Fact, ...] = ()) -> Side:
    """Paragraphs; "# " makes a heading, "- " a list item led in by the paragraph before, "5. " a label."""
    text, made, lead, section = "", [], -1, -1
    for number, words in enumerate(blocks):
        kind = {"#": BlockKind.HEADING, "-": BlockKind.LIST_ITEM}.get(words[:1], BlockKind.PARAGRAPH)
        label = words.split()[0] if words[:1].isdigit() else ""
        words = words.removeprefix("# ").removeprefix("- ").removeprefix(label).lstrip()
        text += f"{label} " if label else ""
        led_in = lead if kind is BlockKind.LIST_ITEM else -1
        made.append(Block(kind, len(text), len(text) + len(words), 0, label, section, led_in))
        text += words + "\n\n"
        lead = number if kind is BlockKind.PARAGRAPH else lead
    return Side(Document(text.rstrip("\n"), tuple(made), language=language), facts)


def told(old: Side, new: Side, changes: Sequence[Change] = ()) -> tuple[TextChange, ...]:
    return text_changes(old, new, align(old.document, new.document), changes)


def wordings() -> list[Any]:
    return [
        pytest.param(language, pair, id=f"{language}-{number}")
        for language in lexicons.languages()
        for number, pair in enumerate(lexicons.table(language, "wording").get("pair", []))
    ]


@pytest.mark.parametrize(("language", "pair"), wordings())
def test_the_lexicons_pairs(language: str, pair: dict[str, str]) -> None:
    old, new = (side(*filter(None, [pair[name]]), language=language) for name in ("old", "new"))
    found = told(old, new)
    assert [(change.kind, change.reason) for change in found] == [(pair["class"], found[0].reason)]


PARTED = "blanks or division into paragraphs"
NEW = ("substantive", "a new statement")
VISITS, COPY, COOKIES = (
    "We log visits for security.",
    "You may ask us for a copy.",
    "Cookies keep you signed in.",
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((VISITS, COPY), (VISITS, COPY), []),
        ((VISITS, COPY), (VISITS.upper(), COPY), [("editorial", "capitals")]),
        ((VISITS,), (VISITS.replace(".", " !"),), [("editorial", "punctuation")]),
        ((VISITS,), (VISITS.replace(" ", "\n", 1),), [("editorial", PARTED)]),
        ((f"5.1. {VISITS}",), (f"6.1. {VISITS}",), [("editorial", "numbering")]),
        ((VISITS, COPY, COOKIES), (COPY, COOKIES, VISITS), [("moved", "stands elsewhere now")]),
        (("# Visits", VISITS), ("# About your visits", VISITS), [("reworded", "other words")]),
        ((f"{VISITS} {COPY}", COOKIES), (VISITS, COPY, COOKIES), [("editorial", PARTED)]),
        (("- Home",), ("- Home", "- Careers"), [("reworded", "states nothing of its own")]),
        (("We collect:", "- your name"), ("We collect:", "- your name", "- your heartbeat"), [NEW]),
        ((f"{VISITS} {COPY}", COOKIES), (VISITS, f"{COOKIES} {COPY}"), [("moved", "stands elsewhere")] * 2),
    ],
)  # fmt: skip
def test_classes(old: tuple[str, ...], new: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert [(change.kind, change.reason) for change in told(side(*old), side(*new))] == expected


def test_the_edits_rebuild_both_quotes_and_the_spans_hold() -> None:
    old, new = side(VISITS, COPY), side(f"{VISITS} {COOKIES}", COPY.replace("may", "must"))
    found = told(old, new)
    assert len(found) == 2
    for change in found:
        assert old.document.text[change.old.start : change.old.end] == change.old.quote
        assert new.document.text[change.new.start : change.new.end] == change.new.quote
        assert "".join(text for tag, text in change.edits if tag != "+") == change.old.quote
        assert "".join(text for tag, text in change.edits if tag != "-") == change.new.quote


def test_a_new_clause_has_its_place_in_the_older_text() -> None:
    old, new = side(VISITS, COPY), side(VISITS, "Drones film the yard and keep the pictures.", COPY)
    (change,) = told(old, new)
    assert (change.old.start, change.old.end, change.old.quote) == (len(VISITS), len(VISITS), "")


@pytest.mark.parametrize(
    ("kind", "expected"), [("retention", TextClass.REWORDED), ("contact", TextClass.EDITORIAL)]
)
def test_what_a_typed_change_tells_is_not_told_as_substance_again(kind: str, expected: TextClass) -> None:
    old, new = side("Forms are kept for 5 weeks."), side("Forms are kept for 9 weeks.")
    spans = [(Evidence(0, 27, s.document.text),) for s in (old, new)]
    change = Change(
        "0" * 12, "some-rule", kind, "k", "altered", Direction.UNCLEAR, Severity.LOW, "",
        old=spans[0], new=spans[1],
    )  # fmt: skip
    (found,) = told(old, new, [change])
    assert (found.kind, found.reason) == (expected, "told as some-rule")


def test_the_same_facts_in_quite_other_words_are_a_rewording() -> None:
    before, after = (
        "You may ask to see what we hold on you.",
        "Everybody is shown on demand what is held on them by us.",
    )
    facts = [Fact("right", "access", evidence=(Evidence(0, len(s), s),)) for s in (before, after)]
    found = told(side(before, facts=(facts[0],)), side(after, facts=(facts[1],)))
    assert {change.kind for change in found} == {TextClass.REWORDED}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Write to help@orlvane.example for a copy.", "Write to privacy@quistel.example for a copy."),
        ("See https://orlvane.example/a for a copy.", "See https://orlvane.example/b?c=d for a copy."),
        ("Call us on +44 20 7946 0001 for a copy.", "Call us on +44 20 7946 0999 for a copy."),
    ],
)
def test_an_address_is_no_substance(old: str, new: str) -> None:
    (found,) = told(side(old), side(new))
    assert found.kind is TextClass.EDITORIAL


@pytest.mark.parametrize("piece", ["a", "a-", "a.", "a@", "§ 1", "数据", "We share data. ", "+1 "])
def test_hostile_text_is_judged_in_linear_time(piece: str) -> None:
    began = time.process_time()
    told(side(piece * 15_000), side(f"b{piece}" * 12_000))
    assert time.process_time() - began < 5
