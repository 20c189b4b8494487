"""Whether a name is a party where it stands: what its sentence, list or heading proves, and what denies it.

A name that the gazetteer knows needs little: no negation, no instruction for browsers. A platform that is
named for many reasons (a social network, Google) needs words of sharing beside it. A name in no list needs a
context that proves it: a cue right before ("processed by"), an enumeration, a role after it, a list or table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker import gazetteer
from tracker.facts import names
from tracker.facts.candidates import Item, Own, Words, find_items, is_nobody, known_items
from tracker.facts.countries import places
from tracker.facts.cues import Hit, fold
from tracker.facts.reading import Reading, Unit
from tracker.model import BlockKind

PLATFORMS = frozenset({"social", "recipient", "identity"})  # roles of names that are dropped for many reasons
_PROVING = frozenset({"names", "means", "examples", "after", "recipients", "flows", "service"})
MAX_GAP = 70  # characters between a cue and its name, or two names of an enumeration
BRACKET = re.compile(
    r"[\s\"”»]*\(([^()\n]{1,120})\)|[\s\"”»]*\[([^\[\]\n]{1,60})\]|[^\S\n]+[–—-][^\S\n]+([^\n.;]{2,60})"
)
_WORDS = re.compile(r"[\w'./-]+")
_PHRASE = re.compile(r"(?: [a-zà-ÿ’'-]{1,20}){1,6}, ")
_OPENED = re.compile(r"[^().;:,\n]{0,30}\(")
_SEPARATED = re.compile(r"[,;/&|+•·]\s*$")
_QUOTED = re.compile(r"[\s(]*[\"“”«„]\s*$")


def scene_of(reading: Reading, unit: Unit, words: Words, own: Own) -> Scene | None:
    """The scene of a sentence, list item or table cell; None where it can name no party."""
    hits = _by_name(words.cues.scan(unit.folded))
    listed = _listed(reading, unit, words) if _begins_entry(reading, unit) else ""
    known = known_items(reading, unit)
    if not known and not listed and not (_PROVING & hits.keys()) and "(" not in unit.folded:
        return None
    items = find_items(reading, unit, words, known)
    return Scene(reading, unit, words, own, hits, listed, tuple(items)) if items else None


def _begins_entry(reading: Reading, unit: Unit) -> bool:
    """Whether the unit begins an item, a paragraph or a row: what follows is a remark or an address."""
    return unit.cell <= 0 and unit.start <= reading.document.blocks[unit.block].start + 2


def _by_name(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    table: dict[str, list[Hit]] = {}
    for hit in hits:
        table.setdefault(hit.name, []).append(hit)
    return table


def _listed(reading: Reading, unit: Unit, words: Words) -> str:
    """The cue in the lead-in or heading that says that recipients are listed here; "" where none does."""
    lead = unit.lead
    for _ in range(3):  # an item may stand under an item of the list that the lead-in opens
        if lead is None or (found := _listing_cue(words, lead.folded)):
            break
        lead = lead.lead
    if lead is not None:
        return found
    if unit.lead is not None:
        return ""
    here = next(reading.section_path(unit), -1)
    return _listing_cue(words, reading.headings[here]) if here >= 0 else ""


def _listing_cue(words: Words, folded: str) -> str:
    """The cue, with "?" before it where it is a weak one."""
    weak = _first_of(words, folded, "grouping") or _first_of(words, folded, "recipients")
    return _first_of(words, folded, "listing") or (f"?{weak}" if weak else "")


@lru_cache(maxsize=512)
def _first_of(words: Words, folded: str, name: str) -> str:
    return next((hit.cue for hit in words.cues.scan(folded) if hit.name == name), "")


@dataclass(frozen=True)
class Scene:
    """One unit with its names and the cues around them."""

    reading: Reading
    unit: Unit
    words: Words
    own: Own
    hits: dict[str, list[Hit]]
    listed: str
    items: tuple[Item, ...]

    def accepted(self) -> dict[int, str]:
        """Numbers of the items that are parties here, each with its proof ("" for a known name alone)."""
        proven = self.proven()
        return {
            number: proven.get(number, "")
            for number, item in enumerate(self.items)
            if self.accepts(item, proven.get(number, ""))
        }

    # --- what proves a name -----------------------------------------------------------------------

    def proven(self) -> dict[int, str]:
        """Items that stand in a context which proves even an unknown name, with the cue."""
        found: dict[int, str] = {}
        for start, cue in self.anchors():
            for number in self.chain(start):
                found.setdefault(number, cue)
        for number, item in enumerate(self.items):
            cue = self.called_service(item) or self.after(item) or self.in_bracket(item) or self.owned(number)
            if cue:
                found.setdefault(number, cue)
        if self.listed:
            members = list(self.chain(self.list_start(), first=True))
            if members and self.is_entry(self.items[members[-1]]):
                found.update((number, self.listing()) for number in members if number not in found)
        return found

    def anchors(self) -> Iterator[tuple[int, str]]:
        """Where an enumeration of names may begin, and the cue that says so; "?" marks one that only may."""
        for hit in [*self.hits.get("names", ()), *filter(self.exemplifies, self.hits.get("examples", ()))]:
            yield self.unit.start + hit.end, hit.cue
        yield from self.brackets()
        for hit in self.hits.get("means", ()):
            yield self.unit.start + hit.end, f"?{hit.cue}"

    def listing(self) -> str:
        return ("?" if self.listed.startswith("?") else "") + f"list under {self.listed.lstrip('?')}"

    def is_entry(self, last: Item) -> bool:
        """Whether a list item's names are an entry, ended or followed by a remark, not a sentence's start."""
        rest = self.reading.document.text[last.full_end : self.unit.end].lstrip('"”»*_ ')
        if self.unit.kind is BlockKind.LIST_ITEM or self.unit.cell >= 0:
            return (
                not rest or rest[0] in "(:–—-[;/|" or rest in (".", ",") or bool(re.match(r", (?=\w)", rest))
            )
        return len(self.unit.folded) <= 90 and (not rest or rest[0] in "(–—-[")

    def exemplifies(self, example: Hit) -> bool:
        """Whether "such as" follows words for recipients, or completes a list of them."""
        near = any(0 <= example.start - hit.end <= 40 for hit in self.hits.get("recipients", ()))
        return near or (bool(self.listed) and not self.listed.startswith("?") and example.start < 80)

    def chain(self, at: int, first: bool = False) -> Iterator[int]:
        """Numbers of the items of the enumeration that begins at ``at``."""
        text = self.reading.document.text
        begun = False
        for number, item in enumerate(self.items):
            if item.start < at:
                continue
            gap = text[at : item.full_start]
            if len(gap) > MAX_GAP * 2 or not (self.separates(gap) if begun else self.leads(gap, first)):
                return
            begun = True
            yield number
            at = item.full_end

    def leads(self, gap: str, first: bool) -> bool:
        """Whether nothing but words such as "the payment provider" stands between cue and name."""
        inner = gap.lower()
        if first:  # "the delivery service Example"
            bare = not gap.strip(" \"“”«»„'*_[(•·-–—:")
            return bare or (
                not re.search(r"[.,;:]", gap)
                and all(word in self.words.between for word in _WORDS.findall(inner))
            )
        if self.apposed(gap):
            return True
        if (
            "." in re.sub(r"\b(?:e\.g|i\.e|z\.b|d\.h|т\.е|inc|etc|p\.ex|ex)\.", "", inner)
            or len(gap) > MAX_GAP
        ):
            return False
        return all(
            word.strip(".") in self.words.between or word.startswith("d'") for word in _WORDS.findall(inner)
        )

    @staticmethod
    def apposed(gap: str) -> bool:
        """Whether the cue's phrase ends before the name: "our provider | of e-signatures, | Example"."""
        return len(gap) <= MAX_GAP and _PHRASE.fullmatch(gap) is not None

    def separates(self, gap: str) -> bool:
        """Whether what stands between two names only parts the members of an enumeration."""
        rest = BRACKET.sub(" ", gap.lower())
        rest = re.sub(r"^[^,;\n]{0,60}?(?=[,;])", "", rest) if "," in rest or ";" in rest else rest
        found = _WORDS.findall(rest)
        if any(word.strip(".") not in self.words.between for word in found):
            return self.separated_late(gap)
        return bool(found or re.search(r"[,;/&|+•·]", rest))

    def separated_late(self, gap: str) -> bool:
        """Whether a few words, then a comma or "and" part the names ("A for payments, B for mail")."""
        if len(gap) > MAX_GAP or re.search(r"[.:;!?\n]", gap):
            return False
        last = _WORDS.findall(gap.lower())[-1:]
        return (bool(_SEPARATED.search(gap)) and len(gap.split()) <= 7) or bool(
            last and last[0] in ("and", "und", "et", "и", "y", "e", "en", "i")
        )

    def brackets(self) -> Iterator[tuple[int, str]]:
        """Where a bracket opens right after a word for recipients: "our carriers (Example, Sample)"."""
        text = self.reading.document.text
        for hit in (*self.hits.get("recipients", ()), *self.hits.get("service", ())):
            match = _OPENED.match(text, self.unit.start + hit.end, self.unit.end)
            if match:
                yield match.end(), f"in brackets after {hit.cue!r}"

    def called_service(self, item: Item) -> str:
        """The word for a service that stands right before a name ("the tool Example")."""
        at = item.full_start - self.unit.start
        for hit in self.hits.get("service", ()):
            between = self.unit.folded[hit.end : at]
            if between and not between.strip(' "“„«') and len(between) <= 2:
                return f"service {self.unit.folded[hit.start : hit.end]!r}"
        return ""

    def owned(self, number: int) -> str:
        """Whether its company stands in brackets after a name: "Example (Example Labs AB, Sweden)"."""
        item, *others = self.items[number : number + 2]
        if not others or not others[0].has_form or item.has_form:
            return ""
        gap = self.reading.document.text[item.full_end : others[0].full_start]
        return "its company in brackets" if gap.strip('"”» ') == "(" else ""

    def after(self, item: Item) -> str:
        """The cue right after a name that says what the bearer does."""
        at = item.full_end - self.unit.start
        for hit in self.hits.get("after", ()):
            if 0 <= hit.start - at <= 3:
                return hit.cue
        return ""

    def in_bracket(self, item: Item) -> str:
        """The role in a bracket after the name: "Example (Marketing)"."""
        match = BRACKET.match(self.reading.document.text, item.full_end, self.unit.end)
        alone = (
            match
            and match.end() >= self.unit.end - 1
            and self.leads(self.reading.document.text[self.unit.start : item.start], True)
        )
        if not match or not alone:
            return ""
        inside = fold(next(filter(None, match.groups())))
        if len(inside.split()) > 5 or inside.split()[:1] == [] or inside.split()[0] in self.words.small:
            return ""
        role = self.words.roles.first(inside)
        return f"role {role.cue!r}" if role else ""

    def list_start(self) -> int:
        """Where the names of a list item begin: at its beginning, or after "Payments:"."""
        text = self.reading.words(self.unit)
        colon = text.find(":")
        if 0 < colon < 60 and colon + 1 < len(text) and is_nobody(text[:colon], self.words):
            return self.unit.start + colon + 1
        return self.unit.start

    # --- what speaks against it -------------------------------------------------------------------

    def accepts(self, item: Item, proof: str) -> bool:
        """Whether the name is a party here."""
        unvouched = item.service is None or item.ordinary
        if unvouched and not (proof or item.has_form):
            return False
        text = self.reading.document.text
        name = text[item.start : item.end]
        if (
            self.is_own(item, proof)
            or self.is_negated(item)
            or self.is_unused(item)
            or gazetteer.plain(names.bare(name)) in gazetteer.no_parties()
        ):
            return False
        if item.service is None or unvouched:
            return self.accepts_unknown(item, proof)
        if item.service.role in PLATFORMS:
            return self.accepts_platform(proof)
        if "trap" in self.hits and not proof and item.service.role in ("processor", "hosting"):
            return False
        context = proof or self.listed or {"names", "recipients", "flows", "examples"} & self.hits.keys()
        return bool(context) or item.service.role != "processor"

    def accepts_unknown(self, item: Item, proof: str) -> bool:
        """Whether a name that no list vouches for is a party here."""
        text = self.reading.document.text
        name = text[item.start : item.full_end]
        lower = frozenset() if item.ordinary else self.own.lower
        has_form = item.has_form
        if "trap" in self.hits or is_nobody(name, self.words, frozenset() if has_form else lower):
            return False
        if self.in_address(item) or (not has_form and self.is_place(name)):
            return False
        if has_form:
            told = proof or self.listed or {"flows", "recipients"} & self.hits.keys()
            return bool(told or self.words.roles.first(self.unit.folded))
        shown = names.distinctive(name) or (self.words.other_script and name[0].isascii())
        sounding = self.words.sounds_like_a_name(name)
        if not proof or (proof.startswith("?") and not (shown or sounding)):
            return False
        if len(self.unit.folded) > 60 and self.reading.words(self.unit).isupper():
            return False
        if proof.startswith(("list", "role", "table")):
            return True
        if proof.startswith("service") and not self.words.is_common_noun(name):
            return True
        if self.words.nouns_capitalised:
            sure = not proof.startswith("?") and self.words.sounds_like_a_name(name)
            return (
                shown
                or sure
                or item.ordinary
                or bool(_QUOTED.search(text[max(0, item.start - 3) : item.start]))
            )
        return shown or " " in name or not self.is_defined_term(item)

    def is_place(self, name: str) -> bool:
        """Whether the name is a country's."""
        found = next(places(name, fold(name), self.reading.language), None)
        return found is not None and found.end - found.start == len(name)

    def in_address(self, item: Item) -> bool:
        """Whether numbers stand around the name as in a postal address."""
        text = self.reading.document.text
        before, after = text[max(0, item.start - 8) : item.start], text[item.full_end : item.full_end + 8]
        return bool(re.search(r"\d\w?[,.]?\s+$", before) or re.match(r"\.?,?\s*\d", after))

    def is_defined_term(self, item: Item) -> bool:
        """Whether an article makes the word a role ("the Buyer"), unless a word for a service follows."""
        text = self.reading.document.text
        before = fold(text[max(0, item.start - 8) : item.start]).split()
        after = fold(text[item.full_end : item.full_end + 24]).split()
        if after and len(after[0]) > 3 and after[0].strip(",.;") in self.words.between:
            return False
        return bool(before) and before[-1] in (
            "the",
            "a",
            "an",
            "your",
            "each",
            "any",
            "le",
            "la",
            "les",
            "un",
            "une",
        )

    def accepts_platform(self, proof: str) -> bool:
        if "trap" in self.hits:
            return False
        if "login" in self.hits:
            return "passes" in self.hits
        return bool(proof or self.listed or "recipients" in self.hits or "flows" in self.hits)

    def is_own(self, item: Item, proof: str) -> bool:
        """Whether it is the controller's name or one of its brands; a sister company in a list is not."""
        text = self.reading.document.text
        if item.has_form and proof.startswith(("list", "table")):
            return names.same(text[item.full_start : item.full_end]) in self.own.stated
        others = (item.service.name, *item.service.aliases) if item.service else ()
        mine = {names.same(name) for name in (text[item.start : item.end], *others)}
        if mine & self.own.names:
            return True
        plain = names.same(text[item.start : item.end])
        if not item.has_form and self.own.begins_with(text[item.start : item.end]):
            return True
        return any(plain.startswith(own) for own in self.own.names if len(own) >= 4)

    def is_negated(self, item: Item) -> bool:
        at = item.start - self.unit.start
        before = [hit.end for hit in self.hits.get("negated", ()) if hit.start < at]
        if not before:
            return False
        return not any(max(before) <= hit.start < at for hit in self.hits.get("rescued", ()))

    def is_unused(self, item: Item) -> bool:
        """Whether the name, or an enumeration with it, is the subject of "is not used", without a limit."""
        text, at = self.reading.document.text, item.full_end
        for hit in self.hits.get("unused", ()):
            start = self.unit.start + hit.start
            rest = self.unit.folded[hit.start :]
            if 0 <= start - at <= MAX_GAP * 2 and self.words.limits.isdisjoint(_WORDS.findall(rest)):
                gap = BRACKET.sub(" ", text[at:start])
                return all(self.joins_subjects(word) for word in _WORDS.findall(gap))
        return False

    def joins_subjects(self, word: str) -> bool:
        """Whether the word may stand between the subjects of one verb: a name or a conjunction."""
        return word[:1].isupper() or fold(word) in self.words.between
