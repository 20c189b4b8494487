"""Turns what was fetched into a Document: HTML, Markdown, plain text or PDF into one text and its blocks.

A plain list item prints as "• words" in the text, a numbered one as "1. words"; list items of one list and rows of one
table are parted by a line end, all other blocks by a blank line; cells of a row by " | ".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.extract.assemble import assemble
from tracker.extract.decode import EmptyInput, NotText, decode, kind_of
from tracker.extract.from_markdown import pieces, read_markdown
from tracker.extract.from_text import from_text
from tracker.extract.header import without_header
from tracker.extract.language import detect
from tracker.extract.pieces import Piece
from tracker.extract.to_markdown import to_markdown
from tracker.model import BlockKind, Document

__all__ = ["EmptyInput", "NotText", "from_markdown", "read", "to_markdown"]


def read(
    raw: bytes, media_type: str = "", url: str = "", select: Sequence[str] = (), remove: Sequence[str] = ()
) -> Document:
    """The document in ``raw``. Raises EmptyInput, NotText."""
    kind = kind_of(raw, media_type)
    if kind == "html":
        from tracker.extract import page  # the parser is loaded only for pages

        found, title = page.read_page(decode(raw, media_type, html=True), url, select, remove)
        document = _finish(found, title)
    elif kind == "pdf":
        from tracker.extract.from_pdf import from_pdf

        document = _finish(from_pdf(raw))
    else:
        text = without_header(decode(raw, media_type))
        document = _finish(read_markdown(text, url) if kind == "markdown" else from_text(text))
    if not document.blocks:
        raise EmptyInput("there are no words in the input")
    return document


def from_markdown(text: str) -> Document:
    """The document that ``to_markdown`` wrote: text, blocks, sections and links come back the same."""
    return _finish(pieces(text))


def _finish(found: Iterable[Piece], title: str = "") -> Document:
    document = assemble(found)
    title = title or next((document.words(b) for b in document.blocks if b.kind is BlockKind.HEADING), "")
    return Document(
        document.text, document.blocks, document.sections, document.links, detect(document.text), title
    )
