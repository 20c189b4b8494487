"""Fetching as the other stages use it: real clock, real sleep, one set of manners a run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tracker import fetch
from tracker.config import Policy, Settings
from tracker.fetch import Fetched, Manners, Validators
from tracker.model import Document, Snapshot
from tracker.pipeline.sources import read_snapshot

if TYPE_CHECKING:
    from tracker.pipeline.judging import Look


def now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Fetching:
    """What the fetches of one run share: settings, clock and manners towards hosts."""

    settings: Settings
    clock: Callable[[], datetime] = now
    manners: Manners = field(init=False)

    def __post_init__(self) -> None:
        self.manners = Manners(self.settings.host_gap, time.sleep, jitter=random.random)

    def until(self, policy: Policy) -> float:
        """Seconds until the policy's host may be asked again."""
        return self.manners.until(policy.url)

    def get(self, policy: Policy, validators: Sequence[Validators] = (), rendered: bool = False) -> Fetched:
        """Fetch all pages of a policy, by a browser where they are to be ``rendered``; raises FetchError."""
        return fetch.get(
            policy,
            self.settings,
            clock=self.clock,
            sleep=time.sleep,
            random=random.random,
            manners=self.manners,
            validators=validators,
            rendered=rendered,
        )


def page_at(url: str, allow_private: bool = False) -> Snapshot:
    """The page at an address, outside any workspace."""
    return _page_of(Policy("page", url), Fetching(replace(Settings(), allow_private=allow_private)))


def look_at(policy: Policy, allow_private: bool = False) -> Look:
    """A look at a policy outside any workspace, by a browser where it needs one. Raises FetchError."""
    from tracker.pipeline.judging import judged
    from tracker.pipeline.scripts import with_scripts

    fetching = Fetching(replace(Settings(), allow_private=allow_private))
    return with_scripts(fetching, judged(_page_of(policy, fetching), policy), policy)


def _page_of(policy: Policy, fetching: Fetching) -> Snapshot:
    fetched = fetching.get(policy, rendered=policy.browser == "always")
    if fetched.snapshot is None:
        raise RuntimeError("a request without validators was answered with 304")
    return fetched.snapshot


def read_address(url: str, allow_private: bool = False) -> Document:
    """The document at an address."""
    return read_snapshot(page_at(url, allow_private))
