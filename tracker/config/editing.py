"""Changes to ``policies.toml`` that keep the user's comments and order."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tomlkit
from tomlkit.items import Item, Table

from tracker.config.records import FILE, Policy, UnknownPolicy
from tracker.errors import UsageError

_SHARED_LABELS = {
    "www",
    "web",
    "legal",
    "privacy",
    "help",
    "support",
    "docs",
    "about",
    "policies",
    "policy",
    "trust",
}
_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "ac", "edu"}


class PolicyExists(UsageError):
    """An id that is taken already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{FILE} has a policy {name!r} already", "choose another id, or edit its table")


def with_policy(text: str, policy: Policy) -> str:
    """The file's text with a table for the policy at the end; PolicyExists where the id is taken."""
    return with_policies(text, [policy])


def with_policies(text: str, added: Sequence[Policy]) -> str:
    """The file's text with a table for each policy at the end; PolicyExists where an id is taken."""
    taken = set(tomlkit.parse(text).get("policies", {}))
    tables = []
    for policy in added:
        if policy.id in taken:
            raise PolicyExists(policy.id)
        taken.add(policy.id)
        tables.append(_table(policy))
    return "\n".join([f"{text.rstrip()}\n"] * bool(text.strip()) + tables)


def _table(policy: Policy) -> str:
    lines = [f"[policies.{policy.id if '.' not in policy.id else repr(policy.id)}]"]
    for each in fields(Policy):
        value = getattr(policy, each.name)
        if each.name != "id" and value != _default(each):
            lines.append(f"{each.name} = {_item(value).as_string()}")
    return "\n".join(lines) + "\n"


def without_policy(text: str, name: str) -> str:
    """The file's text without the policy's table; UnknownPolicy where there is none."""
    document = tomlkit.parse(text)
    policies: Any = document.get("policies", {})
    if name not in policies:
        raise UnknownPolicy(name, list(policies))
    _drop(document, policies, name)
    return tomlkit.dumps(document)


def _drop(document: tomlkit.TOMLDocument, policies: Any, name: str) -> None:
    del policies[name]
    if not policies and isinstance(policies, Table):
        del document["policies"]


def id_for(url: str, taken: Collection[str] = ()) -> str:
    """An id made of the address's host ("acme" for https://www.acme.co.uk/privacy), numbered if taken."""
    labels = [label for label in (urlsplit(url).hostname or "").lower().split(".") if label]
    if len(labels) > 1 and not labels[-1].isdigit():  # an IP address is kept whole
        labels = labels[:-1]
        if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels = labels[:-1]
        labels = [label for label in labels if label not in _SHARED_LABELS][-1:] or labels[-1:]
    stem = re.sub(r"[^a-z0-9]+", "-", "-".join(labels)).strip("-")[:60] or "policy"
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(name for name in numbered if name not in taken)


def write(file: Path, text: str) -> None:
    """Put the text in the place of the file in one step: a crash leaves the old or the new, never half."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            Path(name).chmod(file.stat().st_mode & 0o777)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _default(each: Field[Any]) -> object:
    if each.default_factory is not MISSING:
        return each.default_factory()
    return each.default


def _item(value: object) -> Item:
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        table.update(value)
        return table
    return tomlkit.item(list(value) if isinstance(value, tuple) else value)
