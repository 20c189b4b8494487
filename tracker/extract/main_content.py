"""What of a page is the document: the main part without navigation, footers, banners and widgets.

Losing text is worse than keeping a menu, since nobody would see a change in it: nothing that holds a large
part of the page's words is ever dropped, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tracker.extract.pieces import Dropped
from tracker.extract.selectors import find
from tracker.extract.wrong_selector import NothingSelected

_NO_TEXT = (
    "script, style, noscript, template, svg, iframe, object, embed, canvas, audio, video, map, math, select, "
    "datalist, input, textarea, progress, meter, head, link, meta, frameset"
)
_LARGE = 0.40  # of the page's words: never dropped
_LARGEST = 0.85  # ... except menus and footers made of scraps
_MAIN = 0.50  # of the words outside chrome that a main element must hold to be believed
_FEW_HIDDEN = 60  # words of a hidden element that may be dropped; more may be a closed accordion
_CHROME: tuple[tuple[str, str], ...] = (
    ("nav, [role=navigation], [role=menu], [role=menubar], [role=search]", "navigation"),
    ("footer, [role=contentinfo]", "footer"),
    ("[role=banner], body > header, body > div > header", "page header"),
    ("aside, [role=complementary]", "aside"),
    ("dialog, [role=dialog], [role=alertdialog], [aria-modal=true]", "dialog"),
    ("form[data-asks]", "form"),
)
# Whole tokens of class and id: parts of words hit innocents.
_CONSENT = re.compile(
    r"^(?:onetrust-.*|ot-sdk-.*|cookiebot.*|cybot.*|cky-(?:consent|modal|overlay|notice|preference).*|usercentrics.*|"
    r"didomi.*|qc-cmp.*|truste.*|osano-cm.*|cc-window|cc-banner|cmplz-.*|iubenda-cs.*|axeptio.*|tarteaucitron.*|"
    r"(?:cookie|gdpr|consent|privacy)s?[-_]?(?:banner|bar|notice|notification|popup|modal|overlay|dialog|alert|"
    r"consent|message|panel|disclaimer|manager|preferences?)(?:[-_].*)?)$",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"^(?:(?:site|page|main|global|top|primary|secondary|mobile|sub)?[-_]?(?:nav|navbar|navigation|menu|footer)|"
    r"breadcrumbs?|skip[-_]?(?:link|to|nav).*|visually-hidden-focusable|"
    r"(?:social|share)[-_]?(?:share|sharing|links?|icons?|bar|buttons?|media)?|addtoany.*|sharedaddy|"
    r"side-?bar|side-?nav|related[-_]?(?:posts|articles|content|links)|newsletter|subscribe[-_]?form|"
    r"(?:[\w-]+[-_])?modals?(?:[-_](?:container|wrap(?:per)?|box|dialog|content|overlay))?|pop-?up|lightbox|"
    r"back-?to-?top|print[-_]?(?:page|link|button)|language[-_]?(?:selector|switcher|picker)|locale-?selector)$",
    re.IGNORECASE,
)
_HINT = re.compile(r"nav|menu|footer|header|breadcrumb|links|social|share|sidebar", re.IGNORECASE)
_SKIP = re.compile(
    r"(?:skip|jump) to|aller (?:au|à)|zum (?:haupt)?inhalt|zur navigation|(?:ir|saltar) al|vai al|перейти к",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Main:
    """The elements to read, in order, and what was left out."""

    roots: tuple[LexborNode, ...]
    dropped: tuple[Dropped, ...] = ()


def choose(tree: LexborHTMLParser, select: Sequence[str] = (), remove: Sequence[str] = ()) -> Main:
    """The document's elements; ``select`` and ``remove`` are CSS or XPath. Changes the tree."""
    if not select:
        _mark_forms(tree)
    for node in tree.css(_NO_TEXT):
        node.decompose()
    body = tree.body
    if body is None:
        return Main(())
    dropped = [*_cut(body, remove, "removed as told")]
    if select:
        roots = tuple(_outermost(body, select))
        return Main(roots, (*dropped, *_outside(body, roots, "not selected")))
    whole = _count(body)
    for found, why in _furniture(body, whole):
        dropped.append(_drop(found, why))
    root = _main(body)
    return Main((root,), (*dropped, *_outside(body, (root,), "outside the main part")))


def _outside(body: LexborNode, roots: Sequence[LexborNode], why: str) -> Iterator[Dropped]:
    """What stands beside the elements that are read."""
    read = {root.mem_id for root in roots}
    if body.mem_id in read:
        return
    on_the_way = {above.mem_id for root in roots for above in _above(root)}
    waiting = [body]
    while waiting:
        for child in waiting.pop().iter(include_text=True):
            if child.mem_id in on_the_way:
                waiting.append(child)
            elif child.mem_id not in read and (words := _beginning(child)):
                yield Dropped(words, why)


def _mark_forms(tree: LexborHTMLParser) -> None:
    """Forms that ask for something are told from mere wrappers before their fields are gone."""
    for form in tree.css("form"):
        if form.css_first("input:not([type=hidden]), textarea, select") is not None:
            form.attrs["data-asks"] = ""


def _count(node: LexborNode) -> int:
    return len(node.text(separator=" ").split())


def _drop(node: LexborNode, why: str) -> Dropped:
    words = _beginning(node)
    node.decompose()
    return Dropped(words, why)


def _beginning(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())[:80]


def _cut(body: LexborNode, selectors: Sequence[str], why: str) -> Iterator[Dropped]:
    for selector in selectors:
        for node in find(body, selector):
            if _attached(node, body):
                yield _drop(node, why)


def _outermost(body: LexborNode, selectors: Sequence[str]) -> Iterator[LexborNode]:
    """The elements selected, in the order of the page, none within another."""
    chosen = {node.mem_id for selector in selectors for node in find(body, selector)}
    if not chosen:
        raise NothingSelected(", ".join(selectors), "finds nothing on the page")
    if body.mem_id in chosen or (body.parent is not None and body.parent.mem_id in chosen):
        yield body
        return
    for node in body.css("*"):
        if node.mem_id in chosen and not any(above.mem_id in chosen for above in _above(node)):
            yield node


def _above(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _attached(node: LexborNode, body: LexborNode) -> bool:
    return any(above.mem_id == body.mem_id for above in _above(node))


# --- furniture ----------------------------------------------------------------------------------------


def _furniture(body: LexborNode, whole: int) -> Iterator[tuple[LexborNode, str]]:
    """Elements to drop, one by one, each still in the tree when it is given."""
    for selector, why in _CHROME:
        for node in body.css(selector):
            if _attached(node, body) and _may_go(node, whole):
                yield node, why
    for node in body.css("[class], [id]"):
        why = _named(node)
        if why and _attached(node, body) and _may_go(node, whole):
            yield node, why
    for node in body.css("[hidden], [style*='display:none'], [style*='display: none'], [aria-hidden=true]"):
        if _attached(node, body) and _count(node) <= _FEW_HIDDEN:
            yield node, "hidden"
    for node in body.css("a[href^='#']"):
        if _attached(node, body) and _SKIP.match(node.text().strip()):
            yield node, "skip link"


def _may_go(node: LexborNode, whole: int) -> bool:
    count = _count(node)
    if node.tag in ("nav", "footer") and count < whole * _LARGEST and _is_scraps(node):
        return True
    return count < whole * _LARGE


def _is_scraps(node: LexborNode) -> bool:
    """Whether the words are links, names of countries and the like, not sentences."""
    lengths = sorted(len(text.split()) for text in node.text(separator="\n").split("\n") if text.strip())
    return bool(lengths) and lengths[int(len(lengths) * 0.8)] <= 4


def _named(node: LexborNode) -> str:
    if node.tag in ("html", "body", "main", "article"):
        return ""
    attributes = node.attributes
    tokens = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".split()[:20]
    if any(_CONSENT.match(token) for token in tokens):
        return "consent banner"
    if any(_FURNITURE.match(token) for token in tokens):
        return "page furniture"
    return "menu of links" if any(_HINT.search(token) for token in tokens) and _is_links(node) else ""


def _is_links(node: LexborNode) -> bool:
    """Whether most words are links to other pages."""
    links = [link for link in node.css("a[href]") if not (link.attributes.get("href") or "#").startswith("#")]
    return len(links) >= 3 and sum(map(_count, links)) >= _count(node) * 0.6


# --- the main part ------------------------------------------------------------------------------------


def _main(body: LexborNode) -> LexborNode:
    """The innermost main part that holds most of what is left; the body where none does."""
    best, left = body, _count(body)
    for selector in ("main, [role=main]", "article"):
        found = [(node, _count(node)) for node in best.css(selector) if node.mem_id != best.mem_id]
        if not found:
            continue
        node, count = max(found, key=lambda pair: pair[1])
        if count >= left * _MAIN:
            best, left = node, count
    return best
