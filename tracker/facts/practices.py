"""Reads practices: what the company says it does or does not (kind ``practice``, attribute ``polarity``).

The lexicon (``practices.toml``) holds for each practice ``[practice.<key>]`` cues for each polarity, and
``other`` for what looks like the practice and is not. In one sentence "no" outdoes "conditional" and both
outdo "yes" where their words overlap ("we do not sell your data, except as described" is still a no). Over
a document, a practice that is both affirmed and denied, or stated with a condition anywhere, is
conditional. ``[limits]`` holds the words by which people's own choice limits what they stand beside:
``consent`` (asked first) and ``opt_out`` (objecting afterwards); where one kind alone does, it is the
attribute ``condition``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tracker import lexicons
from tracker.facts.cues import Cues, Hit
from tracker.facts.frames import MAX_HITS
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Evidence, Fact

# What may hang on a person's choice; the choice of a parent or a browser's signal has cues of its own
_CHOSEN = frozenset({"sell_data", "share_for_advertising", "ai_training", "profiling", "tracking_cookies"})
_REACH = 80  # characters between a practice and the words that limit it
_SCHEME = re.compile(r"\bhttps?://")
POLARITIES = ("other", "no", "conditional", "yes")  # what comes first outdoes what follows


@cache
def _limits(language: str) -> Cues:
    return Cues(lexicons.table(language, "practices").get("limits", {}))


@cache
def _words(language: str) -> Cues:
    practices = lexicons.table(language, "practices").get("practice", {})
    return Cues(
        {
            f"{key}/{name}": table[name]
            for key, table in practices.items()
            for name in POLARITIES
            if name in table
        }
    )


def read(reading: Reading) -> Iterable[Fact]:
    """One fact for each practice."""
    words, limits = _words(reading.language), _limits(reading.language)
    found: dict[str, list[tuple[str, Evidence, str]]] = {}
    conditions: dict[str, set[str]] = {}
    for unit in reading.units:
        if (
            unit.kind is not BlockKind.HEADING
            and not reading.defines(unit)
            and not unit.folded.rstrip("*_ ").endswith("?")
        ):
            stated = list(_stated(words, unit))
            for hit in stated:
                key, _, polarity = hit.name.partition("/")
                condition = _condition(hit, stated, limits, unit) if key in _CHOSEN else ""
                if condition:
                    polarity = "conditional"
                    conditions.setdefault(key, set()).add(condition)
                found.setdefault(key, []).append((polarity, reading.unit_evidence(unit), hit.cue))
    for key in sorted(found):
        statements = found[key]
        evidence = tuple(sorted({evidence for _, evidence, _ in statements}))
        cue = f"{reading.language}/practices: {key} {statements[0][2]!r}"
        attributes = {"polarity": _overall({one for one, _, _ in statements})}
        if len(conditions.get(key, ())) == 1:
            attributes["condition"] = min(conditions[key])
        yield Fact("practice", key, attributes, evidence, cue)


def _condition(hit: Hit, stated: list[Hit], limits: Cues, unit: Unit) -> str:
    """The choice that limits what a hit says: none of another practice may stand between."""
    key = hit.name.partition("/")[0]
    others = [other for other in stated if other.name.partition("/")[0] != key]
    for limit in limits.scan(unit.folded)[:MAX_HITS]:
        start, end = min(hit.end, limit.end), max(hit.start, limit.start)
        apart = any(start <= other.start and other.end <= end for other in others)
        if end - start <= _REACH and not apart and not set(unit.folded[start:end]) & set(";:"):
            return limit.name
    return ""


def _stated(words: Cues, unit: Unit) -> Iterator[Hit]:
    """The hits of a sentence that none of the same practice outdoes."""
    hits = words.scan(_without_schemes(unit.folded))[:MAX_HITS]
    for hit in hits:
        if not hit.name.endswith("/other") and not any(_outdoes(other, hit) for other in hits):
            yield hit


def _without_schemes(folded: str) -> str:
    """The words, of the same length, with no "https" where an address begins: it tells no encryption."""
    return _SCHEME.sub(lambda match: "_" * len(match[0]), folded)


def _outdoes(other: Hit, hit: Hit) -> bool:
    key, _, polarity = hit.name.partition("/")
    other_key, _, other_polarity = other.name.partition("/")
    stronger = POLARITIES.index(other_polarity) < POLARITIES.index(polarity)
    near = other.start <= hit.end + 1 and hit.start <= other.end + 1  # "keine Tracking-|Cookies"
    return key == other_key and stronger and near


def _overall(polarities: set[str]) -> str:
    return next(iter(polarities)) if len(polarities) == 1 else "conditional"
