"""What a CSS or XPath selector finds on a page.

A selector that begins with "/", "./", ".." or "(" is XPath 1.0. It is asked of a copy of the tree in the
standard library's form, made element by element, so that what it finds is found in the page's own tree again.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from selectolax.lexbor import LexborNode, SelectolaxError

from tracker.extract.wrong_selector import WrongSelector

_XPATH = re.compile(r"\s*(?:\.{0,2}/|\(|\.\.)")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")  # names of attributes that XPath can speak of


def find(body: LexborNode, selector: str) -> list[LexborNode]:
    """The elements that the selector finds, in any order. Raises WrongSelector."""
    if _XPATH.match(selector):
        return _by_xpath(body, selector)
    try:
        return list(body.css(selector))
    except (SelectolaxError, ValueError):
        raise WrongSelector(selector, "is no CSS selector") from None


def _by_xpath(body: LexborNode, selector: str) -> list[LexborNode]:
    import elementpath  # 70 ms, and few policies need it

    root = body.parent or body
    copy, originals = _copied(root)
    try:
        found = elementpath.select(ElementTree.ElementTree(copy), selector, parser=elementpath.XPath1Parser)
    except (elementpath.ElementPathError, ArithmeticError, RecursionError) as error:
        words = str(error).partition("\n")[0]
        raise WrongSelector(selector, f"is no XPath ({words})") from None
    items = found if isinstance(found, list) else [found]
    if not all(id(item) in originals for item in items):
        raise WrongSelector(selector, "finds no elements but text, attributes or numbers")
    return [originals[id(item)] for item in items]


def _copied(root: LexborNode) -> tuple[ElementTree.Element, dict[int, LexborNode]]:
    """The elements and texts below ``root`` as a tree of their own, and which element is whose copy."""
    top = _element(root)
    originals = {id(top): root}
    waiting = [(root.child, top)]
    while waiting:
        node, parent = waiting.pop()
        while node is not None:
            if node.tag == "-text":
                _append(parent, node.text_content or "")
            elif not (node.tag or "-").startswith(("-", "!")):
                copy = _element(node)
                parent.append(copy)
                originals[id(copy)] = node
                waiting.append((node.child, copy))
            node = node.next
    return top, originals


def _element(node: LexborNode) -> ElementTree.Element:
    named = {name: value or "" for name, value in node.attributes.items() if _NAME.fullmatch(name)}
    return ElementTree.Element(node.tag or "", named)


def _append(parent: ElementTree.Element, words: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + words
    else:
        parent.text = (parent.text or "") + words
