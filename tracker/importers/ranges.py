"""Cuts out of a page what selectors take, of which some are ranges (``model.PageReading``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

_ENDS = frozenset(("startBefore", "startAfter", "endBefore", "endAfter"))


@dataclass(frozen=True, slots=True)
class Range:
    """What lies between two elements, each found by a CSS selector."""

    start: str
    end: str
    after_start: bool  # without the first element
    after_end: bool  # with the last element


def is_range(selector: str) -> bool:
    """Whether it is a range: no CSS or XPath selector begins so."""
    return selector.startswith("{")


def range_of(selector: str) -> Range:
    """The range that is written so. Raises ValueError."""
    data = json.loads(selector)
    start, end = data.get("startBefore", data.get("startAfter")), data.get("endBefore", data.get("endAfter"))
    if not isinstance(start, str) or not isinstance(end, str) or not data.keys() <= _ENDS:
        raise ValueError(f"{selector} is no range: it needs one start and one end")
    return Range(start, end, "startAfter" in data, "endAfter" in data)


def cut(page: str, select: Sequence[str], remove: Sequence[str]) -> str:
    """The page with only what is selected; "" where the selectors find nothing of it."""
    for item in remove:
        page = _without(page, item)
    if not select:
        return page
    return "\n".join(part for item in select for part in _taken(page, item))


def _taken(page: str, item: str) -> list[str]:
    tree = LexborHTMLParser(page)
    if not is_range(item):
        return [node.html or "" for node in _found(tree, item)]
    return (
        [tree.body.html or ""]
        if tree.body is not None and _prune(tree.body, tree, range_of(item), keep=True)
        else []
    )


def _without(page: str, item: str) -> str:
    tree = LexborHTMLParser(page)
    if not is_range(item):
        for node in _found(tree, item):
            node.decompose()
    elif tree.body is not None:
        _prune(tree.body, tree, range_of(item), keep=False)
    return tree.html or ""


def _found(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return list(tree.css(selector))
    except (SelectolaxError, ValueError):
        return []


def _prune(body: LexborNode, tree: LexborHTMLParser, item: Range, keep: bool) -> bool:
    """Leaves only what is in the range (or only what is not); False where an end of it is not on the page.

    Elements of which a part is in the range stay, without the other part.
    """
    first, last = (next(iter(_found(tree, selector)), None) for selector in (item.start, item.end))
    places = _places(body)
    if first is None or last is None or not {first.mem_id, last.mem_id} <= places.keys():
        return False
    begin = places[first.mem_id][1 if item.after_start else 0]
    end = places[last.mem_id][1 if item.after_end else 0]
    doomed, waiting = [], [body]
    while waiting:
        child = waiting.pop().child
        while child is not None:
            start, stop = places.get(child.mem_id, (end, end))  # comments have no place
            apart, within = stop <= begin or start >= end, begin <= start and stop <= end
            if apart if keep else within:
                doomed.append(child)
            elif not apart and not within:
                waiting.append(child)
            child = child.next
    for node in doomed:
        node.decompose()
    return True


def _places(body: LexborNode) -> dict[int, tuple[int, int]]:
    """Where each node begins and ends, in the order of the page."""
    nodes = list(body.traverse(include_text=True))
    sizes = {node.mem_id: 1 for node in nodes}
    for node in reversed(nodes[1:]):
        if node.parent is not None and node.parent.mem_id in sizes:
            sizes[node.parent.mem_id] += sizes[node.mem_id]
    return {node.mem_id: (place, place + sizes[node.mem_id]) for place, node in enumerate(nodes)}
