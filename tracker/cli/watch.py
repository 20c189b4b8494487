"""``tracker watch``: the scheduler."""

from __future__ import annotations

import argparse

from tracker.cli import options
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--listen",
        metavar="[HOST:]PORT",
        default="",
        help="serve /health and Prometheus /metrics there; on the loopback if no host is given",
    )
    parser.add_argument(
        "--log", choices=("text", "json"), default="text", help="what is said: words, or a JSON object a line"
    )
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.cli.logs import Log
    from tracker.pipeline import watching

    workspace = options.workspace(arguments)
    log = Log(arguments.log)
    watching.watch(workspace, log.say, log.look, arguments.listen)
    return Exit.DONE
