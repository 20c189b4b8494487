"""``tracker restore``: the archive out of a backup."""

from __future__ import annotations

import argparse

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="REMOTE", help="a git remote, a folder or a bundle file")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import upkeep

    workspace = upkeep.restore(arguments.source, arguments.workspace)
    from tracker.archive import Archive

    with Archive.open(workspace.snapshots) as archive:
        policies, captures, checks = archive.size()
    terminal.out(f"{workspace.snapshots}: {policies} policies, {captures} captures, {checks} checks are back")
    return Exit.DONE
