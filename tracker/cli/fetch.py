"""``tracker fetch``: fetch now."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tracker.cli import options, terminal
from tracker.errors import Exit
from tracker.model import Severity

if TYPE_CHECKING:
    from tracker.config import Policy
    from tracker.model import Check
    from tracker.pipeline.workbench import Outcome, Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policies", metavar="POLICY", nargs="*", help="ids of policies; all where none is given"
    )
    parser.add_argument("--due", action="store_true", help="only those whose interval has passed")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="how many at once; as policies.toml says if not given"
    )
    parser.add_argument("--dry-run", action="store_true", help="name what would be fetched, fetch nothing")
    parser.add_argument(
        "--fail-on",
        choices=[str(each) for each in Severity],
        help="exit 1 if a policy changed at least so gravely, whatever else failed",
    )
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.workbench import Workbench

    workspace = options.workspace(arguments)
    chosen = [workspace.policy(name) for name in arguments.policies] or [
        p for p in workspace.policies if not p.paused
    ]
    with Workbench(workspace) as bench:
        if arguments.due:
            chosen = [policy for policy in bench.due() if policy in chosen]
        if arguments.dry_run:
            terminal.out("\n".join(f"{policy.id}  {policy.url}" for policy in chosen) or "nothing to fetch")
            return Exit.DONE
        return _summed_up(*_fetched(bench, chosen, arguments), arguments)


def _fetched(
    bench: Workbench, chosen: Sequence[Policy], arguments: argparse.Namespace
) -> tuple[list[Outcome], int]:
    """What came of the fetches, and how many messages about them could not be delivered."""
    from tracker.pipeline.telling import telling

    with telling(bench, terminal.say) as tell:
        return _looked(bench, chosen, arguments, tell.hear), tell.finish()


def _looked(
    bench: Workbench,
    chosen: Sequence[Policy],
    arguments: argparse.Namespace,
    hear: Callable[[Check], None],
) -> list[Outcome]:
    from tracker.cli.board import Board
    from tracker.pipeline.outcome import told

    jobs = max(1, arguments.jobs or bench.workspace.settings.jobs)
    outcomes = []
    with Board(chosen) as board:
        for outcome in bench.fetch_all(chosen, jobs, board.began):
            outcomes.append(outcome)
            hear(outcome.check)
            board.ended(outcome, told(outcome))
    return outcomes


def _summed_up(outcomes: list[Outcome], untold: int, arguments: argparse.Namespace) -> int:
    counts = Counter(outcome.check.outcome for outcome in outcomes)
    if arguments.format == "json":
        from tracker.report import as_json

        terminal.out(json.dumps(as_json.run(outcomes), ensure_ascii=False, indent=1))
    else:
        told = ", ".join(
            f"{counts[name]} {name}"
            for name in ("new", "changed", "unchanged", "suspect", "failed")
            if counts[name]
        )
        terminal.out(f"{len(outcomes)} fetched: {told}" if outcomes else "nothing to fetch")
    if any(_is_grave(outcome, arguments.fail_on) for outcome in outcomes):
        return Exit.FOUND
    failed = counts["failed"]
    if failed and failed == len(outcomes):
        return Exit.FAILED
    return Exit.PARTLY if failed or untold else Exit.DONE


def _is_grave(outcome: Outcome, least: str | None) -> bool:
    """Whether a look brought a change that is at least so grave."""
    if least is None or outcome.comparison is None or not outcome.announce:
        return False
    limit = Severity(least).rank
    return any(change.severity.rank <= limit for change in outcome.comparison.changes)
