"""Names in a text that may be parties, and what tells a name from other words that are written like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from tracker import gazetteer, lexicons
from tracker.facts import names
from tracker.facts.cues import Cues, fold
from tracker.facts.reading import Reading, Unit
from tracker.gazetteer import Service

MIN_BRAND = 5  # characters of a controller's first word that is its brand by itself
MAX_NAMES = 80  # names looked at in one unit: enough for any honest list, a bound for hostile ones


@dataclass(frozen=True, slots=True)
class Item:
    """A name that may be a party: spans into the document's text."""

    start: int
    end: int
    full_end: int  # after the legal form
    full_start: int  # before it, where it stands first
    service: Service | None = None  # where the gazetteer knows it
    ordinary: bool = False  # known, but also an ordinary word
    listed: str = ""  # the spelling of the gazetteer's table

    @property
    def has_form(self) -> bool:
        """Whether a legal form stands beside the name."""
        return self.full_end > self.end or self.full_start < self.start


@dataclass(frozen=True, slots=True)
class Own:
    """What the document itself tells of names in it."""

    names: frozenset[str]  # the controller's and its brands', by ``names.same``
    stated: frozenset[str]  # the controller's alone
    lower: frozenset[str]  # ``lower_words``
    written: tuple[str, ...] = ()  # the controller's names as written

    def begins_with(self, name: str) -> bool:
        """Whether the name is the beginning of the controller's ("Example" of "Example Travel Ltd")."""
        return len(name) >= MIN_BRAND and any(full.startswith(f"{name} ") for full in self.written)


@dataclass(frozen=True)
class Words:
    """What a language's lexicon knows of names and their contexts."""

    small: frozenset[str]
    generic: frozenset[str]
    heads: frozenset[str]
    openers: frozenset[str]
    between: frozenset[str]
    conjunctions: frozenset[str]
    cues: Cues
    roles: Cues
    joins: Cues
    columns: Cues
    nouns_capitalised: bool
    other_script: bool
    noun_endings: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    name_endings: tuple[str, ...] = ()
    ordinary_endings: tuple[str, ...] = ()
    service_endings: tuple[str, ...] = ()
    limits: frozenset[str] = frozenset()

    def sounds_like_a_name(self, name: str) -> bool:
        """Whether the word ends as names of services do and common nouns do not."""
        word = name.lower()
        return (
            bool(self.name_endings)
            and word.endswith(self.name_endings)
            and not word.endswith(self.ordinary_endings)
        )

    def is_common_noun(self, name: str) -> bool:
        """Whether the word ends as common nouns do where those have capitals too."""
        return name.lower().endswith(self.noun_endings) if self.noun_endings else False


@cache
def words_of(language: str) -> Words:
    """The language's lexicon, compiled."""
    table = lexicons.table(language, "parties")
    small = frozenset(table.get("small", ()))
    conjunctions = frozenset(word for phrase in table.get("conjunctions", ()) for word in phrase.split())
    return Words(
        small,
        frozenset(table.get("generic", ())) | small,
        frozenset(table.get("heads", ())),
        frozenset(table.get("openers", ())),
        frozenset(table.get("between", ())) | conjunctions,
        conjunctions,
        Cues(table.get("cues", {})),
        Cues(table.get("roles", {})),
        Cues(table.get("joins", {})),
        Cues(table.get("columns", {})),
        bool(table.get("nouns_capitalised", False)),
        bool(table.get("other_script", False)),
        tuple(table.get("noun_endings", ())),
        tuple(table.get("joints", ())),
        tuple(table.get("name_endings", ())),
        tuple(table.get("ordinary_endings", ())),
        tuple(table.get("service_endings", ())),
        frozenset(table.get("limits", ())),
    )


def is_nobody(name: str, words: Words, lower: frozenset[str] = frozenset()) -> bool:
    """Whether a name is a law, a browser, a place, or made of words that name nobody.

    ``lower``: words that the document also writes without a capital, so that they are no names there.
    """
    short = names.bare(name).removesuffix("'s").removesuffix("’s")
    parts = _PARTS.findall(fold(short))
    if not parts or len(gazetteer.plain(name)) < 2 or gazetteer.plain(short) in gazetteer.no_parties():
        return True
    if " of " in short and is_nobody(short.rsplit(" of ", 1)[1].removeprefix("the "), words, lower):
        return True
    if re.search(r"\d{4}|^[A-Z]{2}$|^\d", short) or parts[0] in words.openers:
        return True
    # a legal form shows that it is an organisation's name after all
    formed = len(names.bare(name)) < len(name.strip(" .,;:()[]*'\"«»“”„"))
    if parts[-1] in words.heads and not formed and not gazetteer.lookup(name):
        return True
    return all(_is_plain_word(part.removesuffix("'s"), words.generic, lower) for part in parts)


_PARTS = re.compile(r"[\w'.-]+")


def _is_plain_word(part: str, generic: frozenset[str], lower: frozenset[str]) -> bool:
    if part in generic or part.isdigit() or len(part) == 1 or part in lower:
        return True
    if "-" in part:
        return all(piece in generic or piece in lower for piece in part.split("-"))
    return part.removesuffix("s") in lower or f"{part}s" in lower


_LOWER = re.compile(r"(?<![\w.@/-])[a-zа-яäöüßéèàçñ]{3,}(?![\w@.-]\w)")


def lower_words(text: str) -> frozenset[str]:
    """All words that the text writes without a capital, addresses aside."""
    return frozenset(_LOWER.findall(text))


def known_items(reading: Reading, unit: Unit) -> list[Item]:
    """The names in the unit that the gazetteer knows."""
    start = unit.start
    return [
        Item(start + m.start, start + m.end, start + m.end, start + m.start, m.service, m.ordinary, m.listed)
        for m in gazetteer.mentions(reading.words(unit), unit.folded)
    ]


def find_items(reading: Reading, unit: Unit, words: Words, known: Sequence[Item]) -> list[Item]:
    """The names in the unit, left to right, those that the gazetteer knows completed."""
    text = reading.document.text
    found: list[Item] = []
    for name in names.spans(text, unit.start, unit.end, words.small):
        name = names.completed(text, _without_service(text, name, words), unit.end, words.joints)
        if found and name.start < found[-1].end:
            continue
        inside = [k for k in known if k.start < name.full_end and name.start < k.end]
        found.extend(_reconciled(text, name, inside))
        known = [k for k in known if k not in inside]
        if len(found) >= MAX_NAMES:
            break
    return sorted([*found, *known], key=lambda item: item.start)[:MAX_NAMES]


def _without_service(text: str, name: names.Name, words: Words) -> names.Name:
    """A name without the common noun written before it with a capital ("Rechenzentrum | Example AG")."""
    if not words.nouns_capitalised:
        return name
    first, space, rest = text[name.start : name.end].partition(" ")
    noun = first.lower()
    service = noun in words.between or (words.service_endings and noun.endswith(words.service_endings))
    if not (rest and service):
        return name
    return replace(name, start=name.start + len(first) + len(space))


def _reconciled(text: str, name: names.Name, known: Sequence[Item]) -> list[Item]:
    """A name and the known names inside it, made one: which of them is meant."""
    whole = Item(name.start, name.end, name.full[1], name.full[0])
    if not known:
        short = names.bare(text[name.start : name.full_end])
        service = None if " " in short else gazetteer.lookup(short)  # spaced otherwise it may be two words
        return [replace(whole, service=service, ordinary=bool(service and service.ordinary))]
    first = known[0]
    if first.start == name.start and first.end >= name.end:
        full_end = max(name.full_end, first.end)
        return [replace(first, full_end=full_end, full_start=name.full[0]), *known[1:]]
    if first.start == name.start and name.has_form:
        return [replace(whole, service=first.service)]
    sure = [k for k in known if not k.ordinary]
    return sure or [whole]
