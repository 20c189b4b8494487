"""``tracker init``: make a workspace."""

from __future__ import annotations

import argparse
from pathlib import Path

from tracker.cli import terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", type=Path, default=Path(), help="where; here if not given"
    )


def run(arguments: argparse.Namespace) -> int:
    from tracker import config
    from tracker.pipeline.workbench import Workbench

    workspace = config.init(arguments.folder)
    with Workbench(workspace):
        terminal.say(f"made a workspace in {workspace.root}; now: tracker add https://example.com/privacy")
    return Exit.DONE
