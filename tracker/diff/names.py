"""Names of organisations: when two are the same, and when one is another's new form."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from tracker import gazetteer
from tracker.facts.cues import fold
from tracker.model import Fact

_WORD = re.compile(r"\w+")
_LEGAL_FORMS = frozenset(
    [
        "inc",
        "incorporated",
        "llc",
        "ltd",
        "limited",
        "gmbh",
        "corp",
        "corporation",
        "co",
        "company",
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "plc",
        "oy",
        "oyj",
        "ab",
        "as",
        "ag",
        "se",
        "kg",
        "pbc",
        "lp",
        "llp",
        "eood",
        "ood",
        "pty",
        "pte",
        "doo",
        "aps",
        "kft",
        "kk",
        "ооо",
        "тоо",
        "зао",
        "ао",
        "оао",
        "пао",
        "ип",
    ]
)
_MERGED = re.compile(r"\b(?:\w\.){2,}\w?(?!\w)")  # "S.A.R.L.", "B.V."


@lru_cache(maxsize=20_000)
def tokens(name: str) -> tuple[str, ...]:
    """The folded words of a name without its legal form ("Stripe, Inc." -> ("stripe",))."""
    folded = _MERGED.sub(lambda dotted: dotted[0].replace(".", ""), fold(name)).replace("a/s", "as")
    words = tuple(_WORD.findall(folded))
    return tuple(word for word in words if word not in _LEGAL_FORMS) or words


def plain(name: str) -> str:
    """The name in one spelling: equal for names that differ in case, punctuation or legal form."""
    return "".join(tokens(name)).replace("_", "")


def names_of(fact: Fact) -> frozenset[str]:
    """The names of a party or controller in the text, in one spelling; a service's legal entity is not among
    them.
    """
    return frozenset(filter(None, (plain(name) for name in (fact.key, *fact.aliases))))


def longer_form(one: str, other: str) -> bool:
    """Whether one name is the other with words added ("Amazon", "Amazon Web Services")."""
    first, second = set(tokens(one)), set(tokens(other))
    return bool(first) and bool(second) and (first < second or second < first)


def known_rename(one: str, other: str) -> bool:
    """Whether the names are known to be one organisation's or service's, former and present."""
    if plain(other) in {plain(name) for name in other_names(one)}:
        return True
    first, second = gazetteer.lookup(one), gazetteer.lookup(other)
    return first is not None and first == second


def other_names(name: str) -> tuple[str, ...]:
    """The former and present names that are known of an organisation or service."""
    return _renames().get(plain(name), ())


@lru_cache(maxsize=1)
def _renames() -> dict[str, tuple[str, ...]]:
    lines = (files("tracker.gazetteer") / "renames.tsv").read_text("utf-8").splitlines()[1:]
    found: dict[str, tuple[str, ...]] = {}
    for former, now in (line.split("\t") for line in lines):
        found[plain(former)] = (*found.get(plain(former), ()), now)
        found[plain(now)] = (*found.get(plain(now), ()), former)
    return found
