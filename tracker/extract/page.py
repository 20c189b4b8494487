"""Reads a page: parses it, takes its main part, reads the elements, and lets go of what stands twice."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from tracker.extract import main_content
from tracker.extract.fleeting import without_fleeting
from tracker.extract.from_html import walk
from tracker.extract.from_text import from_text
from tracker.extract.infer import infer
from tracker.extract.masked_mail import unmask
from tracker.extract.menus import without_menus
from tracker.extract.nesting import flattened, too_deep
from tracker.extract.pieces import Dropped, Piece, dropped


def read_page(
    text: str, url: str = "", select: Sequence[str] = (), remove: Sequence[str] = ()
) -> tuple[list[Piece], str, list[Dropped]]:
    """The pieces of a page's main part, its title, and what was left out. Raises WrongSelector."""
    if too_deep(text):
        return from_text(flattened(text)), "", []
    tree = LexborHTMLParser(text)
    title = tree.css_first("head > title")
    name = " ".join(title.text().split()) if title is not None else ""
    base = _base(tree, url)
    unmask(tree)
    main = main_content.choose(tree, select, remove)
    found = [piece for root in main.roots for piece in walk(root, base)]
    left_out = list(main.dropped)
    if not select:
        found, menus = without_menus(found)
        left_out += dropped(menus, "menu of links")
        found, fleeting = without_fleeting(found)
        left_out += dropped(fleeting, "tells of the visit")
    return infer(found), name, left_out


def _base(tree: LexborHTMLParser, url: str) -> str:
    element = tree.css_first("base[href]")
    if element is None:
        return url
    try:
        return urljoin(url, element.attributes.get("href") or "")
    except ValueError:
        return url
