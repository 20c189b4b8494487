"""Markup that nests deeper than any page does: parsing it takes time with the square of the depth."""

from __future__ import annotations

import html
import re

DEEPEST = 1_500  # elements within elements; real pages stay below 100
# Their end tags are optional, or they have none: left open they do not nest.
_FLAT = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "li", "p", "td", "th", "tr", "dd", "dt", "option", "optgroup", "thead", "tbody",
    "tfoot", "colgroup", "rp", "rt", "html", "head", "body", "a", "b", "i", "u", "em", "strong",
    "font", "small", "big", "code", "s", "strike", "tt", "nobr",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
_ANY_TAG = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,5000}>")
_BLOCK = re.compile(
    r"</?(?:div|p|li|ul|ol|table|tr|h[1-6]|section|article|blockquote|dd|dt|br|hr)\b[^<>]{0,5000}>", re.I
)


def too_deep(text: str) -> bool:
    """Whether elements nest deeper than DEEPEST."""
    if text.count("<") < DEEPEST:
        return False
    depth = 0
    for match in _TAG.finditer(text):
        if match[2].lower() in _FLAT:
            continue
        depth = depth + 1 if not match[1] else max(depth - 1, 0)
        if depth > DEEPEST:
            return True
    return False


def flattened(text: str) -> str:
    """The words of a page without its structure, a line for each block."""
    for name in ("script", "style", "noscript", "template"):
        text = _without(text, name)
    return html.unescape(_ANY_TAG.sub("", _BLOCK.sub("\n", text)))


def _without(text: str, name: str) -> str:
    parts = []
    lower, at = text.lower(), 0
    if len(lower) != len(text):  # letters whose small form is longer
        lower = text
    while (start := lower.find(f"<{name}", at)) >= 0:
        parts.append(text[at:start])
        end = lower.find(f"</{name}", start)
        if end < 0:
            return "".join(parts)
        at = end
    return "".join([*parts, text[at:]])
