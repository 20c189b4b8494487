"""Every rule carries its proof, and every rule has its mirror."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from sides import side_of_markdown

from tracker import diff, rules
from tracker.model import Direction, Severity
from tracker.rules import Example, Rule, RuleError, UnknownRule

CATALOGUE = rules.load()
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in CATALOGUE.rules.values()
    for number, example in enumerate(rule.examples)
]
WRITTEN = """
title = "A right is no longer stated"
kind = "right"
change = "removed"
direction = "weakens"
severity = "high"
no_mirror = "a test needs none"
reason = "Art. 13(2)(b) GDPR"
message = "{label} is gone"
"""


OPPOSITE = {
    "longer": "shorter",
    "gained": "lost",
    "uses+": "uses-",
    "promise+": "promise-",
    "lower": "higher",
}
OPPOSITE |= {other: one for one, other in OPPOSITE.items()}
SIDES = {"was": "now", "now": "was"}


def reversed_condition(condition: Mapping[str, Any]) -> dict[str, Any]:
    """What the condition asks when the sides are swapped."""
    kind = condition["is"]
    sides = {} if kind == "number" else SIDES
    asked = {sides.get(field, field): value for field, value in condition.items()}
    asked["is"] = OPPOSITE.get(kind, kind)
    if kind == "number":
        asked["now"] = OPPOSITE[asked["now"]]
    if "any" in asked:
        asked["any"] = [OPPOSITE.get(value, value) for value in asked["any"]]
    return asked


def canonical(conditions: Iterable[Mapping[str, Any]]) -> list[str]:
    """The conditions in one order, the order of their fields and lists aside."""
    return sorted(
        repr(
            sorted(
                (field, sorted(value) if isinstance(value, list) else value) for field, value in one.items()
            )
        )
        for one in conditions
    )


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: Example) -> None:
    sides = [side_of_markdown(text, example.language) for text in (example.old, example.new)]
    told = [change.rule for change in diff.compare(*sides).changes]
    assert (rule.id in told) == example.fires, f"told {told}"


@pytest.mark.parametrize("rule", CATALOGUE.rules.values(), ids=CATALOGUE.rules)
def test_every_rule_is_explained_and_proven(rule: Rule) -> None:
    assert rule.examples, "a rule without an example is not proven"
    assert "GDPR" in rule.reason or "CCPA" in rule.reason or "COPPA" in rule.reason
    assert rule.title and rule.message


@pytest.mark.parametrize("rule", CATALOGUE.rules.values(), ids=CATALOGUE.rules)
def test_every_rule_fires_in_an_example_and_not_in_another(rule: Rule) -> None:
    fires = {example.fires for example in rule.examples}
    assert fires == ({False} if rule.no_example else {True, False})


@pytest.mark.parametrize("rule", CATALOGUE.rules.values(), ids=CATALOGUE.rules)
def test_a_rule_asks_the_reverse_of_what_its_mirror_asks(rule: Rule) -> None:
    if rule.mirror:
        mirror = CATALOGUE.rules[rule.mirror]
        assert canonical(map(reversed_condition, rule.when)) == canonical(mirror.when)


@pytest.mark.parametrize("rule", CATALOGUE.rules.values(), ids=CATALOGUE.rules)
def test_every_rule_has_a_mirror_or_says_why_not(rule: Rule) -> None:
    if not rule.mirror:
        assert rule.no_mirror
        return
    mirror = CATALOGUE.rules[rule.mirror]
    assert mirror.mirror == rule.id
    directions = {rule.direction, mirror.direction}
    assert directions in (
        {Direction.WEAKENS, Direction.STRENGTHENS},
        {Direction.NEUTRAL},
        {Direction.UNCLEAR},
    )


def test_every_kind_and_change_has_a_general_rule() -> None:
    for (kind, change), ranked in CATALOGUE.ranked.items():
        alone = [rule for rule in ranked if not rule.tests]
        assert alone or (kind, change) in {("practice", "added"), ("practice", "removed")}, f"{kind} {change}"


def test_users_severity_replaces_the_rules_own() -> None:
    graded = CATALOGUE.graded({"right-removed": Severity.LOW})
    assert graded.rules["right-removed"].severity is Severity.LOW
    assert CATALOGUE.rules["right-removed"].severity is Severity.HIGH


def test_unknown_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownRule, match="did you mean 'right-removed'"):
        CATALOGUE.graded({"right-remove": Severity.LOW})


def test_rule_is_read_as_written() -> None:
    rule = rules.read("right-gone", WRITTEN)
    assert (rule.id, rule.kind, rule.changes, rule.severity) == (
        "right-gone",
        "right",
        ("removed",),
        Severity.HIGH,
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("kind", "sort"), "missing"),
        (('"removed"', '"vanished"'), "vanished"),
        (("{label}", "{colour}"), "colour"),
        (('severity = "high"', 'severity = "grave"'), "grave"),
        (("title", 'when = [{ is = "kye", any = ["access"] }]\ntitle'), "did you mean 'key'"),
        (("title", 'when = [{ is = "key", of = ["access"] }]\ntitle'), "of"),
        (("no_mirror", 'mirror = "right-added"\nno_mirror'), "either mirror"),
        (("title", "= title"), "Invalid"),
    ],
)
def test_wrong_rule_is_refused(change: tuple[str, str], complaint: str) -> None:
    with pytest.raises(RuleError, match=complaint):
        rules.read("right-gone", WRITTEN.replace(*change, 1))
