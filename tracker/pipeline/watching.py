"""The scheduler at work: fetches what is due into the archive and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tracker import schedule
from tracker.config import Policy, Workspace
from tracker.pipeline.outcome import told
from tracker.pipeline.telling import Herald
from tracker.pipeline.workbench import Workbench


def watch(workspace: Workspace, say: Callable[[str], None]) -> None:
    """Fetch each policy when it is due, until stopped; ``say`` is told of every look that found something."""
    with Workbench(workspace) as bench, Herald(bench, say) as herald:

        def run(current: Workspace, policy: Policy) -> None:
            if current is not bench.workspace:
                bench.configure(current)
            outcome = bench.fetch(policy)
            herald.hear(outcome.check)
            for line in told(outcome):
                say(f"{outcome.check.at:%Y-%m-%d %H:%M} {line}")

        def last_checks(current: Workspace) -> dict[str, datetime]:
            return {name: check.at for name, check in bench.archive.last_checks().items()}

        say(f"watching {len(workspace.policies)} policies in {workspace.root}; stop with Ctrl-C")
        schedule.watch(workspace, run, last_checks, clock=bench.clock)
        say("stopped")
