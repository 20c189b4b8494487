"""Plain text: headings, items, clauses and paragraphs that nothing but their look tells."""

from __future__ import annotations

from tracker.extract import read
from tracker.model import Block, BlockKind, Document

POLICY = """\
Acme Cloud Privacy Policy

Last updated: March 3, 2024

This policy tells how Acme Cloud Ltd. handles the data of the people who visit its site or use its service.

What do we collect?

We collect the data that you give us when you make an account, and nothing else that is not listed here:

  • your name
  • your e-mail address, which
    1. signs you in
    2. receives invoices
We never ask for more than that, and you may leave out whatever is not marked as required.

1. YOUR RIGHTS

1.1. You may ask us for a copy of your data at any time and as often as you like.

1.2. You may also:

a) have wrong data corrected;

b) have your data deleted.
"""


def document(text: str) -> Document:
    return read(text.encode(), "text/plain")


def find(doc: Document, beginning: str) -> Block:
    return next(block for block in doc.blocks if doc.words(block).startswith(beginning))


def lead(doc: Document, beginning: str) -> str:
    return doc.words(doc.blocks[find(doc, beginning).lead])


def test_headings_are_told_from_short_lines() -> None:
    doc = document(POLICY)
    titles = [doc.words(block) for block in doc.blocks if block.kind is BlockKind.HEADING]
    assert titles == ["Acme Cloud Privacy Policy", "What do we collect?", "YOUR RIGHTS"]
    assert doc.title == "Acme Cloud Privacy Policy"


def test_items_nest_and_know_what_introduces_them() -> None:
    doc = document(POLICY)
    assert lead(doc, "your name").startswith("We collect the data")
    assert (find(doc, "signs you in").level, find(doc, "signs you in").label) == (2, "1.")
    assert lead(doc, "receives invoices") == "your e-mail address, which"
    assert find(doc, "We never ask").kind is BlockKind.PARAGRAPH


def test_clauses_keep_their_numbers_apart_from_their_words() -> None:
    doc = document(POLICY)
    clause = find(doc, "You may ask us")
    assert clause.label == "1.1."
    assert doc.path(clause.section) == ("Acme Cloud Privacy Policy", "1. YOUR RIGHTS")
    assert find(doc, "have your data deleted").label == "b)"
    assert lead(doc, "have your data deleted") == "You may also:"


def test_a_sub_clause_completes_its_clause() -> None:
    doc = document(
        "6.1 We undertake the following:\n\n6.1.1 to keep your data safe;\n\n6.1.2 to tell you of breaches."
    )
    assert [block.lead for block in doc.blocks] == [-1, 0, 0]


def test_lines_wrapped_by_hand_are_one_paragraph() -> None:
    wrapped = """\
We keep the data that you give us for as long as you have an account, and
then for sixty days more, after which every copy of it is deleted from all
of our systems.

  - Copies in backups are overwritten within ninety days of the day on
    which the account was closed.
  - Invoices are kept for ten years.
"""
    doc = document(wrapped)
    assert len(doc.blocks) == 3
    assert doc.words(doc.blocks[1]).endswith("of the day on which the account was closed.")


def test_lines_without_blank_lines_between_are_paragraphs() -> None:
    doc = document(
        "Policy\nThe first paragraph is one long line, as archives keep them, without any wrapping.\n"
        "1. TERMS\nThe second paragraph is another long line, and only a line end parts it from that above."
    )
    assert [block.kind for block in doc.blocks].count(BlockKind.HEADING) == 2
    assert len(doc.blocks) == 4


def test_cells_of_a_flattened_table_are_no_headings() -> None:
    cells = [
        "Purpose of use",
        "Legal basis",
        "To open the account",
        "Contract",
        "To send the letter",
        "Consent",
        "To repair faults",
        "Legitimate interest",
    ]
    doc = document(
        "Policy\n\n"
        + "Here follows what was a table on the page of the company.\n\n"
        + "\n\n".join(cells)
        + "\n\nThe end of it is a whole sentence, which is long enough to be one."
    )
    assert {block.kind for block in doc.blocks[2:]} == {BlockKind.PARAGRAPH}


def test_a_date_or_an_amount_is_no_label() -> None:
    for text in (
        "25. Mai 2018 trat die Verordnung in Kraft.",
        "2.5 million people use it.",
        "z. B. Ihre Adresse wird gespeichert.",
    ):
        assert document(text + "\n\nWeiterer Text steht hier.").blocks[0].label == ""


def test_a_bullet_on_a_line_of_its_own_joins_its_words() -> None:
    doc = document("You may ask for:\n\n•\naccess to your data\n•\nerasure of your data\n")
    assert [doc.words(block) for block in doc.blocks[1:]] == ["access to your data", "erasure of your data"]


def test_paragraphs_that_end_in_semicolons_after_a_lead_in_are_items() -> None:
    doc = document(
        "You may:\n\nsee your data;\n\ncorrect your data; and\n\ndelete your data.\n\nWrite to us to do so."
    )
    assert [block.kind is BlockKind.LIST_ITEM for block in doc.blocks] == [False, True, True, True, False]
