"""What ``policies.toml`` says, as frozen records. The description of each key stands here and nowhere else.

``field.metadata["text"]`` is the key's description, ``field.metadata["parse"]`` turns the TOML value into the
record's value or raises ValueError; the reference in docs/configuration.md is made from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tracker.config import values
from tracker.config.channels import Channel
from tracker.errors import UsageError, nearest
from tracker.model import Severity

FILE = "policies.toml"


def _about(parse: Callable[[object], object], text: str) -> Mapping[str, Any]:
    return {"parse": parse, "text": text}


@dataclass(frozen=True, slots=True)
class Policy:
    """One tracked policy: a table ``[policies.<id>]``."""

    id: str
    url: str = field(metadata=_about(values.url, "Where the policy is (http or https). Required."))
    name: str = field(
        default="", metadata=_about(values.words, "What reports call it; the id where not given.")
    )
    also: tuple[str, ...] = field(
        default=(),
        metadata=_about(values.urls, "Further pages of the same policy, in the order they are read."),
    )
    select: tuple[str, ...] = field(
        default=(), metadata=_about(values.strings, "CSS or XPath selectors of what is the policy.")
    )
    remove: tuple[str, ...] = field(
        default=(), metadata=_about(values.strings, "CSS or XPath selectors of what is to be left out.")
    )
    language: str = field(
        default="",
        metadata=_about(values.language, "The policy's language (like 'en'); asked for, and taken as read."),
    )
    every: str = field(
        default="",
        metadata=_about(
            values.every, "How often it is fetched: an interval ('12 hours') or cron ('0 6 * * mon')."
        ),
    )
    headers: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=_about(values.headers, "Request headers sent to the policy's own hosts, and to no other."),
    )
    browser: str = field(
        default="auto",
        metadata=_about(
            values.choice("auto", "always", "never"),
            "Whether Chromium renders it: auto (where the plain page is an empty shell), always or never.",
        ),
    )
    settle: float | None = field(
        default=None,
        metadata=_about(
            values.wait, "How long a new text must hold before it is announced; else as settings."
        ),
    )
    tags: tuple[str, ...] = field(default=(), metadata=_about(values.strings, "Words to choose policies by."))
    paused: bool = field(
        default=False, metadata=_about(values.flag, "Keep the policy and its history, fetch no more.")
    )

    @property
    def title(self) -> str:
        """What to call it before a person."""
        return self.name or self.id

    @property
    def pages(self) -> tuple[str, ...]:
        """All addresses of the policy, in reading order."""
        return (self.url, *self.also)


@dataclass(frozen=True, slots=True)
class Settings:
    """How policies are fetched: the table ``[settings]``. Lengths of time are seconds, sizes bytes."""

    every: str = field(
        default="1d",
        metadata=_about(values.every, "How often a policy is fetched that does not say it itself."),
    )
    timezone: str = field(
        default="UTC", metadata=_about(values.timezone, "The time zone in which cron expressions are read.")
    )
    jobs: int = field(
        default=8, metadata=_about(values.count(1, 256), "How many policies are fetched at once.")
    )
    contact: str = field(
        default="",
        metadata=_about(
            values.words, "A web or mail address that the User-Agent gives to the operators of sites."
        ),
    )
    user_agent: str = field(
        default="",
        metadata=_about(
            values.header_value, "The whole User-Agent, in place of 'tracker/VERSION (+contact)'."
        ),
    )
    accept_language: str = field(
        default="en, *;q=0.5",
        metadata=_about(values.header_value, "Accept-Language for policies that name no language."),
    )
    connect_timeout: float = field(
        default=10.0, metadata=_about(values.seconds, "How long connecting to an address may take.")
    )
    read_timeout: float = field(
        default=20.0, metadata=_about(values.seconds, "How long a server may stay silent.")
    )
    deadline: float = field(
        default=90.0,
        metadata=_about(values.seconds, "How long one page may take in all, repeated tries included."),
    )
    retries: int = field(
        default=3, metadata=_about(values.count(0, 10), "How often a failure that may pass is tried again.")
    )
    backoff: float = field(
        default=2.0, metadata=_about(values.seconds, "The wait before the first retry; it doubles each time.")
    )
    max_redirects: int = field(
        default=10, metadata=_about(values.count(0, 30), "How many redirects are followed.")
    )
    max_download: int = field(
        default=16_000_000, metadata=_about(values.size, "The most bytes taken from the wire for one page.")
    )
    max_size: int = field(
        default=32_000_000, metadata=_about(values.size, "The most bytes that one page may unpack to.")
    )
    host_gap: float = field(
        default=1.0, metadata=_about(values.seconds_or_none, "The pause between two requests to one host.")
    )
    full_fetch_every: float = field(
        default=7 * 86_400.0,
        metadata=_about(
            values.wait, "After what time a page is fetched whole, whatever the server says of it."
        ),
    )
    confirm_after: float = field(
        default=2 * 86_400.0,
        metadata=_about(
            values.wait, "How long a text that was held back must keep coming before it enters the history."
        ),
    )
    confirm_fetches: int = field(
        default=2,
        metadata=_about(values.count(2, 1_000), "How many fetches in a row must have brought that text."),
    )
    settle: float = field(
        default=0.0,
        metadata=_about(
            values.wait, "How long a new text must hold before it is announced; it is recorded at once."
        ),
    )
    alarm_after: int = field(
        default=3,
        metadata=_about(
            values.count(1, 1_000),
            "After how many looks in a row that did not see a policy an alarm is raised.",
        ),
    )
    robots: bool = field(default=True, metadata=_about(values.flag, "Whether robots.txt is obeyed."))
    allow_private: bool = field(
        default=False, metadata=_about(values.flag, "Whether addresses of private networks may be fetched.")
    )
    proxy: str = field(
        default="",
        metadata=_about(
            values.url, "An HTTP proxy for all requests; the environment's proxies are not used."
        ),
    )
    ca_file: str = field(
        default="",
        metadata=_about(
            values.words, "A PEM file of certificate authorities to trust, in place of certifi's."
        ),
    )
    reports_url: str = field(
        default="",
        metadata=_about(
            values.url, "Where the folder reports/ is published; feeds and notifications link there."
        ),
    )


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with its policies, archive and reports."""

    root: Path
    policies: tuple[Policy, ...] = ()
    settings: Settings = field(default_factory=Settings)
    severities: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))
    channels: tuple[Channel, ...] = ()

    @property
    def file(self) -> Path:
        """The configuration file."""
        return self.root / FILE

    @property
    def snapshots(self) -> Path:
        """The archive, a git repository of its own."""
        return self.root / "snapshots"

    @property
    def reports(self) -> Path:
        """Where reports are rendered to."""
        return self.root / "reports"

    @property
    def state(self) -> Path:
        """What the program keeps for itself: the scheduler's job store and its lock."""
        return self.root / ".tracker"

    @property
    def templates(self) -> Path | None:
        """The user's own templates, which replace packaged ones by name; None where there are none."""
        folder = self.root / "templates"
        return folder if folder.is_dir() else None

    def policy(self, name: str) -> Policy:
        """The policy of that id; UnknownPolicy names the nearest."""
        for policy in self.policies:
            if policy.id == name:
                return policy
        raise UnknownPolicy(name, [policy.id for policy in self.policies])

    def settle(self, policy: Policy) -> float:
        """How many seconds a new text of the policy must hold before it is announced."""
        return self.settings.settle if policy.settle is None else policy.settle

    def every(self, policy: Policy) -> str:
        """How often the policy is fetched."""
        return policy.every or self.settings.every


class UnknownPolicy(UsageError):
    """A policy that the workspace does not have."""

    def __init__(self, name: str, known: list[str]) -> None:
        self.name = name
        super().__init__(f"no policy {name!r} in {FILE}", nearest(name, known) or "see tracker list")
