"""The vocabulary of facts with its DPV terms, out of ``vocabulary.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Term:
    """A key or kind: what it says, its IRI with a prefix ("gdpr:A15"); a minted one has a broader term."""

    sense: str
    iri: str
    broader: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facts: its own term, the relation from a notice to its facts, and the terms of its keys."""

    term: Term
    relation: str
    keys: Mapping[str, Term]
    more: Mapping[str, Any]  # further tables: roles, polarities


@cache
def namespaces() -> Mapping[str, str]:
    """The address behind each prefix."""
    return MappingProxyType(_table()["namespaces"])


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds, by name."""
    return MappingProxyType({name: _kind(data) for name, data in _table().items() if name != "namespaces"})


def terms() -> dict[str, Term]:
    """Every term of the vocabulary, by IRI."""
    found = {}
    for kind in kinds().values():
        for term in (kind.term, *kind.keys.values()):
            found[term.iri] = term
    return found


def full(iri: str) -> str:
    """The whole IRI of a prefixed one."""
    prefix, _, name = iri.partition(":")
    return namespaces()[prefix] + name


def _kind(data: Mapping[str, Any]) -> Kind:
    keys = {name: Term(**entry) for name, entry in data.get("keys", {}).items()}
    more = {name: value for name, value in data.items() if name not in ("sense", "iri", "relation", "keys")}
    return Kind(Term(data["sense"], data["iri"]), data["relation"], keys, more)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("tracker") / "vocabulary.toml").read_text("utf-8"))
