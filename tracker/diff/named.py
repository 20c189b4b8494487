"""Differences of facts that are names or addresses: parties, controllers, contacts. A new name is one
altered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.diff.countries import codes
from tracker.diff.difference import Difference, alikeness, blocks, closeness, only
from tracker.diff.names import known_rename, longer_form, other_names, plain, tokens
from tracker.diff.sentences import Sentences, words_of
from tracker.diff.standing import Alignment
from tracker.diff.statements import Mention, Statement
from tracker.facts.cues import fold

_VAGUE_ROLES = frozenset({"", "recipient", "processor", "sub_processor", "support"})
_LEAST_ALIKE = 0.4
_SAME_CLAUSE = 0.8  # similarity from which an address stands for the other, whatever its own words tell of it


def differences(
    kind: str, old: Sequence[Statement], new: Sequence[Statement], alignment: Alignment
) -> Iterator[Difference]:
    """What differs among the parties, controllers or contacts of two versions."""
    gone, come, both = _by_names(old, new)
    for one, other in both:
        yield from _altered(kind, one, other, alignment)
    gone = [one for one in gone if one.fresh]
    come = [other for other in come if other.fresh]
    for one, other in _renamed(kind, gone, come, alignment):
        gone.remove(one)
        come.remove(other)
        yield Difference(kind, other.key, "altered", one, other, one.key, ("key",))
    for one in gone:
        if not (
            _mentioned(one, alignment.new, alignment.new_standing) or _lives_on(one, alignment, newer=False)
        ):
            yield Difference(kind, one.key, "removed", one, None)
    for other in come:
        if not (
            _mentioned(other, alignment.old, alignment.old_standing)
            or _lives_on(other, alignment, newer=True)
        ):
            yield Difference(kind, other.key, "added", None, other)


def _by_names(
    old: Sequence[Statement], new: Sequence[Statement]
) -> tuple[list[Statement], list[Statement], list[tuple[Statement, Statement]]]:
    """Statements of the older side alone, of the newer side alone, and those that share a name."""
    holder = {name: number for number, statement in enumerate(old) for name in _names(statement)}
    both, come, found = [], [], set()
    for other in new:
        held = sorted({holder[name] for name in _names(other) if name in holder})
        found.update(held)
        both += [(old[held[0]], other)] if held else []
        come += [] if held else [other]
    return [one for number, one in enumerate(old) if number not in found], come, both


def _names(statement: Statement) -> frozenset[str]:
    return statement.names if statement.kind != "contact" else frozenset({statement.key.casefold()})


def _mentioned(statement: Statement, there: Sentences, standing: frozenset[int]) -> bool:
    """Whether the other version has the name where its words are others, though no fact was read there."""
    if statement.kind == "contact":
        return False
    spoken = [tokens(name) for name in statement.written]
    return any(
        _named(sentence.spelt, name)
        for number, sentence in enumerate(there.all)
        if number not in standing and not sentence.negated and not sentence.heading
        for name in spoken
    )


def _lives_on(statement: Statement, alignment: Alignment, *, newer: bool) -> bool:
    """Whether the aligned clauses of the other version have its former or present name instead."""
    partners, there = (alignment.to_old, alignment.old) if newer else (alignment.to_new, alignment.new)
    names = [tokens(name) for written in statement.written for name in other_names(written)]
    return bool(names) and any(
        _named(there.all[number].spelt, name)
        for mention in statement.mentions
        for block in blocks(alignment, mention, newer=newer)
        for partner in partners.get(block, ())
        for number in there.of_block.get(partner, ())
        for name in names
    )


def _named(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether the words of a name stand one after the other."""
    return name[0] in words and any(
        words[at : at + len(name)] == name for at, word in enumerate(words) if word == name[0]
    )


def _altered(kind: str, old: Statement, new: Statement, alignment: Alignment) -> Iterator[Difference]:
    """The same party in another role or place, or described in quite other words."""
    lost = [mention for mention in old.mentions if mention.touched]
    fresh = [mention for mention in new.mentions if mention.touched]
    if kind != "party" or not (lost or fresh):
        return
    if renamed := _company_renamed(old, new):
        yield Difference(kind, renamed[1], "altered", old, new, renamed[0], ("key",))
        return
    if plain(old.key) != plain(new.key):
        if known_rename(old.key, new.key) and not (_written(old.key, new) or _written(new.key, old)):
            yield Difference(kind, new.key, "altered", old, new, old.key, ("key",))
        return
    differs = tuple(name for name in ("role", "country", "entity") if _attribute_differs(name, old, new))
    if not differs and _rewritten(lost, fresh, alignment):
        differs = ("description",)
    if differs:
        was = ", ".join(sorted(value for value in old.values(differs[0]) if value))
        one, other = only(old, lost or old.mentions), only(new, fresh or new.mentions)
        yield Difference(kind, new.key, "altered", one, other, was or None, differs)


def _company_renamed(old: Statement, new: Statement) -> tuple[str, str] | None:
    """The former and the present name of a company where one side has both ("Postwing (Mailbeam)")."""
    before, after = _company(old), _company(new)
    if not (before and after) or plain(before) == plain(after) or longer_form(before, after):
        return None
    if plain(before) in new.names and plain(after) in old.names:
        return None  # both sides know both names
    return (before, after) if {plain(before), plain(after)} <= old.names | new.names else None


def _company(statement: Statement) -> str:
    """The party's name that is its company's as well, as written; "" where they differ."""
    entities = {plain(value) for value in statement.values("entity") if value}
    return next((name for name in statement.written if plain(name) in entities), "")


def _written(name: str, statement: Statement) -> bool:
    """Whether the name stands in the words that prove the statement."""
    return any(_named(words_of(fold(mention.evidence.quote)), tokens(name)) for mention in statement.mentions)


def _rewritten(lost: Sequence[Mention], fresh: Sequence[Mention], alignment: Alignment) -> bool:
    """Whether most of what is said of a party, two sentences at least, is like nothing on the other side."""
    strange_old = [
        one for one in lost if all(alikeness(alignment, one, other) < _LEAST_ALIKE for other in fresh)
    ]
    strange_new = [
        other for other in fresh if all(alikeness(alignment, one, other) < _LEAST_ALIKE for one in lost)
    ]
    return all(
        len(strange) >= 2 and 2 * len(strange) > len(all_)
        for strange, all_ in ((strange_old, lost), (strange_new, fresh))
    )


def _attribute_differs(name: str, old: Statement, new: Statement) -> bool:
    """Whether mentions that came or went tell another role, country or entity than the other side's."""
    before, after = _values(name, old.mentions), _values(name, new.mentions)
    gained = _values(name, [mention for mention in new.mentions if mention.touched]) - before
    lost = _values(name, [mention for mention in old.mentions if mention.touched]) - after
    return bool(before and after and (gained or lost))


def _values(name: str, mentions: Sequence[Mention]) -> frozenset[str]:
    values = frozenset(mention.fact.attribute(name) for mention in mentions)
    if name == "entity":
        return frozenset(plain(value) for value in values if value)
    if name == "country":
        return frozenset(code for value in values for code in codes(value))
    return values - (_VAGUE_ROLES if name == "role" else frozenset({""}))


def _renamed(
    kind: str, gone: Sequence[Statement], come: Sequence[Statement], alignment: Alignment
) -> list[tuple[Statement, Statement]]:
    """Pairs of a statement that went and one that came which are one under another name, best first."""
    scored = [
        (score, i, j)
        for i, one in enumerate(gone)
        for j, other in enumerate(come)
        if (score := _rename_score(kind, one, other, alignment)) > 0
    ]
    found: list[tuple[Statement, Statement]] = []
    taken: set[tuple[str, int]] = set()
    for _, i, j in sorted(scored, key=lambda entry: (-entry[0], *entry[1:])):
        if not taken & {("old", i), ("new", j)}:
            taken |= {("old", i), ("new", j)}
            found.append((gone[i], come[j]))
    return found


def _rename_score(kind: str, one: Statement, other: Statement, alignment: Alignment) -> float:
    """0 where the two are not one; parties need a name in common, or a rename that is known or said."""
    place = max(
        (closeness(alignment, a, b) for a in one.mentions[:20] for b in other.mentions[:20]), default=0.0
    )
    if kind != "party":
        same_use = one.values("for") == other.values("for")
        return place if place >= (_LEAST_ALIKE if same_use else _SAME_CLAUSE) else 0.0
    if any(known_rename(a, b) for a in one.written for b in other.written):
        return 2.0 + place
    longer = any(longer_form(a, b) for a in one.written for b in other.written)
    return 1.0 + place if longer and place >= _LEAST_ALIKE else 0.0
