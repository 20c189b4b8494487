"""Live progress of many fetches: a line for each host on a terminal, nothing in a pipe."""

from __future__ import annotations

import shutil
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tracker.report.style import harmless

if TYPE_CHECKING:
    from tracker.config import Policy
    from tracker.pipeline.outcome import Outcome

_UP, _CLEAR = "\x1b[A", "\x1b[2K"


class Board:
    """Shows what each host is doing, those at work first. Threads may tell it."""

    def __init__(self, policies: Sequence[Policy], shown: bool | None = None) -> None:
        from tracker.pipeline.hosts import host_of

        self._host_of = {policy.id: host_of(policy) for policy in policies}
        self._total = Counter(self._host_of.values())
        self._done: Counter[str] = Counter()
        self._found: dict[str, Counter[str]] = {host: Counter() for host in self._total}
        self._now: dict[str, str] = {}
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._lines = 0
        self._mutex = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._mutex:
            self._draw(())

    def began(self, policy: Policy) -> None:
        """The policy is being fetched."""
        with self._mutex:
            self._now[self._host_of[policy.id]] = policy.id
            self._draw(self._board())

    def ended(self, outcome: Outcome, told: Iterable[str]) -> None:
        """The policy was fetched; ``told`` are lines that stay."""
        host = self._host_of[outcome.policy]
        with self._mutex:
            self._done[host] += 1
            self._found[host][outcome.check.outcome] += 1
            if self._now.get(host) == outcome.policy:
                del self._now[host]
            self._draw(())
            for line in told:
                sys.stderr.write(harmless(line) + "\n")
            self._draw(self._board())

    def _board(self) -> list[str]:
        """As many lines as the terminal has room for, and one with the sum."""
        width, height = shutil.get_terminal_size((100, 24))
        begun = [
            host for host in self._total if host in self._now or 0 < self._done[host] < self._total[host]
        ]
        begun.sort(key=lambda host: host not in self._now)
        room = max(1, min(height - 3, 30))
        lines = [self._line(host) for host in begun[:room]]
        if len(begun) > room:
            lines.append(f"  and {len(begun) - room} more hosts")
        finished = sum(self._done[host] == total for host, total in self._total.items())
        done, total = self._done.total(), self._total.total()
        lines.append(f"{done} of {total} policies, {finished} of {len(self._total)} hosts done")
        return [line[: width - 1] for line in lines]

    def _line(self, host: str) -> str:
        found = ", ".join(f"{count} {name}" for name, count in sorted(self._found[host].items()))
        now = f"  {self._now[host]} ..." if host in self._now else "  waits for its turn"
        told = f"  ({found})" if found else ""
        return harmless(f"  {host}  {self._done[host]}/{self._total[host]}{told}{now}")

    def _draw(self, lines: Sequence[str]) -> None:
        if not self._shown:
            return
        over = (f"\r{_CLEAR}" + (_UP + _CLEAR) * self._lines) if self._lines else ""
        sys.stderr.write(over + "".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
        self._lines = len(lines)
