"""Reads a page: parses it, takes its main part, reads the elements, and lets go of what stands twice."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from tracker.extract import main_content
from tracker.extract.from_html import walk
from tracker.extract.infer import infer
from tracker.extract.masked_mail import unmask
from tracker.extract.menus import without_menus
from tracker.extract.pieces import Piece
from tracker.extract.repeats import without_repeats


def read_page(
    text: str, url: str = "", select: Sequence[str] = (), remove: Sequence[str] = ()
) -> tuple[list[Piece], str]:
    """The pieces of a page's main part, and its title."""
    tree = LexborHTMLParser(text)
    title = tree.css_first("head > title")
    base = tree.css_first("base[href]")
    if base is not None:
        url = urljoin(url, base.attributes.get("href") or "")
    name = " ".join(title.text().split()) if title is not None else ""
    unmask(tree)
    main = main_content.choose(tree, select, remove)
    found = [piece for root in main.roots for piece in walk(root, url)]
    if not select:
        found, _menus = without_menus(found)
    return without_repeats(infer(found)), name
