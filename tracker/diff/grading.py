"""Makes a change out of a difference and the rule that names and grades it."""

from __future__ import annotations

import hashlib
import json

from tracker import rules
from tracker.diff.difference import Difference, Values
from tracker.diff.labels import begun, label, spoken_of, value
from tracker.model import Change

KINDS = (
    "right",
    "party",
    "recipient_category",
    "retention",
    "legal_basis",
    "transfer",
    "practice",
    "data_category",
    "purpose",
    "controller",
    "contact",
    "date",
    "age_limit",
    "commitment",
    "policy",
)
NAMES = frozenset(
    {"party", "controller", "contact"}
)  # kinds whose key is a name or an address, told as written


def change(difference: Difference, rule: rules.Rule) -> Change:
    """The change as it is told: rule, values, message and evidence."""
    before = difference.attributes(difference.old, difference.before)
    now = difference.attributes(difference.new, difference.now)
    return Change(
        _identity(difference, rule.id, before, now),
        rule.id,
        difference.kind,
        difference.key,
        difference.change,
        rule.direction,
        rule.severity,
        _message(rule, difference, before, now),
        difference.aliases,
        difference.was,
        now,
        before,
        difference.old_evidence,
        difference.new_evidence,
    )


def _message(rule: rules.Rule, difference: Difference, before: Values, now: Values) -> str:
    values = _values(difference, before, now)
    names = (values["key"], values["now"], values["was"]) if difference.kind in NAMES else ()
    return begun(rule.message.format(**values), names)


def _values(
    difference: Difference,
    before: Values,
    now: Values,
) -> dict[str, str]:
    """What a message may name (tracker.rules.VALUES)."""
    first = difference.differs[0] if difference.differs else ""
    told = str(now.get(first) or now.get("value") or "")
    if difference.kind in ("retention", "age_limit", "party", "controller", "contact") and first in (
        "",
        "key",
    ):
        told = difference.key
    return {
        "label": spoken_of(difference.kind, difference.key),
        "key": difference.key,
        "was": label(difference.kind, difference.was)
        if first == "key" and difference.was
        else value(difference.was or "nothing stated"),
        "now": label(difference.kind, told) if first == "key" else value(told or "nothing stated"),
        "subject": str(now.get("subject") or before.get("subject") or "data"),
        "names": ", ".join(difference.aliases),
        "attribute": ", ".join(label("attribute", name) for name in difference.differs) or "text",
    }


def _identity(
    difference: Difference,
    rule: str,
    before: Values,
    now: Values,
) -> str:
    """12 hex digits of a hash of values: the same change keeps it whatever its wording or place."""
    subject = now.get("subject") or before.get("subject") or ""
    values = [
        rule,
        difference.kind,
        difference.key,
        difference.change,
        difference.was or "",
        subject,
        [[name, before.get(name, ""), now.get(name, "")] for name in difference.differs],
    ]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


def order(change: Change) -> tuple[int, int, str, str]:
    """Sorts by gravity, kind, key and identity."""
    return change.severity.rank, KINDS.index(change.kind), change.key, change.id
