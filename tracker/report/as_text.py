"""Plain text for the terminal: facts of a version, and what changed between two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from tracker.diff.text import edits
from tracker.model import (
    Change,
    Comparison,
    Edit,
    Evidence,
    Fact,
    Severity,
    Side,
    TextChange,
    TextClass,
)
from tracker.report.style import DIRECTION_MARK, SEVERITY_COLOUR, Style, harmless, shortened

QUOTE = 240  # characters of a quote shown unless everything is asked for
TITLES = {
    "right": "Rights",
    "party": "Named recipients and processors",
    "recipient_category": "Kinds of recipients",
    "retention": "Retention",
    "legal_basis": "Legal bases",
    "transfer": "Transfers",
    "practice": "Practices",
    "data_category": "Data collected",
    "purpose": "Purposes",
    "controller": "Controller",
    "contact": "Contacts",
    "date": "Dates",
    "age_limit": "Age limits",
    "commitment": "Commitments",
}
_ORDER = (TextClass.SUBSTANTIVE, TextClass.REWORDED, TextClass.MOVED, TextClass.EDITORIAL)


def facts(side: Side, style: Style, explain: bool = False) -> str:
    """What one version states, grouped by kind, each fact with a quote and its section."""
    lines = [
        style.paint(f"{harmless(side.name)}: {len(side.facts)} facts", "bold")
        + f", language {side.document.language}"
    ]
    for kind, group in groupby(side.facts, key=lambda fact: fact.kind):
        lines += ["", style.paint(TITLES[kind], "bold")]
        for fact in group:
            lines += _fact(fact, style, explain)
    return "\n".join(lines) + "\n"


def _fact(fact: Fact, style: Style, explain: bool) -> Iterator[str]:
    attributes = ", ".join(f"{name} {fact.attribute(name)}" for name in sorted(fact.attributes))
    yield f"  {style.paint(harmless(fact.key), 'cyan')}" + (
        f"  ({harmless(attributes)})" if attributes else ""
    )
    evidence = fact.evidence[0]
    more = f" (+{len(fact.evidence) - 1} more)" if len(fact.evidence) > 1 else ""
    yield style.wrap(f"“{shortened(evidence.quote, QUOTE)}”{_place(evidence)}{more}", "      ")
    if explain:
        yield style.wrap(f"read by {harmless(fact.cue)}", "      ")


def comparison(result: Comparison, style: Style, everything: bool = False, words: bool = False) -> str:
    """What changed, by gravity with quotes, then the text.

    ``everything`` shows editorial and moved text too, ``words`` shows quotes in full.
    """
    parts = [*_head(result, style)]
    for severity, group in groupby(result.changes, key=lambda change: change.severity):
        parts += ["", style.paint(str(severity).upper(), "bold", SEVERITY_COLOUR[Severity(severity)])]
        for change in group:
            parts += _change(change, style)
    parts += _text_changes(result.text_changes, style, everything, words)
    return "\n".join(parts) + "\n"


def _head(result: Comparison, style: Style) -> Iterator[str]:
    days = {side.version.captured.date() for side in (result.old, result.new) if side.version}
    form = "%Y-%m-%d" if len(days) > 1 else "%Y-%m-%d %H:%M:%S"
    sides = f"{_name(result.old, form)} → {_name(result.new, form)}"
    yield style.paint(sides, "bold") + f"  {result.verdict}"
    if result.summary:
        yield style.wrap(harmless(result.summary), "")


def _name(side: Side, form: str) -> str:
    date = f" {side.version.captured:{form}}" if side.version else ""
    return harmless(side.name) + date


def _place(evidence: Evidence) -> str:
    return f" — {shortened(' › '.join(evidence.section), 100)}" if evidence.section else ""


def _change(change: Change, style: Style) -> Iterator[str]:
    mark = DIRECTION_MARK[change.direction]
    yield style.wrap(f"{mark} {harmless(change.message)}  [{change.rule}]", "      ", "  ")
    old, new = (change.old[:1] or (None,))[0], (change.new[:1] or (None,))[0]
    if old and new:
        yield style.wrap(_marked(edits(old.quote, new.quote), style, QUOTE) + _place(new), "      ", "    ~ ")
    elif old:
        yield style.wrap(f"“{shortened(old.quote, QUOTE)}”{_place(old)}", "      ", "    - ")
    elif new:
        yield style.wrap(f"“{shortened(new.quote, QUOTE)}”{_place(new)}", "      ", "    + ")


def _text_changes(
    changes: tuple[TextChange, ...], style: Style, everything: bool, words: bool
) -> Iterator[str]:
    counts = Counter(change.kind for change in changes)
    if not counts:
        return
    told = ", ".join(f"{counts[kind]} {kind}" for kind in _ORDER if counts[kind])
    yield ""
    yield style.paint("TEXT", "bold") + f"  {told}"
    shown = [change for change in changes if everything or not _is_noise(change)]
    for change in shown:
        place = change.new if change.new.quote else change.old
        why = f" ({harmless(change.reason)})" if change.reason else ""
        yield style.wrap(f"{change.kind}{why}{_place(place)}", "      ", "  ")
        yield style.wrap(_marked(change.edits, style, 10**9 if words else 3 * QUOTE), "      ")
    if len(shown) < len(changes):
        more = len(changes) - len(shown)
        yield f"  {more} told above, editorial or merely moved: --all shows them too"


def _is_noise(change: TextChange) -> bool:
    """Whether a reader misses nothing without it: its substance is told above, or there is none."""
    return change.told or change.kind in (TextClass.EDITORIAL, TextClass.MOVED)


def _marked(changes: tuple[Edit, ...], style: Style, limit: int) -> str:
    """Edits as one string with marks; unchanged stretches are cut in the middle to keep within ``limit``."""
    same = sum(len(words) for sign, words in changes if sign == "=")
    room = max(40, (limit - sum(len(words) for sign, words in changes) + same) // (len(changes) or 1))
    paint = {"=": lambda words: _middle_cut(words, room), "-": style.removed, "+": style.added}
    return "".join(paint[sign](harmless(words)) for sign, words in changes)


def _middle_cut(words: str, room: int) -> str:
    if len(words) <= room:
        return words
    head, tail = words[: room // 2], words[-room // 2 :]
    return head.rsplit(" ", 1)[0] + " … " + tail.split(" ", 1)[-1]
