"""What a sentence of retention speaks of: a short noun phrase out of the sentence, the table row or the
list's lead-in.

The words that no language shares stand in ``lexicons/<lang>/retention.toml`` under ``[subject]``:
``auxiliaries`` end a subject ("logs | are kept"), ``passives`` are those after which the subject is what is
kept, ``actors`` are no subject ("we keep | logs"), ``links`` end an object ("logs | for 30 days"),
``openers`` begin a clause that goes before the subject ("after that, | logs are"), ``strip`` are words of
no weight at either end.
"""

from __future__ import annotations

import re
from functools import cache

from tracker import lexicons
from tracker.facts.cues import Hit, fold
from tracker.facts.reading import Reading, Unit

_LONGEST = 70
_CLAUSE = re.compile(r"[;:|•]|\((?!s\))|\.\s")
_ASIDE = re.compile(r"\([^()]*\)")
_NUMBER = re.compile(r"^(?:\d[\d.]*|[a-z]|[ivx]{1,4})[.)*]*(?=\s|$)")
_EDGE = " \t\n,.;:|()[]\"'«»“”„*•–—-"


def subject(reading: Reading, unit: Unit, governor: Hit | None, span: tuple[int, int], since: int) -> str:
    """The subject of the period or criterion at ``span``, folded; "" where none can be told.

    ``governor`` is the word of keeping it hangs on, ``since`` where the sentence's previous period ended.
    Looked at in turn: the table row's data, what is kept ("we keep | logs | for"), what goes before
    ("logs | are kept for"), what stands between ("after a year, | logs | are deleted"), what follows
    ("within a year we delete | logs").
    """
    if unit.cell >= 0:
        return _in_row(reading, unit)
    words, text = _words(reading.language), unit.folded
    start, end = span
    if governor is None:
        return _trim(words, _before(words, text, since, start))
    head = governor.start
    first, _, rest = text[head : governor.end].partition(" ")
    if governor.name == "expire" and rest:  # such a cue begins with what expires
        head += len(first)
    before = _before(words, text, since, min(head, start))
    passive = any(words.passives.fullmatch(word) for word in text[: governor.start].split()[-2:])
    following = text[governor.end : max(start, governor.end)].strip(_EDGE)
    kept = _object(words, following)
    if governor.name == "noun":  # "the storage period for | logs | is"
        link = words.links.match(following)
        kept = _clause(words, following[link.end() :] if link else following)
    elif passive:
        kept = ""
    between = _clause(words, text[end : governor.start]) if end < governor.start else ""
    after = _object(words, _CLAUSE.split(text[governor.end : governor.end + 2 * _LONGEST])[0])
    candidates = (kept, before, between, after if governor.end > start else "")
    return next((found for found in (_trim(words, one) for one in candidates) if found), "")


def _object(words: _Words, text: str) -> str:
    """What follows a verb, up to the word that begins the period."""
    match = words.links.search(text)
    return text[: match.start()] if match else text


def _before(words: _Words, text: str, since: int, head: int) -> str:
    text = _ASIDE.sub(" ", text[since:head] if since < head else text[:head])
    pieces = [piece.strip(_EDGE) for piece in _CLAUSE.split(text)]
    for piece in reversed(pieces):
        found = _clause(words, piece)
        if found.strip(_EDGE):
            return found
    return ""


def _clause(words: _Words, piece: str) -> str:
    """The subject of a piece of sentence: after an opening clause, before its auxiliary."""
    parts = piece.split(",")
    while parts and (not parts[0].strip(_EDGE) or words.openers.match(parts[0].strip(_EDGE))):
        parts = parts[1:]
    text = ",".join(parts).strip(_EDGE)
    for leading in (words.auxiliaries, words.links):
        match = leading.match(text)
        text = text[match.end() :].strip(_EDGE) if match else text
    ending = words.auxiliaries.search(text) or words.links.search(text)
    return text[: ending.start()] if ending else text


def _trim(words: _Words, text: str) -> str:
    text = _NUMBER.sub("", text.strip(_EDGE))
    while True:
        shorter = words.strip_left.sub("", words.strip_right.sub("", text)).strip(_EDGE)
        if shorter == text:
            break
        text = shorter
    if words.actors.fullmatch(text):
        return ""
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rsplit(" ", 1)[0].strip(_EDGE)
    return " ".join(text.split())


def _in_row(reading: Reading, unit: Unit) -> str:
    """What the row is about: its cell under a header that names data, else one of its first two."""
    cells = reading.document.blocks[unit.block].cells
    others = [cell for number, cell in enumerate(cells) if number != unit.cell]
    named = reading.cues("data", "headers")
    of_data = [cell for cell in others if cell.header and named.first(fold(cell.header))]
    for cell in [*of_data, *others[: 2 - (unit.cell < 2)]]:
        text = fold(reading.document.text[cell.start : cell.end]).split("\n")[0]
        if text.strip():
            return _trim(_words(reading.language), text)
    return ""


class _Words:
    """The compiled ``[subject]`` table of a language."""

    def __init__(self, language: str) -> None:
        table = lexicons.table(language, "retention").get("subject", {})

        def one_of(name: str) -> str:
            forms = sorted((fold(word) for word in table.get(name, ())), key=lambda word: (-len(word), word))
            return "(?:" + "|".join(map(re.escape, forms)) + ")" if forms else "(?!)"

        self.passives = re.compile(one_of("passives"))
        self.auxiliaries = re.compile(rf"(?<!\w){one_of('auxiliaries')}(?!\w)")
        self.links = re.compile(rf"(?<!\w){one_of('links')}(?!\w)")
        self.openers = re.compile(rf"{one_of('openers')}(?!\w)")
        self.actors = re.compile(rf"{one_of('actors')}")
        self.strip_left = re.compile(rf"^{one_of('strip')}(?!\w)")
        self.strip_right = re.compile(rf"(?<!\w){one_of('strip')}$")


@cache
def _words(language: str) -> _Words:
    return _Words(language)
