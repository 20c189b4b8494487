"""Tells whose policy a document is: how it names its author, and by which names and brands it calls it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from tracker import gazetteer, lexicons
from tracker.facts import names
from tracker.facts.agreement import is_processing_agreement
from tracker.facts.candidates import Words, is_nobody, words_of
from tracker.facts.cues import Hit, fold
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind

MAIL = re.compile(r"(?<![\w.+-])[\w+-]+(?:\.[\w+-]+)*@(?:[\w-]+\.)+[a-zA-Z]{2,24}(?!\w)")
SITE = re.compile(
    r"(?:https?://(?:www\.)?|www\.)((?:[\w-]{1,63}\.){1,3}[a-z]{2,12})(?![\w@])"
)  # as linked or written out
FREE_MAIL = frozenset(
    """gmail googlemail yahoo hotmail outlook live icloud aol gmx web protonmail proton mail yandex
    inbox bk list rambler qq zoho orange wanadoo free laposte libero t-online seznam wp o2 example""".split()  # noqa: SIM905
)
MAX_GAP = 60
_APPOSED = 4  # characters between a word that says what the author is and its name ("Publisher: Example Ltd")
_STATING = ("before", "after", "apposed", "passing", "registered")
_INNER_NAME = re.compile(r"(?<=[a-zа-яß,»] )[A-ZА-ЯÄÖÜ]\w{2,}(?![\w@])")  # capitalised within a sentence
_LEFT = re.compile(
    r"(?P<word>[A-ZÀ-ÖØ-Þ][\w’-]+) (?:du|des|de la|de l['’]|de|d['’]|del|de los|de las|della|dei|delle|degli"
    r"|di|do|da|dos|das|van|van de|van der|De) ?$|(?<=[a-zà-ÿ] )(?P<article>Les?|La) $"
)
_OPEN_END = 24  # characters after the words that the next line completes ("the controller is")
_OF_ROLE = 60  # characters between a company in an agreement and its role there
_LETTERHEAD = 12  # units at the top among which the author's name may stand without a word about it
_NEAR_BEGINNING = 40  # characters before it there
_PRONOUN = r"\s*(?:[^()\n]{0,120}?)[\"“”«„‘'*_]+\s?(?:WORDS)\s?[\"”“»’'*_,]+"


@dataclass(frozen=True, slots=True)
class Found:
    """A name of the controller: as written in full, the short forms defined beside it, and where."""

    name: str
    aliases: tuple[str, ...]
    unit: Unit
    cue: str
    clear: bool = True
    has_form: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Whose policy it is: what states the controller, and all its own names, by ``names.same``."""

    stated: tuple[Found, ...]
    own: frozenset[str]

    @property
    def stated_names(self) -> frozenset[str]:
        """The names of the controller itself, without brands."""
        return frozenset(names.same(found.name) for found in self.stated)


def identify(reading: Reading) -> Author:
    """The document's author; empty where nothing tells."""
    words = words_of(reading.language)
    cues = reading.cues("identity", "cues")
    pronoun = _definition(reading.language, "self")
    contractor = _definition(reading.language, "processor") if is_processing_agreement(reading) else None
    found: list[Found] = []
    brands = [*_titles(reading, words), *_frequent(reading.document.text, words)]
    awaited: Hit | None = None
    for unit in reading.units:
        found += _announced(reading, unit, awaited, words)
        hits = cues.scan(unit.folded)
        awaited = _awaits(unit, hits)
        brands += _contractors(reading, unit, contractor, words)
        definition = pronoun.search(unit.folded) if pronoun and "(" in unit.folded else None
        if not hits and not definition:
            continue
        spans = _names_in(reading, unit, words)
        if not spans:
            continue
        brands += _brands(reading, unit, spans, hits)
        if unit.kind is not BlockKind.HEADING:
            found += _stated(reading, unit, spans, hits, definition)
    stated = _clearest(found) or list(_letterhead(reading, words))
    aliases = [name for one in stated for name in (one.name, *one.aliases)]
    own = {names.same(name) for name in (*aliases, *brands)} | _domains(reading)
    return Author(tuple(stated), frozenset(name for name in own if len(name) >= 2))


def _clearest(found: list[Found]) -> list[Found]:
    """What is said clearly; what is only said in passing, where nothing clearer is."""
    clear = [one for one in found if one.clear]
    formed = [one for one in clear if one.has_form]
    return formed or clear or found[:1]


def _stated(
    reading: Reading, unit: Unit, spans: list[names.Name], hits: list[Hit], definition: re.Match[str] | None
) -> Iterator[Found]:
    if definition:
        yield from _found(
            reading, unit, _before(spans, unit.start + definition.start(), 260), "self-definition"
        )
    denied = [hit.start for hit in hits if hit.name == "not"]
    for hit in hits:
        if hit.name not in _STATING or any(abs(at - hit.start) < 80 for at in denied):
            continue
        before = hit.name in ("before", "registered")
        at = unit.start + (hit.start if before else hit.end)
        reach = _APPOSED if hit.name == "apposed" else MAX_GAP
        near = _before(spans, at, 200) if before else _after(reading, spans, at, reach)
        yield from _found(reading, unit, near, hit.cue, clear=hit.name not in ("passing", "registered"))


def _awaits(unit: Unit, hits: list[Hit]) -> Hit | None:
    """The words at the unit's end, or in a short heading, after which the author's name stands next."""
    if any(hit.name == "not" for hit in hits):
        return None
    told = [hit for hit in hits if hit.name == "after"]
    heading = unit.kind is BlockKind.HEADING and len(unit.folded) <= MAX_GAP
    open_end = unit.folded.rstrip("*_ ").endswith(":")
    return next((hit for hit in told if heading or open_end or len(unit.folded) - hit.end <= _OPEN_END), None)


def _announced(reading: Reading, unit: Unit, awaited: Hit | None, words: Words) -> Iterator[Found]:
    """The name that begins the line after such words: an organisation's, or a short whole line."""
    if awaited is None or unit.kind is not BlockKind.PARAGRAPH:
        return
    line = reading.words(unit)
    name = next(iter(_names_in(reading, unit, words)), None)
    if name and name.has_form and name.full[0] - unit.start <= _APPOSED * 2:
        yield from _found(reading, unit, name, awaited.cue)
    elif name and line[:1].isupper() and len(line) <= MAX_GAP + 20 and not re.search(r"[:;!?@]|\.$", line):
        written = line.split(",")[0].strip(" *_")
        if _may_be_author(written, words):
            yield Found(written, (), unit, awaited.cue)


def _letterhead(reading: Reading, words: Words) -> Iterator[Found]:
    """Where nothing says whose policy it is: the first organisation at the beginning of a sentence."""
    kinds = (BlockKind.PARAGRAPH, BlockKind.HEADING)  # what is listed is somebody else
    tops = [unit for unit in reading.units[:_LETTERHEAD] if unit.kind in kinds]
    for unit in tops:
        for name in _names_in(reading, unit, words)[:3]:
            told = [hit for hit in words.cues.scan(unit.folded) if hit.start < name.start - unit.start]
            if name.has_form and name.full[0] - unit.start <= _NEAR_BEGINNING and not told:
                yield from _found(reading, unit, name, "at the top")
                return


@cache
def _definition(language: str, name: str) -> re.Pattern[str] | None:
    """A bracket that defines the name before it as one of the lexicon's words: (..., "we")."""
    defined = lexicons.table(language, "identity").get(name, ())
    if not defined:
        return None
    return re.compile(r"\(" + _PRONOUN.replace("WORDS", "|".join(map(re.escape, map(fold, defined)))))


def _names_in(reading: Reading, unit: Unit, words: Words) -> list[names.Name]:
    text = reading.document.text
    found = (
        _whole(text, names.completed(text, name, unit.end, words.joints), unit, words)
        for name in names.spans(text, unit.start, unit.end, words.small)
    )
    return [n for n in found if n.has_form or not is_nobody(text[n.start : n.end], words)]


def _whole(text: str, name: names.Name, unit: Unit, words: Words) -> names.Name:
    """The name with what small words join to it on its left ("Clinique des | Trois Sources")."""
    match = _LEFT.search(text, max(unit.start, name.start - MAX_GAP), name.start) if words.joints else None
    if match is None or match.end() != name.start or (match["word"] or "").lower() in words.generic:
        return name
    return replace(name, start=match.start())


def _before(spans: list[names.Name], at: int, reach: int) -> names.Name | None:
    """The last name before ``at``: one with a legal form within ``reach`` characters, else a close one."""
    formed = [name for name in spans if name.has_form and name.end <= at <= name.full_end + reach]
    close = [name for name in spans if name.end <= at <= name.full_end + min(reach, 60)]
    return next(reversed(formed or close), None)


def _after(reading: Reading, spans: list[names.Name], at: int, reach: int = MAX_GAP) -> names.Name | None:
    name = next((name for name in spans if name.start >= at), None)
    if name is None or name.full[0] - at > reach:
        return None
    gap = reading.document.text[at : name.full[0]]
    return None if re.search(r"[.;!?]\s|\n.*\n|,\s\d", gap) else name


def _found(
    reading: Reading, unit: Unit, name: names.Name | None, cue: str, clear: bool = True
) -> Iterator[Found]:
    text = reading.document.text
    words = words_of(reading.language)
    if name is None or not (name.has_form or _may_be_author(text[name.start : name.end], words)):
        return
    if not name.has_form and text[unit.start : unit.end].isupper():  # a sentence in capitals shows no names
        return
    full = text[name.full[0] : name.full[1]].strip(" ,")
    defined = re.match(
        r"[^()\n]{0,80}\(([^()\n]{1,160})\)", text[name.full_end : min(unit.end, name.full_end + 260)]
    )
    quoted = re.findall(r"[\"“”«„]([^\"“”«»„]{2,40})[\"”“»]", defined[1]) if defined else []
    aliases = [alias.strip(" ,.") for alias in quoted if alias[0].isupper() and not is_nobody(alias, words)]
    short = text[name.start : name.end]
    yield Found(
        full,
        tuple(dict.fromkeys([*([short] if short != full else []), *aliases])),
        unit,
        cue,
        clear,
        name.has_form,
    )


def _may_be_author(name: str, words: Words) -> bool:
    """A name without a legal form: no known service, for that is named as somebody else's."""
    if words.nouns_capitalised and " " not in name.strip() and not names.distinctive(name):
        return False  # any noun is written so
    return not is_nobody(name, words) and gazetteer.lookup(name) is None


# --- brands ---------------------------------------------------------------------------------------------


def _titles(reading: Reading, words: Words) -> Iterator[str]:
    """Names in the title and the first heading."""
    document = reading.document
    for title in (document.title, *(section.title for section in document.sections[:1])):
        for name in names.spans(title, 0, len(title), words.generic):
            if not is_nobody(title[name.start : name.end], words):
                yield title[name.start : name.end]


def _brands(reading: Reading, unit: Unit, spans: list[names.Name], hits: list[Hit]) -> Iterator[str]:
    """Names that the sentence calls the author's own ("at Example, we")."""
    for hit in hits:
        if not hit.name.startswith("own_"):
            continue
        if hit.name == "own_role":  # "between the Customer and Example Ltd (the Processor)"
            near = _before(spans, unit.start + hit.start, _OF_ROLE)
            if near and near.has_form:
                yield reading.document.text[near.start : near.end]
            continue
        after = hit.name == "own_after"
        at = unit.start + (hit.end if after else hit.start)
        near = _after(reading, spans, at, 5) if after else _before(spans, at, 3)
        brand = reading.document.text[near.start : near.end] if near else ""
        if brand and gazetteer.lookup(brand) is None:
            yield brand


def _contractors(
    reading: Reading, unit: Unit, defined: re.Pattern[str] | None, words: Words
) -> Iterator[str]:
    """The names of the company that an agreement defines as the processor: it is its author, too."""
    match = defined.search(unit.folded) if defined and "(" in unit.folded else None
    if match is None:
        return
    name = _before(_names_in(reading, unit, words), unit.start + match.start(), 260)
    for found in _found(reading, unit, name, "processor"):
        yield from (found.name, *found.aliases)


def _frequent(text: str, words: Words) -> Iterator[str]:
    """The name that the text repeats most by far: a policy names nobody as often as its author."""
    counted = Counter(match[0] for match in _INNER_NAME.finditer(text))
    known = [(name, times) for name, times in counted.most_common(40) if not is_nobody(name, words)]
    for (name, times), (_, next_times) in zip(known[:1], [*known[1:2], ("", 0)], strict=False):
        early = text.find(name) < 600
        if gazetteer.lookup(name):  # only its own policy speaks of a known service all the time
            by_far = early and times >= 12 and times >= 4 * next_times
        else:
            by_far = times >= (3 if early else 10) and times >= 2 * next_times
        if by_far:
            yield name


def _domains(reading: Reading) -> set[str]:
    """Second-level names of the addresses that the policy gives as its own."""
    text = reading.document.text
    found = MAIL.finditer(text) if "@" in text else ()
    mails = Counter(_label(match[0].rsplit("@", 1)[1]) for match in found)
    sites = Counter(_label(match[1].lower()) for match in SITE.finditer(text))
    total = mails + sites
    own = {
        label
        for label, _ in mails.most_common(2)
        if label not in FREE_MAIL and gazetteer.lookup(label) is None
    }
    top = [label for label, times in total.most_common(3) if label not in FREE_MAIL and times >= 2]
    own.update(label for label in top[:1] if gazetteer.lookup(label) is None)
    known = [
        label
        for label, times in mails.items()
        if gazetteer.lookup(label) and label not in FREE_MAIL and times >= 2
    ]
    return {gazetteer.plain(label) for label in (*own, *known) if len(label) > 2}


def _label(host: str) -> str:
    parts = host.lower().removeprefix("www.").split(".")
    if len(parts) > 2 and parts[-2] in ("co", "com", "org", "net", "gov", "ac"):
        return parts[-3]
    return parts[-2] if len(parts) > 1 else parts[0]
