"""The scheduler at work: fetches what is due into the archive and says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from time import monotonic

from tracker import schedule
from tracker.config import Policy, Workspace
from tracker.pipeline import health
from tracker.pipeline.outcome import Outcome, told
from tracker.pipeline.telling import Herald
from tracker.pipeline.workbench import Workbench


def _unheard(outcome: Outcome, seconds: float) -> None:
    """Nobody listens."""


def watch(
    workspace: Workspace,
    say: Callable[[str], None],
    heard: Callable[[Outcome, float], None] = _unheard,
    listen: str = "",
) -> None:
    """Fetch each policy when it is due, until stopped.

    ``say`` is told of every look that found something, ``heard`` of every look and how many seconds it took.
    With ``listen`` ("PORT" or "HOST:PORT") health and metrics are served there. Raises AlreadyWatched and
    CannotListen.
    """
    with ExitStack() as stack:
        bench = stack.enter_context(Workbench(workspace))
        herald = stack.enter_context(Herald(bench, say))
        figures = health.Figures(bench.clock)
        if listen:
            place = stack.enter_context(health.serving(listen, figures, herald.counts))
            say(f"health and metrics: {place}/health, {place}/metrics")

        def run(current: Workspace, policy: Policy) -> None:
            if current is not bench.workspace:
                bench.configure(current)
            began = monotonic()
            outcome = bench.fetch(policy)
            seconds = monotonic() - began
            herald.hear(outcome.check)
            figures.looked(outcome.check.outcome, seconds)
            heard(outcome, seconds)
            for line in told(outcome):
                say(f"{outcome.check.at:%Y-%m-%d %H:%M} {line}")

        def last_checks(current: Workspace) -> Mapping[str, datetime]:
            last = {name: check.at for name, check in bench.archive.last_checks().items()}
            if listen:
                overdue = len(schedule.due(current, last, bench.clock()))
                figures.dispatched(len(current.policies), overdue)
            return last

        say(f"watching {len(workspace.policies)} policies in {workspace.root}; stop with Ctrl-C")
        schedule.watch(workspace, run, last_checks, clock=bench.clock)
    say("stopped")
