"""Writes the reference pages out of what they describe; ``--check`` only says whether they are up to date.

docs/commands.md       every command with its options
docs/configuration.md  every key of policies.toml
docs/rules.md          the catalogue of rules
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import MISSING, fields
from pathlib import Path

from tracker import rules
from tracker.cli.parsing import parser_of
from tracker.cli.table import COMMANDS
from tracker.config import Channel, Policy, Settings
from tracker.rules import Rule

HERE = Path(__file__).resolve().parent
NOTE = "<!-- Written by docs/generate.py: change what it describes, then run `make docs`. -->\n\n"


def commands() -> str:
    """The commands, each with what ``--help`` says of it."""
    parts = ["# Commands\n\n", NOTE]
    parts.append("A command finds its workspace from the current folder upwards, or from `--workspace DIR`. ")
    parts.append(
        "Wherever a DATE is taken: an ISO date or time, a month (`2024-06`) or a year (both mean their end), "
    )
    parts.append(
        "`today`, `yesterday`, `30 days ago`, `last month`, `first`, `previous`, `latest`, or a version id. "
    )
    parts.append("A date means the version in force then: the latest captured at or before it.\n\n")
    parts.append(
        "Exit status: 0 done; 1 found something under `--exit-code` or `--fail-on`; 2 wrong usage or "
    )
    parts.append("configuration; 3 part of the work failed, the rest is done; 4 failed; 130 interrupted.\n")
    for name, command in COMMANDS.items():
        parts += [f"\n## tracker {name}\n\n", command.summary[:1].upper() + command.summary[1:] + ".\n\n"]
        parts.append(_arguments(parser_of(name)))
    return "".join(parts)


def _arguments(parser: argparse.ArgumentParser) -> str:
    rows = ["| argument | meaning |\n|---|---|\n"]
    nested = ""
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                nested += f"\n### {parser.prog} {name}\n\n{_arguments(inner)}"
            continue
        rows.append(f"| {_spelling(action)} | {action.help or ''} |\n")
    return ("".join(rows) if len(rows) > 1 else "") + nested


def _spelling(action: argparse.Action) -> str:
    value = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
    if action.choices and not action.metavar:
        value = ", ".join(map(str, action.choices))
    names = ", ".join(f"`{name}`" for name in action.option_strings)
    return f"{names} {value}".strip().replace("|", "\\|")


def configuration() -> str:
    """The keys of policies.toml."""
    parts = ["# policies.toml\n\n", NOTE]
    parts.append("`tracker config check` tells every mistake with its line and the nearest right name.\n")
    tables = (
        ("[policies.ID]: one table a policy", Policy),
        ("[settings]", Settings),
        ("[notify.NAME]: one table for each channel that is told", Channel),
    )
    for title, kind in tables:
        parts += [f"\n## {title}\n\n", "| key | default | meaning |\n|---|---|---|\n"]
        for each in fields(kind):
            if each.metadata:
                default = "" if each.default is MISSING else _toml(each.default)
                parts.append(
                    f"| `{each.name}` | {default} | {each.metadata['text']} |\n".replace("|  |", "| |")
                )
    parts.append("\n## [rules]: your own severities\n\n")
    parts.append(
        '`rule-id = "high"`, `"medium"`, `"low"` or `"info"`; the ids are in [rules.md](rules.md).\n'
    )
    return "".join(parts)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"`{value:g}`" if value < 1e5 else f"`{value:,}`".replace(",", "_")
    return f'`"{value}"`' if isinstance(value, str) and value else ""


def catalogue() -> str:
    """All rules, gravest first."""
    known = sorted(rules.load().rules.values(), key=lambda rule: (rule.severity.rank, rule.kind, rule.id))
    parts = ["# Rules\n\n", NOTE]
    parts.append(
        f"{len(known)} rules name and grade what changed. A rule's id is stable; its severity can be set in "
    )
    parts.append(
        "`policies.toml`, `[rules]`. `tracker rules ID` shows its examples. The mirror is the rule that "
    )
    parts.append("fires when the two versions are swapped.\n")
    severity = ""
    for rule in known:
        if rule.severity != severity:
            severity = rule.severity
            parts.append(f"\n## {severity}\n")
        parts.append(_rule(rule))
    return "".join(parts)


def _rule(rule: Rule) -> str:
    mirror = f"`{rule.mirror}`" if rule.mirror else f"none: {rule.no_mirror}"
    return (
        f"\n### {rule.id}\n\n{rule.title}. {rule.reason}\n\n"
        f"- about: {rule.kind}, {', '.join(rule.changes)}; for the person it {_effect(rule)}\n"
        f"- mirror: {mirror}\n"
    )


def _effect(rule: Rule) -> str:
    return {"weakens": "weakens", "strengthens": "strengthens"}.get(
        str(rule.direction), f"is {rule.direction}"
    )


PAGES = {"commands.md": commands, "configuration.md": configuration, "rules.md": catalogue}


def main() -> int:
    """Write or check the pages."""
    stale = []
    for name, page in PAGES.items():
        path, text = HERE / name, page()
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, "utf-8")
    if stale:
        print(("stale: " if "--check" in sys.argv else "written: ") + ", ".join(stale))
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
