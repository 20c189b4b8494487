"""The named conditions that rules are made of.

A condition is a function of its parameters that gives a test of a difference in its context; a rule file
names it as ``{ is = "key", any = ["portability"] }``. Every condition can be said of the older and the
newer side, so that the mirror of a rule can say the reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracker.diff.countries import codes
from tracker.diff.difference import Difference
from tracker.diff.periods import days
from tracker.diff.statements import Statement

EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IS",
        "IE",
        "IT",
        "LV",
        "LI",
        "LT",
        "LU",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)
# Commission decisions under Art. 45 GDPR in force in 2025; the USA only for companies under the Data
# Privacy Framework
ADEQUATE = frozenset(
    ["AD", "AR", "BR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "UY"]
)
MECHANISMS = frozenset({"adequacy", "scc", "bcr", "dpf", "consent", "derogation"})

# Which unnamed recipients cover a named one, by its role
COVERS: Mapping[str, frozenset[str]] = {
    "analytics": frozenset({"analytics", "service_providers"}),
    "advertising": frozenset({"advertising", "business_partners"}),
    "payment": frozenset({"payment", "service_providers"}),
    "hosting": frozenset({"cloud_hosting", "service_providers"}),
    "affiliate": frozenset({"affiliates"}),
}
_ANY_COVER = frozenset({"service_providers", "business_partners"})


@dataclass(frozen=True)
class Context:
    """What both versions state besides the difference: keys by kind, and what else differs."""

    old: Mapping[str, frozenset[str]]
    new: Mapping[str, frozenset[str]]
    differences: tuple[Difference, ...]
    listed: Callable[[Difference], bool]  # whether the list or table in which it stood is in both versions
    together: Callable[[Difference, Difference], bool]  # whether one replaced the other in the same clause


Test = Callable[[Difference, Context], bool]
_any = any  # "any" is a parameter's name below: the word that rule files use


def key(any: Sequence[str]) -> Test:  # noqa: A002
    """The fact's key is one of ``any``."""
    return lambda difference, _: difference.key in any


def key_begins(text: str) -> Test:
    """The fact's key begins with ``text``."""
    return lambda difference, _: difference.key.startswith(text)


def differs(any: Sequence[str], besides: bool = True) -> Test:  # noqa: A002
    """One of the attributes in ``any`` differs (where ``besides`` is false, no other one)."""

    def test(difference: Difference, _: Context) -> bool:
        found = set(difference.differs)
        return bool(found & set(any)) and (besides or found <= set(any))

    return test


def first_differs(name: str) -> Test:
    """The attribute ``name`` is the first that differs: the one that ``was`` is of."""
    return lambda difference, _: difference.differs[:1] == (name,)


def attribute(name: str, was: Sequence[str] | None = None, now: Sequence[str] | None = None) -> Test:
    """The attribute's value on the older side is in ``was`` and on the newer in ``now`` ("": not stated)."""

    def test(difference: Difference, _: Context) -> bool:
        before = _values(name, difference.old, difference.before)
        after = _values(name, difference.new, difference.now)
        return (was is None or bool(before & set(was))) and (now is None or bool(after & set(now)))

    return test


def limited(name: str, was: bool, now: bool) -> Test:
    """Whether the attribute is stated on the older and on the newer side."""

    def test(difference: Difference, _: Context) -> bool:
        before = _values(name, difference.old, difference.before) - {""}
        after = _values(name, difference.new, difference.now) - {""}
        return bool(before) == was and bool(after) == now

    return test


def gained(name: str, any: Sequence[str]) -> Test:  # noqa: A002
    """The newer side states one of the values of the attribute and the older does not."""
    return lambda d, _: bool(set(any) & (_values(name, d.new, d.now) - _values(name, d.old, d.before)))


def lost(name: str, any: Sequence[str]) -> Test:  # noqa: A002
    """The older side states one of the values of the attribute and the newer does not."""
    return lambda d, _: bool(set(any) & (_values(name, d.old, d.before) - _values(name, d.new, d.now)))


def longer(attribute: str = "key") -> Test:
    """The newer period is longer than the older."""
    return lambda difference, _: _compared(difference, attribute) > 0


def shorter(attribute: str = "key") -> Test:
    """The newer period is shorter than the older."""
    return lambda difference, _: _compared(difference, attribute) < 0


def period(was: bool, now: bool) -> Test:
    """Whether the older and the newer value is a period of time (and no mere criterion, or nothing)."""

    def test(difference: Difference, _: Context) -> bool:
        before, after = _period(difference, newer=False), _period(difference, newer=True)
        return (days(before) is not None) == was and (days(after) is not None) == now

    return test


def number(now: str) -> Test:
    """The newer number is ``lower`` or ``higher`` than the older (ages)."""

    def test(difference: Difference, _: Context) -> bool:
        if not (difference.key.isdecimal() and (difference.was or "").isdecimal()):
            return False
        step = int(difference.key) - int(difference.was or "0")
        return step < 0 if now == "lower" else step > 0

    return test


def still(kind: str, any: Sequence[str] = (), begins: str = "") -> Test:  # noqa: A002
    """Both versions state a fact of that kind (with one of those keys, or a key that begins so)."""

    def test(_: Difference, context: Context) -> bool:
        kept = context.old.get(kind, frozenset()) & context.new.get(kind, frozenset())
        return bool(
            (kept & set(any))
            or (begins and [k for k in kept if k.startswith(begins)])
            or (kept and not (any or begins))
        )

    return test


def in_place_of(kind: str, any: Sequence[str] = ()) -> Test:  # noqa: A002
    """In the same clause a fact of that kind (and one of those keys) went the other way: one replaced the
    other.
    """

    def test(difference: Difference, context: Context) -> bool:
        return _any(
            other.kind == kind and (not any or other.key in any) and context.together(difference, other)
            for other in context.differences
            if other is not difference
        )

    return test


def alone() -> Test:
    """Nothing else of substance differs between the versions."""
    return lambda difference, context: all(other.kind in ("date", "contact") for other in context.differences)


def covered() -> Test:
    """A category of recipients that both versions state covers the party that is named on one side only.

    Where the party stood in a list that both versions have, it came or went as one of many: that is not
    meant.
    """

    def test(difference: Difference, context: Context) -> bool:
        kept = context.old.get("recipient_category", frozenset()) & context.new.get(
            "recipient_category", frozenset()
        )
        roles = _values("role", difference.old or difference.new, None)
        covering = {category for role in roles for category in COVERS.get(role, _ANY_COVER)}
        return bool(kept & covering) and not context.listed(difference)

    return test


def country(was: str = "", now: str = "") -> Test:
    """The country on a side is ``eea``, ``adequate`` (or the EEA) or ``other``; "" asks nothing of that
    side.
    """

    def test(difference: Difference, context: Context) -> bool:
        return _country_is(was, _countries(difference, difference.old), context.old) and _country_is(
            now, _countries(difference, difference.new), context.new
        )

    return test


CONDITIONS: Mapping[str, Callable[..., Test]] = {
    made.__name__: made
    for made in (
        key,
        key_begins,
        differs,
        first_differs,
        attribute,
        limited,
        gained,
        lost,
        longer,
        shorter,
        period,
        number,
        still,
        in_place_of,
        alone,
        covered,
        country,
    )
}


def _values(
    name: str, side: Statement | None, given: Mapping[str, str | tuple[str, ...]] | None
) -> frozenset[str]:
    if side is None:
        return frozenset({""})
    if given is not None:
        value = given.get(name, "")
        return frozenset({value} if isinstance(value, str) else value)
    return side.values(name)


def _period(difference: Difference, *, newer: bool) -> str:
    if difference.kind == "retention":
        return difference.key if newer else (difference.was or "")
    side = difference.new if newer else difference.old
    return side.mentions[0].fact.attribute("value") if side else ""


def _compared(difference: Difference, name: str) -> int:
    """1 where the newer period is longer, -1 where shorter, 0 where they cannot be compared."""
    if name == "key":
        before, after = days(_period(difference, newer=False)), days(_period(difference, newer=True))
    else:
        before = _longest(_values(name, difference.old, difference.before))
        after = _longest(_values(name, difference.new, difference.now))
    return 0 if before is None or after is None else (after > before) - (after < before)


def _longest(values: frozenset[str]) -> float | None:
    lengths = [length for value in values for part in value.split(", ") if (length := days(part)) is not None]
    return max(lengths, default=None)


def _countries(difference: Difference, side: Statement | None) -> frozenset[str]:
    if difference.kind == "transfer":
        return frozenset({difference.key.removeprefix("country:")}) if side else frozenset()
    return (
        frozenset(code for value in side.values("country") for code in codes(value)) if side else frozenset()
    )


def _country_is(wanted: str, countries: frozenset[str], stated: Mapping[str, frozenset[str]]) -> bool:
    if not wanted:
        return True
    adequate = EEA | ADEQUATE | ({"US"} if "dpf" in stated.get("transfer", frozenset()) else set())
    if wanted == "other":
        return bool(countries - adequate)
    return bool(countries) and countries <= (EEA if wanted == "eea" else adequate)
