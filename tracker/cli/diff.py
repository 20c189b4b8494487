"""``tracker diff``: what changed in a policy between two dates."""

from __future__ import annotations

import argparse

from tracker.cli import options, showing


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="the policy's id")
    parser.add_argument("old", metavar="FROM", nargs="?", default="previous", help=options.DATE_HELP)
    parser.add_argument(
        "new", metavar="TO", nargs="?", default="latest", help="the same; latest where not given"
    )
    options.add_workspace(parser)
    options.add_comparison(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        result = bench.diff(arguments.policy, arguments.old, arguments.new, options.now())
    return showing.show(result, arguments)
