"""Whom changes are told, and over what: the tables ``[notify.NAME]``, as frozen records.

Secrets never stand in the file: ``{ env = "NAME" }`` or ``{ file = "PATH" }`` say where they are found.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker import cadence
from tracker.config import values
from tracker.errors import UsageError
from tracker.model import Severity

TYPES = ("email", "webhook", "slack", "apprise")
AUDIENCES = ("readers", "operators")
SECURITIES = ("starttls", "tls", "none")
_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})")
_SERVER = re.compile(r"(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}))(?::\d{1,5})?")
_DIGESTS = {"daily": "0 8 * * *", "weekly": "0 8 * * mon"}
# What only channels of one type have, and what they need
_OWN = {
    "email": ("to", "sender", "server", "security", "user", "password", "attach"),
    "webhook": ("url", "secret"),
    "slack": ("url",),
    "apprise": ("url",),
}
_NEEDED = {"email": ("to", "sender"), "webhook": ("url",), "slack": ("url",), "apprise": ("url",)}


class MissingSecret(UsageError):
    """A secret that is not where the configuration says."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is found: ``kind`` "env" or "file" and its name; "plain" where it is no secret."""

    kind: str
    name: str

    def read(self, root: Path) -> str:
        """The secret; a relative file is looked for in ``root``. Raises MissingSecret."""
        if self.kind == "plain":
            return self.name
        if self.kind == "env":
            found = os.environ.get(self.name, "")
            if not found:
                raise MissingSecret(f"the environment has no {self.name}", "set it where tracker is started")
            return found
        try:
            found = (root / self.name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "not text"
            raise MissingSecret(f"{self.name}: {why}", "write the secret into that file") from None
        if not found:
            raise MissingSecret(f"{self.name}: the file is empty", "write the secret into it")
        return found


def _secret(value: object) -> Secret:
    if isinstance(value, dict) and len(value) == 1:
        kind, name = next(iter(value.items()))
        if kind in ("env", "file"):
            return Secret(kind, values.words(name))
    raise ValueError('must say where the secret is: { env = "NAME" } or { file = "PATH" }, never itself')


def _url(value: object) -> Secret:
    """An address, in the open or from a secret place."""
    if isinstance(value, dict):
        return _secret(value)
    address = values.url(value)
    if "@" in address.split("://", 1)[1].split("/", 1)[0]:
        raise ValueError('holds a password: give the address as { env = "NAME" } or { file = "PATH" }')
    return Secret("plain", address)


def _choice(*names: str) -> Any:
    def parse(value: object) -> str:
        if value not in names:
            raise ValueError(f"must be one of {', '.join(names)}")
        return str(value)

    return parse


def _address(value: object) -> str:
    address = values.words(value)
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{address!r} is no mail address")
    return address


def _addresses(value: object) -> tuple[str, ...]:
    found = tuple(_address(each) for each in value) if isinstance(value, list) else (_address(value),)
    if not found:
        raise ValueError("must name at least one mail address")
    return tuple(dict.fromkeys(found))


def _server(value: object) -> str:
    server = values.words(value)
    if not _SERVER.fullmatch(server):
        raise ValueError(f"{server!r} is no server: write it like 'mail.example:587'")
    return server


def _severity(value: object) -> Severity:
    if value not in list(Severity):
        raise ValueError(f"must be one of {', '.join(Severity)}")
    return Severity(str(value))


def _digest(value: object) -> str:
    expression = _DIGESTS.get(values.words(value), str(value))
    if len(expression.split()) != 5:
        raise ValueError("must be 'daily', 'weekly' or a cron expression, like '0 8 * * mon'")
    return cadence.check(expression)


def _about(parse: Any, text: str) -> Mapping[str, Any]:
    return {"parse": parse, "text": text}


@dataclass(frozen=True, slots=True)
class Channel:
    """Somebody who is told, and over what: a table ``[notify.<name>]``."""

    name: str
    type: str = field(default="", metadata=_about(_choice(*TYPES), f"One of {', '.join(TYPES)}. Required."))
    audience: str = field(
        default="readers",
        metadata=_about(
            _choice(*AUDIENCES),
            "readers are told what changed; operators which policies cannot be fetched, or are held back.",
        ),
    )
    severity: Severity = field(
        default=Severity.LOW, metadata=_about(_severity, "Only changes at least this grave.")
    )
    rules: tuple[str, ...] = field(
        default=(), metadata=_about(values.strings, "Only changes of these rules.")
    )
    kinds: tuple[str, ...] = field(
        default=(), metadata=_about(values.strings, "Only changes of these kinds of fact.")
    )
    policies: tuple[str, ...] = field(
        default=(), metadata=_about(values.strings, "Only these policies, by id.")
    )
    tags: tuple[str, ...] = field(
        default=(), metadata=_about(values.strings, "Only policies with one of these tags.")
    )
    digest: str = field(
        default="",
        metadata=_about(
            _digest, "Collect news: 'daily', 'weekly' (at 8:00) or cron. Without it they are told at once."
        ),
    )
    reverts: bool = field(
        default=False,
        metadata=_about(values.flag, "Tell also of a return to an earlier text, which is no news in itself."),
    )
    url: Secret | None = field(
        default=None,
        metadata=_about(
            _url,
            "webhook: the address, or { env = ... } or { file = ... } where it is found; slack and apprise "
            "take the latter only, since their addresses are secrets.",
        ),
    )
    secret: Secret | None = field(
        default=None,
        metadata=_about(_secret, "webhook: what requests are signed with, { env = ... } or { file = ... }."),
    )
    to: tuple[str, ...] = field(
        default=(), metadata=_about(_addresses, "email: the recipients; each gets a mail of their own.")
    )
    sender: str = field(default="", metadata=_about(_address, "email: the sender's address."))
    server: str = field(
        default="localhost:25", metadata=_about(_server, "email: the SMTP server, host or host:port.")
    )
    security: str = field(
        default="starttls",
        metadata=_about(
            _choice(*SECURITIES), f"email: one of {', '.join(SECURITIES)}; tls is from the start."
        ),
    )
    user: str = field(default="", metadata=_about(values.words, "email: the name to log in with."))
    password: Secret | None = field(
        default=None,
        metadata=_about(_secret, "email: where the password is, { env = ... } or { file = ... }."),
    )
    attach: bool = field(
        default=True, metadata=_about(values.flag, "email: attach the HTML report to what is told at once.")
    )

    @property
    def targets(self) -> tuple[str, ...]:
        """The recipients that are delivered to one by one; "" for a channel that is one recipient."""
        return self.to or ("",)


def mistakes(channel: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(key, what is wrong) of keys that do not go together; the values alone have been found right."""
    kind = str(channel.get("type", ""))
    if not kind:
        yield "type", f"is missing: one of {', '.join(TYPES)}"
        return
    for other, own in _OWN.items():
        for key in own:
            if key in channel and other != kind and key not in _OWN[kind]:
                yield key, f"is not for channels of type {kind}"
    for key in _NEEDED[kind]:
        if key not in channel:
            yield key, f"is missing: a channel of type {kind} needs it"
    url = channel.get("url")
    if kind in ("slack", "apprise") and isinstance(url, Secret) and url.kind == "plain":
        yield "url", 'is a secret: give it as { env = "NAME" } or { file = "PATH" }'
    if ("user" in channel) != ("password" in channel):
        yield ("user" if "user" in channel else "password"), "needs both a user and a password"
