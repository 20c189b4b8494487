"""``tracker import``: dated snapshots from elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    sources = parser.add_subparsers(dest="source", metavar="SOURCE", required=True)
    files = sources.add_parser("files", help="files of one policy, each with its date")
    files.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="HTML, Markdown, plain text or PDF"
    )
    files.add_argument("--policy", required=True, metavar="ID", help="the policy that they are versions of")
    files.add_argument(
        "--date",
        metavar="DATE",
        help="the day of capture (2019-05-24); else an archive's header line tells it",
    )
    options.add_workspace(files)


def run(arguments: argparse.Namespace) -> int:
    from tracker.importers import files
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        for outcome in bench.import_snapshots(files.read(arguments.files, arguments.policy, arguments.date)):
            terminal.out(
                f"{outcome.policy}: {outcome.check.at:%Y-%m-%d}: {outcome.check.outcome}: {outcome.summary}"
            )
    return Exit.DONE
