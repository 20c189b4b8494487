"""``tracker gc``: pack the archive."""

from __future__ import annotations

import argparse

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.archive import Archive

    with Archive.open(options.workspace(arguments).snapshots) as archive:
        before, after = archive.gc()
    terminal.out(f"{before / 1e6:.1f} MB before, {after / 1e6:.1f} MB now")
    return Exit.DONE
