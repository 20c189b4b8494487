"""``tracker watch``: the scheduler."""

from __future__ import annotations

import argparse

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import watching

    watching.watch(options.workspace(arguments), terminal.say)
    return Exit.DONE
