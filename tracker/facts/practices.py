"""Reads practices: what the company says it does or does not (kind ``practice``, attribute ``polarity``).

The lexicon (``practices.toml``) holds for each practice ``[practice.<key>]`` cues for each polarity, and
``other`` for what looks like the practice and is not. In one sentence "no" outdoes "conditional" and both
outdo "yes" where their words overlap ("we do not sell your data, except as described" is still a no). Over
a document, a practice that is both affirmed and denied, or stated with a condition anywhere, is
conditional.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from tracker import lexicons
from tracker.facts.cues import Cues, Hit
from tracker.facts.frames import MAX_HITS
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind, Evidence, Fact

POLARITIES = ("other", "no", "conditional", "yes")  # what comes first outdoes what follows


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
    words = _words(reading.language)
    found: dict[str, list[tuple[str, Evidence, str]]] = {}
    for unit in reading.units:
        if (
            unit.kind is not BlockKind.HEADING
            and not reading.defines(unit)
            and not unit.folded.rstrip("*_ ").endswith("?")
        ):
            for hit in _stated(words, unit):
                key, _, polarity = hit.name.partition("/")
                found.setdefault(key, []).append((polarity, reading.unit_evidence(unit), hit.cue))
    for key in sorted(found):
        statements = found[key]
        evidence = tuple(sorted({evidence for _, evidence, _ in statements}))
        cue = f"{reading.language}/practices: {key} {statements[0][2]!r}"
        yield Fact("practice", key, {"polarity": _overall({one for one, _, _ in statements})}, evidence, cue)


def _stated(words: Cues, unit: Unit) -> Iterator[Hit]:
    """The hits of a sentence that none of the same practice outdoes."""
    hits = words.scan(unit.folded)[:MAX_HITS]
    for hit in hits:
        if not hit.name.endswith("/other") and not any(_outdoes(other, hit) for other in hits):
            yield hit


def _outdoes(other: Hit, hit: Hit) -> bool:
    key, _, polarity = hit.name.partition("/")
    other_key, _, other_polarity = other.name.partition("/")
    stronger = POLARITIES.index(other_polarity) < POLARITIES.index(polarity)
    return key == other_key and stronger and other.start < hit.end and hit.start < other.end


def _overall(polarities: set[str]) -> str:
    return next(iter(polarities)) if len(polarities) == 1 else "conditional"
