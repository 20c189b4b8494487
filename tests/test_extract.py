"""The door of extraction: kinds of input, encodings, errors; and the laws that every document obeys."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import TrackerError
from tracker.extract import EmptyInput, NotText, from_markdown, read, to_markdown
from tracker.extract.assemble import assemble
from tracker.extract.from_markdown import read_markdown
from tracker.extract.from_text import from_text
from tracker.model import BlockKind, Document

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def words(document: Document) -> list[str]:
    return [document.words(block) for block in document.blocks]


def obeys_the_laws(document: Document) -> None:
    again = from_markdown(to_markdown(document))
    assert again.text == document.text
    assert (again.blocks, again.sections, again.links) == (document.blocks, document.sections, document.links)
    for block in document.blocks:
        assert "\n\n" not in document.words(block)
        assert document.text[: block.start].endswith(block.label + " " if block.label else "")
        assert all(block.start <= cell.start <= cell.end <= block.end for cell in block.cells)


# --- kinds and encodings ------------------------------------------------------------------------------

PAGE = "<!doctype html><html><body><h1>Größe</h1><p>Wir speichern Ihre Daten für Örtliches.</p></body></html>"


@pytest.mark.parametrize("media_type", ["", "text/html", "text/plain", "application/octet-stream"])
def test_a_page_is_a_page_whatever_is_said_of_it(media_type: str) -> None:
    assert words(read(PAGE.encode(), media_type))[0] == "Größe"


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [
        (PAGE.encode("utf-16"), "text/html"),
        (b"\xef\xbb\xbf" + PAGE.encode(), "text/html; charset=windows-1251"),
        (PAGE.encode("latin-1"), "text/html; charset=ISO-8859-1"),
        (PAGE.replace("<body>", '<meta charset="windows-1252"><body>').encode("cp1252"), "text/html"),
        (PAGE.encode(), "text/html; charset=latin-1"),  # a lie: it is UTF-8
    ],
)
def test_encodings(raw: bytes, media_type: str) -> None:
    assert words(read(raw, media_type)) == ["Größe", "Wir speichern Ihre Daten für Örtliches."]


def test_an_encoding_that_nobody_names_is_guessed() -> None:
    text = "Мы храним ваши персональные данные, пока у вас есть учётная запись, и удаляем их по запросу. " * 5
    assert read(text.encode("cp1251")).text == text.strip()


def test_plain_text_that_mentions_tags_is_no_page() -> None:
    assert words(read(b"Write <b> for bold and 1 < 2.\n\nThat is all there is to it.", "text/plain"))[
        0
    ].startswith("Write <b>")


@pytest.mark.parametrize(
    "raw", [b"", b" \n\t ", b"<html><body><script>x</script></body></html>", b"\xef\xbb\xbf"]
)
def test_nothing_to_read(raw: bytes) -> None:
    with pytest.raises(EmptyInput):
        read(raw)


@pytest.mark.parametrize(
    "raw", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), bytes(400), b"PK\x03\x04\x14\0\x06\0"]
)
def test_binary_input(raw: bytes) -> None:
    with pytest.raises(NotText):
        read(raw)


def test_characters_are_normalised_and_words_kept() -> None:
    document = read(
        "Your\u00a0\u2009data\u200b is\u00ad safe\u2028with \u202eus\u202c — “cafe\u0301”.".encode(),
        "text/plain",
    )
    assert document.text == "Your data is safe\n\nwith us — “café”."


def test_a_text_that_stands_twice_is_read_once() -> None:
    half = "".join(f"<p>Clause {n} says something about the data of people who use it.</p>" for n in range(9))
    once = read(f"<main>{half}</main>".encode())
    assert read(f"<div>{half}</div><div>{half}</div>".encode()).text == once.text


def test_the_header_line_of_an_archive_is_no_text() -> None:
    header = (
        "The following text is extracted and transformed from the acme.example privacy policy "
        "that was archived on 2020-02-03. Please check.\n"
    )
    assert (
        read((header + "Acme Policy\nWe keep data for a year, then we delete all of it.").encode())
        .blocks[0]
        .kind
        is BlockKind.HEADING
    )


# --- laws ---------------------------------------------------------------------------------------------

CHARACTERS = st.text(st.sampled_from("ab Z1.)(*_`#>-+|\\[]<&;:!\n\n\t=~•\u00a0\u0301é/\"'{}x%"), max_size=120)
MARKS = st.sampled_from([
    "- ", "1. ", "# ", "**b** ", "| a | b |\n| - | - |\n| c | d |\n", "[x](http://a.example/(b)) ", "    ",
    "\n\n",    "a) ", "5.2. Foo ", "\\\n", "<br>", "![i](j)", "* * ", "1. 2. x\n",
])  # fmt: skip
TAGS = st.sampled_from([
    "<p>", "</p>", "<ul>", "<ol type=a>", "<li>", "</ul>", "<b>", "</b>", "<a href='/x y'>", "</a>",
    "<br>", "<h2>", "</h2>", "<table><tr><th>h<th>k", "<tr><td>", "<td>", "</table>", "word ", "1. ",
    "e&#x301; ", "! ", "* a_b ",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(MARKS, CHARACTERS), max_size=8).map("".join))
def test_markdown_comes_back_the_same_whatever_was_read(text: str) -> None:
    for pieces in (read_markdown(text), from_text(text)):
        obeys_the_laws(assemble(pieces))


@settings(max_examples=150, deadline=None)
@given(st.lists(TAGS, max_size=30).map("".join))
def test_pages_obey_the_laws(text: str) -> None:
    from tracker.extract.page import read_page

    obeys_the_laws(assemble(read_page(text, "https://acme.example/privacy")[0]))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "text/html", "text/markdown", "text/plain"]))
def test_any_bytes_are_read_or_refused(raw: bytes, media_type: str) -> None:
    try:
        document = read(raw, media_type)
    except TrackerError:  # a refusal in one line, not a crash
        return
    obeys_the_laws(document)


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [
        (b"word " * 400_000, "text/plain"),
        (b"<div>a" * 20_000, "text/html"),
        (b"<ul><li>a" * 20_000, "text/html"),
        (b"- item\n" * 20_000, "text/markdown"),
        (b"[" * 50_000 + b"`*_" * 10_000, "text/markdown"),
        (b">" * 200_000 + b"x", "text/markdown"),
        (("a" + "\u0301" * 100_000).encode(), "text/plain"),
    ],
)
def test_hostile_input_costs_linear_time(raw: bytes, media_type: str) -> None:
    assert read(raw, media_type).blocks


def corpus(*patterns: str) -> list[Path]:
    if not SHARED.is_dir():
        pytest.skip("the labelled sets are not beside the checkout")
    return sorted(path for pattern in patterns for path in SHARED.glob(pattern))


@pytest.mark.corpus
def test_real_policies_obey_the_laws() -> None:
    for path in corpus("policies/*.txt", "bench/pairs/*/new.md", "pages/reference/*.md"):
        obeys_the_laws(read(path.read_bytes(), "text/markdown" if path.suffix == ".md" else "text/plain"))


@pytest.mark.corpus
@pytest.mark.parametrize("case", ["n-bullets-quali", "n-nbsp-ru", "n-renumber-zoiper", "n-wrap-qosifire"])
def test_another_setting_of_the_same_words_is_the_same_document(case: str) -> None:
    old, new = (read(path.read_bytes(), "text/plain") for path in corpus(f"bench/mutations/{case}/[on]*.txt"))
    assert words(old) == words(new)
    assert [block.kind for block in old.blocks] == [block.kind for block in new.blocks]
