"""Turns what was fetched into a Document: HTML, Markdown, plain text or PDF into one text and its blocks.

A plain list item prints as "• words" in the text, a numbered one as "1. words"; list items of one list and
rows of one table are parted by a line end, all other blocks by a blank line; cells of a row by " | ".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.extract.assemble import assemble
from tracker.extract.decode import EmptyInput, NotText, decode, kind_of
from tracker.extract.from_markdown import pieces, read_markdown
from tracker.extract.from_text import from_text
from tracker.extract.header import without_header
from tracker.extract.language import detect
from tracker.extract.pieces import Dropped, Piece, dropped
from tracker.extract.repeats import without_repeats
from tracker.extract.to_markdown import to_markdown
from tracker.extract.wrong_selector import NothingSelected, WrongSelector
from tracker.model import BlockKind, Document

__all__ = [
    "Dropped",
    "EmptyInput",
    "Extraction",
    "NotText",
    "NothingSelected",
    "WrongSelector",
    "examine",
    "from_markdown",
    "read",
    "to_markdown",
]


@dataclass(frozen=True, slots=True)
class Extraction:
    """A document and what of its source was left out of it; the document may be without words.

    ``title`` is what the page calls itself, which often names the company where the heading does not.
    """

    document: Document
    dropped: tuple[Dropped, ...] = ()
    title: str = ""


def read(
    raw: bytes, media_type: str = "", url: str = "", select: Sequence[str] = (), remove: Sequence[str] = ()
) -> Document:
    """The document in ``raw``; ``select`` and ``remove`` are CSS or XPath selectors, for pages only.

    Raises EmptyInput, NotText, UnreadablePdf, WrongSelector.
    """
    document = examine(raw, media_type, url, select, remove).document
    if not document.blocks:
        raise EmptyInput("there are no words in the input")
    return document


def examine(
    raw: bytes, media_type: str = "", url: str = "", select: Sequence[str] = (), remove: Sequence[str] = ()
) -> Extraction:
    """What ``read`` makes of ``raw`` and what it leaves out; without words the document is empty."""
    kind = kind_of(raw, media_type)
    title, left_out = "", list[Dropped]()
    # The parsers of pages and PDF are loaded only for them.
    if kind == "html":
        from tracker.extract.page import read_page

        found, title, left_out = read_page(decode(raw, media_type, html=True), url, select, remove)
    elif kind == "pdf":
        from tracker.extract.from_pdf import from_pdf

        found = from_pdf(raw)
    else:
        text = without_header(decode(raw, media_type))
        found = read_markdown(text, url) if kind == "markdown" else from_text(text)
    found, again = without_repeats(found)
    left_out += dropped(again, "stands twice")
    return Extraction(_finish(found, title), tuple(left_out), title)


def from_markdown(text: str) -> Document:
    """The document that ``to_markdown`` wrote: text, blocks, sections and links come back the same."""
    return _finish(pieces(text))


def _finish(found: Iterable[Piece], title: str = "") -> Document:
    document = assemble(found)
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    first = next((block for block in headings if block.level == 1), headings[0] if headings else None)
    return Document(
        document.text,
        document.blocks,
        document.sections,
        document.links,
        detect(document.text),
        document.words(first) if first else title,
    )
