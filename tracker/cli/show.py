"""``tracker show``: the text of a policy as it stood on a date."""

from __future__ import annotations

import argparse
import sys

from tracker.cli import options, terminal
from tracker.errors import Exit
from tracker.report.style import harmless


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="the policy's id")
    parser.add_argument("--at", metavar="DATE", default="latest", help=options.DATE_HELP)
    parser.add_argument("--raw", action="store_true", help="the bytes as they were fetched")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        version = bench.version(arguments.policy, arguments.at, options.now())
        if arguments.raw:
            sys.stdout.buffer.write(bench.archive.raw(version))
        else:
            terminal.out(harmless(bench.archive.text(version)))
    return Exit.DONE
