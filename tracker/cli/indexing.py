"""``tracker index``: the index that answers any date."""

from __future__ import annotations

import argparse

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rebuild", action="store_true", help="make it anew from the commits")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.archive import Archive

    with Archive.open(options.workspace(arguments).snapshots) as archive:
        if arguments.rebuild:
            archive.rebuild_index()
        policies, captures, checks = archive.size()
    done = "made anew" if arguments.rebuild else "up to date"
    terminal.out(f"index {done}: {policies} policies, {captures} captures, {checks} further checks")
    return Exit.DONE
