"""Facts and comparisons as JSON and back, without loss. What is read back wrongly raises ValueError."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from tracker.model import (
    Change,
    Direction,
    Evidence,
    Fact,
    Pair,
    Severity,
    TextChange,
    TextClass,
)

T = TypeVar("T")


def packed(value: Any) -> bytes:
    """A value of lists, strings, numbers and None as JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def unpacked(data: bytes, read: Callable[[Any], T]) -> T:
    """What ``read`` makes of JSON. Raises ValueError where the data are not what was packed."""
    try:
        return read(json.loads(data))
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"not what was packed: {error!r}") from None


def facts(found: Sequence[Fact]) -> list[Any]:
    """Facts as lists."""
    return [
        [fact.kind, fact.key, _attributes(fact.attributes), _evidence(fact.evidence), fact.cue]
        for fact in found
    ]


def facts_of(rows: Any) -> tuple[Fact, ...]:
    """The facts in what ``facts`` gave."""
    return tuple(
        Fact(kind, key, _attributes_of(attributes), _evidence_of(evidence), cue)
        for kind, key, attributes, evidence, cue in rows
    )


def changes(found: Sequence[Change]) -> list[Any]:
    """Changes as lists."""
    return [
        [
            each.id,
            each.rule,
            each.kind,
            each.key,
            each.change,
            str(each.direction),
            str(each.severity),
            each.message,
            list(each.aliases),
            each.was,
            _attributes(each.now),
            _attributes(each.before),
            _evidence(each.old),
            _evidence(each.new),
        ]
        for each in found
    ]


def changes_of(rows: Any) -> tuple[Change, ...]:
    """The changes in what ``changes`` gave."""
    return tuple(
        Change(
            id_,
            rule,
            kind,
            key,
            change,
            Direction(direction),
            Severity(severity),
            message,
            tuple(aliases),
            was,
            _attributes_of(now),
            _attributes_of(before),
            _evidence_of(old),
            _evidence_of(new),
        )
        for (
            id_, rule, kind, key, change, direction, severity, message, aliases, was, now, before, old, new,
        ) in rows
    )  # fmt: skip


def text_changes(found: Sequence[TextChange]) -> list[Any]:
    """Text changes as lists."""
    return [
        [
            str(each.kind),
            *_evidence([each.old, each.new]),
            [list(edit) for edit in each.edits],
            each.reason,
            each.moved,
        ]
        for each in found
    ]


def text_changes_of(rows: Any) -> tuple[TextChange, ...]:
    """The text changes in what ``text_changes`` gave."""
    return tuple(
        TextChange(
            TextClass(kind),
            _one_of(old),
            _one_of(new),
            tuple((sign, words) for sign, words in edits),
            reason,
            moved,
        )
        for kind, old, new, edits, reason, moved in rows
    )


def pairs(found: Sequence[Pair]) -> list[Any]:
    """Pairs of blocks as lists."""
    return [[pair.old, pair.new, pair.moved] for pair in found]


def pairs_of(rows: Any) -> tuple[Pair, ...]:
    """The pairs in what ``pairs`` gave."""
    return tuple(Pair(old, new, moved) for old, new, moved in rows)


def _attributes(values: Mapping[str, str | tuple[str, ...]]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _attributes_of(values: Any) -> dict[str, str | tuple[str, ...]]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _evidence(found: Sequence[Evidence]) -> list[Any]:
    return [[each.start, each.end, each.quote, list(each.section)] for each in found]


def _evidence_of(rows: Any) -> tuple[Evidence, ...]:
    return tuple(map(_one_of, rows))


def _one_of(row: Any) -> Evidence:
    start, end, quote, section = row
    return Evidence(start, end, quote, tuple(section))
