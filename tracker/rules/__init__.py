"""The catalogue of rules: one file for each kind of change, with its name, gravity, reason and examples.

``docs/rules.md`` explains the fields; ``conditions.py`` holds what ``when`` may ask.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from tracker.diff.difference import Difference
from tracker.errors import TrackerError, UsageError, nearest
from tracker.model import Direction, Severity
from tracker.rules.conditions import CONDITIONS, Context, Test

_REQUIRED = frozenset({"title", "kind", "change", "direction", "severity", "reason", "message"})
_OPTIONAL = frozenset({"when", "precedence", "mirror", "no_mirror", "no_example", "example"})
_EXAMPLE = frozenset({"old", "new", "fires", "language"})
_CHANGES = frozenset({"added", "removed", "altered"})
_REVERSED = {"added": "removed", "removed": "added", "altered": "altered"}
_OPPOSITE = {Direction.WEAKENS: Direction.STRENGTHENS, Direction.STRENGTHENS: Direction.WEAKENS}
VALUES = frozenset({"label", "key", "was", "now", "subject", "names", "attribute"})  # what a message may name


class RuleError(TrackerError):
    """A rule file that says what cannot be."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(
            f"rule {rule}: {why}", f"correct rules/{rule}.toml (docs/rules.md explains the fields)"
        )


class UnknownRule(UsageError):
    """A rule id that no rule has."""

    def __init__(self, rule: str, known: Iterable[str]) -> None:
        super().__init__(
            f"no rule has the id {rule!r}", nearest(rule, list(known)) or "tracker rules lists them all"
        )


@dataclass(frozen=True, slots=True)
class Example:
    """Two short policies between which the rule fires, or must not."""

    old: str
    new: str
    fires: bool
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of change is named and graded."""

    id: str
    title: str
    kind: str
    changes: tuple[str, ...]
    direction: Direction
    severity: Severity
    reason: str  # why it is so grave, with the provision of law
    message: str  # a template over VALUES
    mirror: str = ""  # the rule of the reverse change; its own id where it is its own reverse
    no_mirror: str = ""  # why there is none
    precedence: int = 0  # higher is asked first
    tests: tuple[Test, ...] = ()
    when: tuple[Mapping[str, Any], ...] = ()  # the conditions as written
    examples: tuple[Example, ...] = ()
    no_example: str = ""  # why no example makes it fire

    def fits(self, difference: Difference, context: Context) -> bool:
        """Whether the rule speaks of this difference."""
        return all(test(difference, context) for test in self.tests)


@dataclass(frozen=True)
class Catalogue:
    """All rules, by id; and for each kind and change in the order in which they are asked."""

    rules: Mapping[str, Rule]
    ranked: Mapping[tuple[str, str], tuple[Rule, ...]]

    def pick(self, difference: Difference, context: Context) -> Rule:
        """The most specific rule that fits the difference."""
        for rule in self.ranked.get((difference.kind, difference.change), ()):
            if rule.fits(difference, context):
                return rule
        raise RuleError("(none)", f"no rule fits {difference.kind} {difference.change}")

    def graded(self, severities: Mapping[str, Severity]) -> Catalogue:
        """The catalogue with the user's own severities; raises UnknownRule for an id that is none."""
        for rule in severities:
            if rule not in self.rules:
                raise UnknownRule(rule, self.rules)
        return catalogue(
            replace(rule, severity=severities.get(rule.id, rule.severity)) for rule in self.rules.values()
        )


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """The catalogue that comes with the program; raises RuleError where a file is wrong."""
    paths = sorted(files("tracker.rules").iterdir(), key=lambda path: path.name)
    rules = [
        read(path.name.removesuffix(".toml"), path.read_text("utf-8"))
        for path in paths
        if path.name.endswith(".toml")
    ]
    made = catalogue(rules)
    for rule in rules:
        _check_mirror(rule, made.rules)
    return made


def catalogue(rules: Iterable[Rule]) -> Catalogue:
    """The rules in order: by precedence, then the number of conditions; a rule and its mirror rank alike."""
    by_id = {rule.id: rule for rule in rules}
    ranked: dict[tuple[str, str], list[Rule]] = {}
    for rule in sorted(
        by_id.values(), key=lambda r: (-r.precedence, -len(r.tests), min(r.id, r.mirror or r.id), r.id)
    ):
        for change in rule.changes:
            ranked.setdefault((rule.kind, change), []).append(rule)
    return Catalogue(by_id, {at: tuple(found) for at, found in ranked.items()})


def read(name: str, text: str) -> Rule:
    """The rule in the text of a rule file; raises RuleError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(name, str(error)) from None
    _check_fields(name, data)
    changes = data["change"] if isinstance(data["change"], list) else [data["change"]]
    if not set(changes) <= _CHANGES:
        raise RuleError(name, f"change {data['change']!r} is none of added, removed, altered")
    when = tuple(data.get("when", ()))
    try:
        return Rule(
            name,
            data["title"],
            data["kind"],
            tuple(changes),
            Direction(data["direction"]),
            Severity(data["severity"]),
            data["reason"],
            data["message"],
            data.get("mirror", ""),
            data.get("no_mirror", ""),
            data.get("precedence", 0),
            tuple(_test(name, condition) for condition in when),
            when,
            tuple(Example(**example) for example in data.get("example", ())),
            data.get("no_example", ""),
        )
    except (ValueError, TypeError) as error:
        raise RuleError(name, str(error)) from None


def _check_fields(name: str, data: Mapping[str, Any]) -> None:
    missing, unknown = _REQUIRED - data.keys(), data.keys() - _REQUIRED - _OPTIONAL
    if missing or unknown:
        raise RuleError(name, f"missing {sorted(missing)}, unknown {sorted(unknown)}")
    if bool(data.get("mirror")) == bool(data.get("no_mirror")):
        raise RuleError(
            name, "it needs either mirror (the reverse rule's id) or no_mirror (the reason for having none)"
        )
    names = {field for _, field, _, _ in string.Formatter().parse(data["message"]) if field is not None}
    if not names <= VALUES:
        raise RuleError(name, f"message names {sorted(names - VALUES)}; it may name {sorted(VALUES)}")
    for example in data.get("example", ()):
        if not {"old", "new", "fires"} <= example.keys() <= _EXAMPLE:
            raise RuleError(name, f"an example needs old, new and fires; it has {sorted(example)}")


def _test(name: str, condition: Mapping[str, Any]) -> Test:
    kind = str(condition.get("is", ""))
    if kind not in CONDITIONS:
        raise RuleError(name, f"no condition is named {kind!r}: {nearest(kind, list(CONDITIONS))}")
    try:
        return CONDITIONS[kind](**{field: value for field, value in condition.items() if field != "is"})
    except TypeError as error:
        raise RuleError(name, str(error)) from None


def _check_mirror(rule: Rule, rules: Mapping[str, Rule]) -> None:
    if not rule.mirror:
        return
    mirror = rules.get(rule.mirror)
    if mirror is None:
        raise RuleError(rule.id, f"its mirror {rule.mirror!r} is no rule")
    reversed_changes = {_REVERSED[change] for change in rule.changes}
    fits = (
        mirror.mirror == rule.id
        and mirror.kind == rule.kind
        and set(mirror.changes) == reversed_changes
        and mirror.direction is _OPPOSITE.get(rule.direction, rule.direction)
        and (mirror.precedence, len(mirror.tests)) == (rule.precedence, len(rule.tests))
    )
    if not fits:
        raise RuleError(
            rule.id, f"{mirror.id} does not mirror it in kind, change, direction, precedence or conditions"
        )
