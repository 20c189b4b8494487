"""The rules as a user reads them: the catalogue in lines, or one rule explained."""

from __future__ import annotations

import json

from tracker import rules
from tracker.report.style import DIRECTION_MARK, SEVERITY_COLOUR, Style
from tracker.rules import Rule, UnknownRule


def written(rule: str | None, form: str, style: Style) -> str:
    """All rules or one, as text or JSON. Raises UnknownRule."""
    known = rules.load().rules
    if rule and rule not in known:
        raise UnknownRule(rule, known)
    chosen = [known[rule]] if rule else list(known.values())
    if form == "json":
        return json.dumps([_record(each) for each in chosen], ensure_ascii=False, indent=1)
    if rule:
        return _explained(chosen[0], style)
    return "\n".join(
        _line(each, style) for each in sorted(chosen, key=lambda each: (each.severity.rank, each.id))
    )


def _line(rule: Rule, style: Style) -> str:
    grade = style.paint(f"{rule.severity:<7}", SEVERITY_COLOUR[rule.severity])
    return f"{grade} {DIRECTION_MARK[rule.direction]} {rule.id:<34} {rule.title}"


def _explained(rule: Rule, style: Style) -> str:
    mirror = f"{rule.mirror}" if rule.mirror else f"none: {rule.no_mirror}"
    lines = [
        style.paint(rule.id, "bold"),
        style.wrap(rule.title, "  "),
        "",
        f'  severity   {rule.severity} (set another one in policies.toml: [rules] {rule.id} = "low")',
        f"  direction  {rule.direction} {DIRECTION_MARK[rule.direction]}",
        f"  about      {rule.kind}, {', '.join(rule.changes)}",
        style.wrap(mirror, " " * 13, "  mirror     "),
        style.wrap(rule.reason, " " * 13, "  why        "),
    ]
    for example in rule.examples:
        lines += ["", f"  {'fires' if example.fires else 'does not fire'}:"]
        lines += [style.wrap(example.old or "(nothing)", "      ", "    - ")]
        lines += [style.wrap(example.new or "(nothing)", "      ", "    + ")]
    return "\n".join(lines)


def _record(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "kind": rule.kind,
        "changes": list(rule.changes),
        "direction": str(rule.direction),
        "severity": str(rule.severity),
        "mirror": rule.mirror or None,
        "reason": rule.reason,
    }
