"""Cuts out of a page what an Open Terms Archive declaration with ranges selects."""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from tracker.importers.declarations import Range, Selector


def cut(page: str, select: Sequence[Selector], remove: Sequence[Selector]) -> str:
    """The page with only what is selected; "" where the selectors find nothing of it."""
    for item in remove:
        page = _without(page, item)
    if not select:
        return page
    return "\n".join(part for item in select for part in _taken(page, item))


def _taken(page: str, item: Selector) -> list[str]:
    tree = LexborHTMLParser(page)
    if isinstance(item, str):
        return [node.html or "" for node in _found(tree, item)]
    return [tree.body.html or ""] if tree.body is not None and _prune(tree.body, tree, item, True) else []


def _without(page: str, item: Selector) -> str:
    tree = LexborHTMLParser(page)
    if isinstance(item, str):
        for node in _found(tree, item):
            node.decompose()
    elif tree.body is not None:
        _prune(tree.body, tree, item, False)
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
