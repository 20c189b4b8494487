"""What a report template may use: frozen records of plain values, made from a comparison.

Texts are already harmless (``marking.safe``) but not escaped: templates escape by themselves. A test holds
records and templates together, so a field that no template uses, or a name that no record has, shows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from tracker import rules
from tracker.model import (
    Change,
    Comparison,
    Direction,
    Document,
    Evidence,
    Severity,
    Side,
    TextClass,
)
from tracker.report import marking, outline, passages, wording
from tracker.report.marking import Segment, safe, sentence
from tracker.report.outline import Entry, Stretch
from tracker.report.passages import Place, Reference
from tracker.report.wording import Wording

FOREMOST = ("right", "party")  # kinds whose changes stand first, as cards
_AROUND = 280  # characters of a clause shown on either side of a quote
_UNSEEN: Mapping[str, datetime] = MappingProxyType({})
_QUOTES = 5  # quotes shown of one side of a change


@dataclass(frozen=True, slots=True)
class Capture:
    """One side of the comparison: what was captured, where and when."""

    name: str
    title: str
    language: str
    captured: datetime | None
    seen: datetime | None  # when it was last looked at and found the same
    url: str
    version: str
    raw_sha256: str
    text_sha256: str
    provenance: str
    tool: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a policy that prove something, within their clause."""

    segments: tuple[Segment, ...]
    section: tuple[str, ...]
    language: str
    place: str  # id of the passage in the text below; "" where there is none


@dataclass(frozen=True, slots=True)
class Value:
    """An attribute that is not on both sides the same."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class TypedChange:
    """A change of substance."""

    id: str
    rule: str
    rule_title: str
    reason: str
    kind: str
    key: str
    label: str
    aliases: tuple[str, ...]
    change: str
    direction: str
    severity: str
    message: str
    values: tuple[Value, ...]
    old: tuple[Quote, ...]
    new: tuple[Quote, ...]
    more_old: int  # older quotes that are not given
    more_new: int


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one gravity."""

    severity: str
    changes: tuple[TypedChange, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of what."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class View:
    """The report of one comparison."""

    name: str
    verdict: str
    summary: str
    old: Capture
    new: Capture
    severities: tuple[Count, ...]  # gravest first, none left out
    directions: tuple[Count, ...]  # those that occur
    classes: tuple[Count, ...]  # of text changes, those that occur
    foremost: tuple[TypedChange, ...]  # of rights and named recipients
    groups: tuple[Group, ...]  # all others
    contents: tuple[Entry, ...]
    stretches: tuple[Stretch, ...]


def view(
    result: Comparison, title: str = "", texts: Wording | None = None, seen: Mapping[str, datetime] = _UNSEEN
) -> View:
    """The template context of a comparison.

    ``title``: what the policy is called, where it has a name; ``seen``: when versions (by id) were last found
    the same.
    """
    texts = texts or wording.load()
    rows = passages.rows(result)
    made = [_typed(change, result, rows, texts) for change in result.changes]
    made.sort(key=lambda change: Severity(change.severity).rank)
    marked = outline.with_changes(
        rows,
        [
            (Reference(each.id, each.severity, each.message), outline.places_of(each.old + each.new))
            for each in made
        ],
    )
    others = [change for change in made if change.kind not in FOREMOST]
    return View(
        name=safe(title or _title(result)),
        verdict=result.verdict,
        summary=safe(texts.summary(result)),
        old=_capture(result.old, seen),
        new=_capture(result.new, seen),
        severities=tuple(Count(each, sum(c.severity == each for c in made)) for each in Severity),
        directions=_counts(Direction, (change.direction for change in made)),
        classes=_counts(TextClass, (str(change.kind) for change in result.text_changes)),
        foremost=tuple(change for change in made if change.kind in FOREMOST),
        groups=tuple(
            Group(each, found)
            for each in Severity
            if (found := tuple(change for change in others if change.severity == each))
        ),
        contents=outline.contents(marked),
        stretches=outline.stretches(marked),
    )


def _title(result: Comparison) -> str:
    return result.new.name or result.new.document.title or result.old.name


def _counts(names: Iterable[str], found: Iterable[str]) -> tuple[Count, ...]:
    counted = Counter(found)
    return tuple(Count(str(name), counted[name]) for name in names if counted[name])


def _capture(side: Side, seen: Mapping[str, datetime]) -> Capture:
    version = side.version
    return Capture(
        name=safe(side.name),
        title=safe(side.document.title),
        language=side.document.language,
        captured=version.captured if version else None,
        seen=seen.get(version.id) if version else None,
        url=safe(version.url) if version else "",
        version=version.id if version else "",
        raw_sha256=version.raw_sha256 if version else "",
        text_sha256=version.text_sha256 if version else "",
        provenance=version.provenance if version else "",
        tool=version.tool if version else "",
    )


# --- a change of substance ----------------------------------------------------------------------------


def _typed(change: Change, result: Comparison, places: passages.Rows, texts: Wording) -> TypedChange:
    rule = rules.load().rules.get(change.rule)
    old = [_quote(each, result.old.document, places.old) for each in change.old[:_QUOTES]]
    new = [_quote(each, result.new.document, places.new) for each in change.new[:_QUOTES]]
    if change.old and change.new:
        old[0], new[0] = _both(change.old[0], change.new[0], result, (old[0], new[0]))
    return TypedChange(
        id=change.id,
        rule=change.rule,
        rule_title=rule.title if rule else change.rule,
        reason=rule.reason if rule else "",
        kind=change.kind,
        key=safe(change.key),
        label=safe(texts.label(change.kind, change.key)),
        aliases=tuple(map(safe, change.aliases)),
        change=change.change,
        direction=change.direction,
        severity=change.severity,
        message=sentence(safe(texts.headline(change))),
        values=tuple(_values(change, texts)),
        old=tuple(old),
        new=tuple(new),
        more_old=max(0, len(change.old) - _QUOTES),
        more_new=max(0, len(change.new) - _QUOTES),
    )


def _values(change: Change, texts: Wording) -> Iterator[Value]:
    names = sorted({*change.before, *change.now})
    for name in names:
        before, now = _spoken(change.before, name, texts), _spoken(change.now, name, texts)
        if before != now:
            yield Value(name, before, now)


def _spoken(attributes: Mapping[str, str | tuple[str, ...]], name: str, texts: Wording) -> str:
    found = attributes.get(name, ())
    values = (found,) if isinstance(found, str) else found
    return safe(", ".join(texts.value(name, value) for value in values if value))


def _both(
    old: Evidence, new: Evidence, result: Comparison, alone: tuple[Quote, Quote]
) -> tuple[Quote, Quote]:
    """Both first quotes with what differs marked, where their clauses are alike enough."""
    before, _, _ = _clause(old, result.old.document)
    after, _, _ = _clause(new, result.new.document)
    marked = marking.compared(before, after)
    if marked is None:
        return alone
    one, other = alone
    return (
        Quote(marking.abridged(marking.side(marked, "removed")), one.section, one.language, one.place),
        Quote(marking.abridged(marking.side(marked, "added")), other.section, other.language, other.place),
    )


def _quote(evidence: Evidence, document: Document, place: Place) -> Quote:
    text, start, end = _clause(evidence, document)
    return Quote(
        marking.abridged(marking.quoted(text, start, end)),
        tuple(map(safe, evidence.section)),
        document.language,
        place.at(evidence.start),
    )


def _clause(evidence: Evidence, document: Document) -> tuple[str, int, int]:
    """The words around a quote, within its paragraph, and where in them the quote stands."""
    text = document.text
    first, last = _borders(evidence, document)
    start, end = max(first, evidence.start - _AROUND), min(last, evidence.end + _AROUND)
    if start > first:
        start = _word_start(text, start, evidence.start)
    if end < last:
        end = _word_end(text, end, evidence.end)
    before, after = "…" if start > first else "", "…" if end < last else ""
    shift = len(before) - start
    return before + text[start:end] + after, evidence.start + shift, evidence.end + shift


def _borders(evidence: Evidence, document: Document) -> tuple[int, int]:
    """Start and end of the blocks that the evidence lies in."""
    at = bisect_right(document.blocks, evidence.start, key=lambda block: block.start) - 1
    to = max(bisect_left(document.blocks, evidence.end, key=lambda block: block.start) - 1, 0)
    start = document.blocks[at].start if at >= 0 else evidence.start
    end = document.blocks[to].end if document.blocks else evidence.end
    return min(start, evidence.start), max(end, evidence.end)


def _word_start(text: str, start: int, limit: int) -> int:
    space = text.find(" ", start, limit)
    return space + 1 if space >= 0 else start


def _word_end(text: str, end: int, limit: int) -> int:
    space = text.rfind(" ", limit, end)
    return space if space >= 0 else end
