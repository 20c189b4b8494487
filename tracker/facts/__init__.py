"""Reads out of a document what it states: typed facts, each with the words that prove it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from tracker import lexicons
from tracker.facts.reading import Reading, read_units
from tracker.model import Document, Evidence, Fact

# The order of kinds in every output; each module reads one family of kinds: read(Reading) -> Iterable[Fact]
KINDS = (
    "right", "party", "recipient_category", "retention", "legal_basis", "transfer", "practice",
    "data_category",
    "purpose", "controller", "contact", "date", "age_limit", "commitment",
)  # fmt: skip
READERS = (
    "rights", "parties", "recipients", "retention", "bases", "transfers", "practices", "categories",
    "identity",
    "dates", "commitments",
)  # fmt: skip


def read(document: Document) -> tuple[Fact, ...]:
    """The document's facts, by kind in the order of KINDS, then by key; the same input gives the same facts.

    A language without a lexicon is read with the English one: it finds what does not depend on language.
    """
    language = document.language if document.language in lexicons.languages() else "en"
    reading = Reading(document, language, read_units(document, language))
    found: list[Fact] = []
    for name in READERS:
        found.extend(import_module(f"tracker.facts.{name}").read(reading))
    return merged(found)


def merged(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts that are the same in kind, key and attributes made one, with all their evidence in order."""
    groups: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.kind, fact.key, repr(sorted(fact.attributes.items()))), []).append(fact)
    one = [
        Fact(first.kind, first.key, first.attributes, _all_evidence(same), first.cue)
        for same in groups.values()
        for first in same[:1]
    ]
    return tuple(sorted(one, key=lambda f: (KINDS.index(f.kind), f.key, repr(sorted(f.attributes.items())))))


def _all_evidence(facts: list[Fact]) -> tuple[Evidence, ...]:
    return tuple(sorted({evidence for fact in facts for evidence in fact.evidence}))
