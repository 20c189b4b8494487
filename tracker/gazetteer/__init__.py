"""Known services and organisations: a table that anybody may extend (services.tsv, one line each).

Columns: ``name``; ``aliases``, parted by ";"; ``entity``, the legal entity where its name differs; ``role``;
``country`` of the entity (ISO 3166-1 alpha-2); ``needs``: "context" where the name is also an ordinary word
(Segment, Branch, Square), so that it counts only where the sentence says that it receives data.
The table names and completes parties; it never decides alone that one is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from rapidfuzz.distance import Levenshtein

from tracker.facts.cues import fold

_NOT_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Service:
    """One line of the table."""

    name: str
    aliases: tuple[str, ...]
    entity: str  # "" where it is the same or not known
    role: str
    country: str
    ordinary: bool  # the name is also an ordinary word


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name as it stands in a text."""

    start: int
    end: int
    service: Service
    ordinary: bool  # this very name is also an ordinary word
    listed: str  # the name as the table spells it


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """A name as it is compared: folded letters and digits alone ("Logz.io" and "logz io" are one)."""
    return _NOT_PLAIN.sub("", fold(name))


@lru_cache(maxsize=1)
def services() -> tuple[Service, ...]:
    """The whole table in its order."""
    lines = (files("tracker.gazetteer") / "services.tsv").read_text("utf-8").splitlines()[1:]
    return tuple(_service(line) for line in lines)


def _service(line: str) -> Service:
    name, aliases, entity, role, country, needs = line.split("\t")
    others = tuple(alias.strip() for alias in aliases.split(";") if alias.strip())
    return Service(name, others, entity, role, country, needs == "context")


@lru_cache(maxsize=1)
def _by_plain() -> dict[str, Service]:
    found: dict[str, Service] = {}
    for service in services():
        for name in (service.name, *service.aliases):
            found.setdefault(plain(name), service)
    return found


def lookup(name: str) -> Service | None:
    """The service of that name, however it is spaced, pointed and cased."""
    return _by_plain().get(plain(name))


@lru_cache(maxsize=4096)
def misspelt(name: str) -> Service | None:
    """The service of whose name this is a misspelling: a letter or two off, long enough to tell."""
    wrong = plain(name)
    if len(wrong) < 6:
        return None
    allowed = 1 if len(wrong) < 11 else 2
    near = (
        (Levenshtein.distance(wrong, right, score_cutoff=allowed), right)
        for right in _by_plain()
        if right[0] == wrong[0] and abs(len(right) - len(wrong)) <= allowed and len(right) > 5
    )
    best = min((pair for pair in near if pair[0] <= allowed), default=None)
    return _by_plain()[best[1]] if best and not best[1].isdigit() else None


@lru_cache(maxsize=1)
def _automaton() -> tuple[AhoCorasick, list[tuple[str, Service]]]:
    names = [(name, service) for service in services() for name in (service.name, *service.aliases)]
    found = {form: (name, service) for name, service in reversed(names) for form in _inflected(fold(name))}
    found |= {fold(name): (name, service) for name, service in reversed(names)}
    automaton = AhoCorasick(
        list(found), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
    )
    return automaton, list(found.values())


_RUSSIAN_ENDINGS = (
    ("а", ("и", "ы", "у", "е", "ой")),
    ("я", ("и", "ю", "е", "ей")),
    ("о", ("а", "у", "ом", "е")),
)
_RUSSIAN_CONSONANTS = "бвгджзклмнпрстфхцчшщ"


def _inflected(folded: str) -> list[str]:
    """The other cases of a Russian name ("яндекс.метрика": "яндекс.метрики", "яндекс.метрике" ...)."""
    for ending, others in _RUSSIAN_ENDINGS:
        if folded.endswith(ending):
            return [folded[:-1] + other for other in others]
    if len(folded) > 4 and folded[-1] in _RUSSIAN_CONSONANTS:
        return [folded + other for other in ("а", "у", "ом", "е")]
    return []


def mentions(text: str, folded: str) -> Iterator[Mention]:
    """Known names in ``text`` (``folded``: its fold), left to right, the longest where several begin.

    A name counts only as a whole word and written as a name: with a capital, a digit or a point in it.
    """
    automaton, known = _automaton()
    for number, start, end in automaton.find_matches_as_indexes(folded):
        if not _is_word(folded, start, end):
            continue
        name, service = known[number]
        if _written_as_name(text[start:end], name):
            yield Mention(start, end, service, service.ordinary and name == service.name, name)


def _is_word(folded: str, start: int, end: int) -> bool:
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if before.isalnum() or before in ("@", "_", "-") or after.isalnum() or after in ("_", "@"):
        return False
    in_address = before in (".", "/") and folded[start - 2 : start - 1].isalnum()
    in_domain = after == "." and folded[end + 1 : end + 3].isalpha() and len(folded[end + 1 : end + 3]) == 2
    return not in_address and not in_domain


def _written_as_name(written: str, name: str) -> bool:
    if any(char.isupper() or char.isdigit() for char in written):
        return True
    return written == name and (not written.isalpha() or len(written) > 7)


@lru_cache(maxsize=1)
def no_parties() -> frozenset[str]:
    """Plain names of what is named and never receives data: laws, seals, browsers, authorities, places."""
    lines = (files("tracker.gazetteer") / "no_parties.txt").read_text("utf-8").splitlines()
    listed = (name for line in lines if not line.startswith("#") for name in line.split(";"))
    return frozenset(plain(name) for name in listed if name.strip())
