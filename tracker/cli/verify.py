"""``tracker verify``: is the archive whole and true?"""

from __future__ import annotations

import argparse

from tracker.cli import options, progress, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policies",
        metavar="POLICY",
        nargs="*",
        help="read only these anew from their bytes",
    )
    parser.add_argument("--quick", action="store_true", help="read no text anew from its bytes")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import upkeep

    workspace = options.workspace(arguments)
    report = progress.reporter("captures read anew")
    problems = 0
    for problem in upkeep.verify(workspace, arguments.policies, arguments.quick, report):
        progress.cleared()
        terminal.out(problem)
        problems += 1
    progress.cleared()
    if problems:
        terminal.say(f"{workspace.snapshots}: {problems} problem{'s' * (problems != 1)}")
        return Exit.FAILED
    terminal.out(f"{workspace.snapshots}: whole and true")
    return Exit.DONE
