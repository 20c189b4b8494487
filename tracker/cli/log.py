"""``tracker log``: a policy's versions with what changed in each."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from tracker.cli import options, terminal
from tracker.errors import Exit
from tracker.report.style import Style, harmless

if TYPE_CHECKING:
    from tracker.pipeline.workbench import LogEntry


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="the policy's id")
    parser.add_argument("-n", "--number", type=int, metavar="N", help="only the newest N versions")
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.cli import progress
    from tracker.pipeline.workbench import Workbench

    style = terminal.style()
    with Workbench(options.workspace(arguments)) as bench:
        hear = progress.reporter("reading versions")
        for entry in bench.log(arguments.policy, arguments.number, hear):
            progress.cleared()
            terminal.out(_json(entry) if arguments.format == "json" else _line(entry, style))
            sys.stdout.flush()  # each may take a while the first time
    return Exit.DONE


def _json(entry: LogEntry) -> str:
    from tracker.report import as_json

    told = as_json.log_entry(entry.version, entry.verdict, entry.summary, entry.returned)
    return json.dumps(told, ensure_ascii=False)


def _line(entry: LogEntry, style: Style) -> str:
    when = style.paint(f"{entry.version.captured:%Y-%m-%d}", "bold")
    known = style.paint(entry.version.id[:10], "yellow")
    summary = entry.summary
    if entry.returned:
        summary = f"Returns to the version of {entry.returned.captured:%Y-%m-%d}: {summary}"
    return style.wrap(harmless(summary), " " * 36, f"{when}  {known}  {entry.verdict:<11} ")
