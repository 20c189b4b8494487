"""``tracker backup`` and ``tracker restore``: the whole archive elsewhere, and back."""

from __future__ import annotations

import argparse

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("remote", metavar="REMOTE", help="a git remote, a folder, or a file NAME.bundle")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.archive import Archive

    workspace = options.workspace(arguments)
    with Archive.open(workspace.snapshots) as archive:
        archive.back_up(arguments.remote)
        policies, captures, checks = archive.size()
    terminal.out(
        f"{arguments.remote}: {policies} policies, {captures} captures, {checks} checks are safe there"
    )
    terminal.say(f"{workspace.file.name} is not in the archive: keep a copy of it too")
    return Exit.DONE
