"""``tracker reextract``: old captures read anew by the present extractor."""

from __future__ import annotations

import argparse

from tracker.cli import options, progress, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policies",
        metavar="POLICY",
        nargs="*",
        help="ids of policies; all that are archived if not given",
    )
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.archive import Archive
    from tracker.pipeline.rereading import reread

    workspace = options.workspace(arguments)
    declared = {policy.id: policy for policy in workspace.policies}
    captures = changed = kept = 0
    with Archive.open(workspace.snapshots) as archive:
        for name in arguments.policies or archive.policies():
            report = progress.reporter(f"{name}: captures read anew")
            result = reread(archive, name, declared.get(name), report)
            progress.cleared()
            captures += result.captures
            changed += result.changed
            kept += len(result.kept)
            if result.changed:
                terminal.out(f"{name}: {result.changed} of {result.captures} captures say something else now")
            for reason in result.kept:
                terminal.say(f"{name}: kept as it was read: {reason}")
    terminal.out(f"{captures} captures read anew, {changed} recorded, {kept} kept as they were read")
    return Exit.DONE
