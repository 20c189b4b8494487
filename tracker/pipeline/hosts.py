"""Policies queued by host, so that a host's pause keeps nobody waiting for another host."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from tracker.config import Policy


class HostQueues:
    """Hands out policies: one of each host at a time, the host that has rested longest first.

    ``until`` gives the seconds until a policy's host may be asked again.
    """

    def __init__(self, policies: Iterable[Policy], until: Callable[[Policy], float]) -> None:
        self._until = until
        self._change = threading.Condition()
        self._waiting: dict[str, deque[Policy]] = {}
        self._busy: set[str] = set()
        for policy in policies:
            self._waiting.setdefault(host_of(policy), deque()).append(policy)

    def take(self) -> Policy | None:
        """The next policy, as soon as its host's turn has come; None where no more is to be handed out."""
        with self._change:
            while self._waiting:
                idle = [
                    (self._until(line[0]), host)
                    for host, line in self._waiting.items()
                    if host not in self._busy
                ]
                wait, host = min(idle, default=(None, ""), key=lambda each: max(each[0], 0.0))
                if wait is None:
                    self._change.wait()
                elif wait > 0:
                    self._change.wait(wait)
                else:
                    return self._handed_out(host)
            return None

    def _handed_out(self, host: str) -> Policy:
        line = self._waiting.pop(host)
        policy = line.popleft()
        if line:
            self._waiting[host] = line  # at the end: whoever has rested longer goes first
        self._busy.add(host)
        return policy

    def done(self, policy: Policy) -> None:
        """The policy's host is free for the next one."""
        with self._change:
            self._busy.discard(host_of(policy))
            self._change.notify_all()

    def stop(self) -> None:
        """Hand out nothing more."""
        with self._change:
            self._waiting.clear()
            self._change.notify_all()


def host_of(policy: Policy) -> str:
    """The host of the policy's first page, with its port."""
    return urlsplit(policy.url).netloc.rpartition("@")[2].lower()
