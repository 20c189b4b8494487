"""``tracker log``: a policy's versions with what changed in each."""

from __future__ import annotations

import argparse
import json

from tracker.cli import options, terminal
from tracker.errors import Exit
from tracker.report.style import harmless


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="the policy's id")
    parser.add_argument("-n", "--number", type=int, metavar="N", help="only the newest N versions")
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.workbench import Workbench
    from tracker.report import as_json

    style = terminal.style()
    with Workbench(options.workspace(arguments)) as bench:
        for entry in bench.log(arguments.policy, arguments.number):
            version = entry.version
            if arguments.format == "json":
                terminal.out(
                    json.dumps(as_json.log_entry(version, entry.verdict, entry.summary), ensure_ascii=False)
                )
                continue
            when = style.paint(f"{version.captured:%Y-%m-%d}", "bold")
            known = style.paint(version.id[:10], "yellow")
            terminal.out(
                style.wrap(harmless(entry.summary), " " * 36, f"{when}  {known}  {entry.verdict:<11} ")
            )
    return Exit.DONE
