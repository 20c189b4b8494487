"""Markdown as people and converters write it, and the Markdown that the archive keeps."""

from __future__ import annotations

from tracker.extract import from_markdown, read, to_markdown
from tracker.model import BlockKind, Document


def document(text: str) -> Document:
    return read(text.encode(), "text/markdown", "https://acme.example/privacy")


def outline(doc: Document) -> list[tuple[str, int, str, str]]:
    return [(block.kind.value, block.level, block.label, doc.words(block)) for block in doc.blocks]


def test_headings_of_all_kinds() -> None:
    doc = document("Policy\n======\n\nScope\n-----\n\n### 1\\. Data ###\n\n**Cookies**\n\nWe set them.\n")
    assert outline(doc)[:4] == [
        ("heading", 1, "", "Policy"),
        ("heading", 2, "", "Scope"),
        ("heading", 3, "1.", "Data"),
        ("heading", 4, "", "Cookies"),
    ]


def test_lists_nest_and_paragraphs_continue_items() -> None:
    doc = document(
        "You may:\n\n*   see it\n    \n    at any time\n    \n    1.  by post\n    2.  by mail\n"
        "*   delete it\n"
    )
    assert outline(doc)[1:] == [
        ("list_item", 1, "", "see it"),
        ("paragraph", 1, "", "at any time"),
        ("list_item", 2, "1.", "by post"),
        ("list_item", 2, "2.", "by mail"),
        ("list_item", 1, "", "delete it"),
    ]
    assert [block.lead for block in doc.blocks] == [-1, 0, -1, 1, 1, 0]


def test_tables_know_their_columns() -> None:
    doc = document(
        "Who:\n\n|     |     |\n| --- | --- |\n| **Name** | **Role** |\n| Foo \\| Bar | hosting<br>backup |\n"
    )
    row = doc.blocks[2]
    assert doc.blocks[1].header
    assert doc.words(row) == "Foo | Bar | hosting\nbackup"
    assert [(doc.text[cell.start : cell.end], cell.header) for cell in row.cells] == [
        ("Foo | Bar", "Name"),
        ("hosting\nbackup", "Role"),
    ]
    assert row.lead == 0


def test_links_have_exact_spans_and_absolute_targets() -> None:
    doc = document('See **[our _terms_](/terms "Terms")**, [here](#top) and <https://b.example/x>.')
    assert [(doc.text[link.start : link.end], link.href) for link in doc.links] == [
        ("our terms", "https://acme.example/terms"),
        ("https://b.example/x", "https://b.example/x"),
    ]
    assert doc.text == "See our terms, here and https://b.example/x."


def test_marks_go_and_words_stay() -> None:
    doc = document(
        "Fields with * are *needed*; snake_case_name, 2 \\* 3, `a*b`, &copy; &amp; <i>tag</i>, [brackets]."
    )
    assert doc.text == "Fields with * are needed; snake_case_name, 2 * 3, a*b, © & tag, [brackets]."


def test_hard_breaks_are_lines_and_soft_ones_blanks() -> None:
    assert (
        document("Acme Ltd  \n1 High Street\\\nLondon\nEngland").text
        == "Acme Ltd\n1 High Street\nLondon England"
    )


def test_scripts_are_no_links() -> None:
    assert document("[x](javascript:alert(1)) [y](data:text/html,z)").links == ()


def test_words_cannot_become_structure() -> None:
    hostile = "# no heading\n- no item\n1. x\n| a | b |\n| - | - |\n<script>\n[a](b)\n**c** `d` &lt; ==="
    page = "<p>" + hostile.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "</p><p>") + "</p>"
    doc = read(page.encode(), "text/html")
    again = from_markdown(to_markdown(doc))
    assert again.blocks == doc.blocks
    assert again.text == doc.text
    assert BlockKind.HEADING not in {block.kind for block in again.blocks}


def test_the_markdown_kept_is_readable() -> None:
    text = (
        "# Policy\n\n## 1. Rights\n\nYou may:\n\n- see it\n    - by post\n- [delete](https://a.example) it\n"
        "\n5.2. Clause\n\n| Name | Role |\n| --- | --- |\n| Foo | host |\n"
    )
    assert to_markdown(from_markdown(text)) == text


def test_lines_that_a_converter_set_apart_are_joined() -> None:
    lines = [
        "We keep the records of your orders for as long as the law asks us to and delete",
        "them afterwards, unless a claim is pending.",
        "You may ask us at any time to send you a copy of everything that we hold about",
        "you, or to correct what is wrong in it.",
    ]
    text = "\n\n".join(["# Records", *lines * 4, "Questions", "write to us"])
    doc = document(text)
    words = [doc.words(block) for block in doc.blocks]
    assert words[1:3] == [f"{lines[0]} {lines[1]}", f"{lines[2]} {lines[3]}"]
    assert words[-2:] == ["Questions", "write to us"]


def test_one_line_that_begins_small_is_chance() -> None:
    text = (
        "Our staff look at your messages only when you ask them for help\n\niOS and Android apps do the same."
    )
    assert len(document(text).blocks) == 2
