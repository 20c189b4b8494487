"""``tracker timeline``: the life of each right and recipient through all versions of a policy."""

from __future__ import annotations

import argparse
import json

from tracker.cli import options, terminal
from tracker.errors import Exit

_SHOWN = ("right", "party")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="the policy's id")
    parser.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar="KIND",
        help=f"facts of this kind (several times for several), or all; without it {' and '.join(_SHOWN)}",
    )
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.cli import progress
    from tracker.facts import KINDS
    from tracker.pipeline import histories
    from tracker.pipeline.workbench import Workbench
    from tracker.report import history_json, history_text

    kinds = KINDS if "all" in arguments.kind else tuple(arguments.kind) or _SHOWN
    with Workbench(options.workspace(arguments)) as bench:
        found = histories.lives(bench, arguments.policy, kinds, progress.reporter("reading versions"))
        progress.cleared()
    if arguments.format == "json":
        terminal.out(json.dumps(history_json.timeline(found), ensure_ascii=False))
    else:
        terminal.out(history_text.timeline(found, terminal.style()))
    return Exit.DONE
