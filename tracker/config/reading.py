"""From the text of ``policies.toml`` to a Workspace; every mistake in it is told at once, one line each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tracker.config import channels, values
from tracker.config.channels import Channel
from tracker.config.places import lines_of, nearest_line
from tracker.config.records import FILE, Policy, Settings, Workspace
from tracker.errors import UsageError, nearest
from tracker.model import Severity

_TABLES = ["settings", "rules", "policies", "notify"]
_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_LISTS = {"policies": "list", "rules": "rules"}  # the commands that list what may be named
_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, in what table and key, and what to do."""

    path: tuple[str, ...]
    text: str
    line: int = 0

    def told(self, file: str) -> str:
        """The mistake as one line."""
        table = f"[{'.'.join(self.path[:-1])}] " if len(self.path) > 1 else ""
        key = f'"{self.path[-1]}" ' if self.path else ""
        return f"{file}:{self.line}: {table}{key}{self.text}"


class BrokenConfig(UsageError):
    """A configuration that cannot be used; ``problems`` are all its mistakes, in the order of their lines."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        self.file, self.problems = file, sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(_printable(problem.told(file.name)) for problem in self.problems))


def read(file: Path, text: str, rules: Collection[str]) -> Workspace:
    """The workspace that the text of ``file`` describes; ``rules`` are the ids that ``[rules]`` may name."""
    data = _toml(file, text)
    problems = [
        Problem((name,), f"is no table of {FILE}: {nearest(name, _TABLES) or _one_of(_TABLES)}")
        for name in data
        if name not in _TABLES
    ]
    settings = Settings(**_record(Settings, data.get("settings", {}), ("settings",), problems))
    severities = _severities(data.get("rules", {}), rules, problems)
    policies = tuple(_policies(data.get("policies", {}), problems))
    told = tuple(_channels(data.get("notify", {}), {each.id for each in policies}, rules, problems))
    if problems:
        lines = lines_of(text)
        raise BrokenConfig(file, [Problem(p.path, p.text, nearest_line(lines, p.path)) for p in problems])
    return Workspace(file.parent, policies, settings, severities, told)


def _toml(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        place = _LINE.search(words)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise BrokenConfig(file, [Problem((), f"this is no TOML: {_LINE.sub('', words)}", line)]) from None
    except RecursionError:
        raise BrokenConfig(file, [Problem((), "nested too deeply", 1)]) from None


def _record(
    kind: type[Policy | Settings | Channel], table: object, path: tuple[str, ...], problems: list[Problem]
) -> dict[str, Any]:
    """The values of a table for a record of that kind; mistakes are added to ``problems``."""
    if not isinstance(table, dict):
        problems.append(Problem(path, "must be a table"))
        return {}
    parsers = {each.name: each.metadata["parse"] for each in fields(kind) if each.metadata}
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in parsers:
            advice = nearest(key, list(parsers)) or _one_of(list(parsers))
            problems.append(Problem((*path, key), f"is no setting: {advice}"))
            continue
        try:
            found[key] = parsers[key](value)
        except ValueError as error:
            problems.append(Problem((*path, key), str(error)))
    return found


def _policies(table: object, problems: list[Problem]) -> Iterator[Policy]:
    if not isinstance(table, dict):
        problems.append(Problem(("policies",), "must hold one table for each policy, [policies.ID]"))
        return
    for name, entry in table.items():
        path = ("policies", name)
        try:
            values.policy_id(name)
        except ValueError as error:
            problems.append(Problem(path, str(error)))
        found = _record(Policy, entry, path, problems)
        if isinstance(entry, dict) and "url" not in entry:
            problems.append(Problem(path, 'has no url: give the policy\'s address, url = "https://..."'))
        if "url" in found:
            yield Policy(id=name, **found)


def _channels(
    table: object, policies: Collection[str], rules: Collection[str], problems: list[Problem]
) -> Iterator[Channel]:
    if not isinstance(table, dict):
        problems.append(Problem(("notify",), "must hold one table for each channel, [notify.NAME]"))
        return
    for name, entry in table.items():
        path = ("notify", name)
        if not _CHANNEL.fullmatch(name):
            problems.append(Problem(path, "a name consists of up to 40 letters, digits, '-' and '_'"))
        before = len(problems)
        found = _record(Channel, entry, path, problems)
        if len(problems) > before:
            continue
        wrong = [*channels.mistakes(found), *_strangers(found, policies, rules)]
        problems += [Problem((*path, key), text) for key, text in wrong]
        if not wrong:
            yield Channel(name=name, **found)


def _strangers(
    found: Mapping[str, Any], policies: Collection[str], rules: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Policies and rules that a channel names and nobody has."""
    for key, known in (("policies", policies), ("rules", rules)):
        for name in found.get(key, ()):
            if name not in known:
                yield (
                    key,
                    f"{name!r} is unknown: {nearest(name, sorted(known)) or f'see tracker {_LISTS[key]}'}",
                )


def _severities(table: object, rules: Collection[str], problems: list[Problem]) -> Mapping[str, Severity]:
    known, found = sorted(rules), {}
    if not isinstance(table, dict):
        problems.append(Problem(("rules",), 'must be a table of severities, like right-removed = "high"'))
        return MappingProxyType({})
    for rule, grade in table.items():
        if rule not in rules:
            advice = nearest(rule, known) or "see tracker rules"
            problems.append(Problem(("rules", rule), f"is no rule: {advice}"))
        elif grade not in list(Severity):
            problems.append(Problem(("rules", rule), f"must be {_one_of([each.value for each in Severity])}"))
        else:
            found[rule] = Severity(grade)
    return MappingProxyType(found)


def _one_of(names: list[str]) -> str:
    return f"one of {', '.join(names)}"


def _printable(text: str) -> str:
    """The text without what could steer a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
