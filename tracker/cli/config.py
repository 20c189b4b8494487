"""``tracker config check``: is policies.toml in order?"""

from __future__ import annotations

import argparse

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("check",), help="validate policies.toml: file, line, key, nearest right name"
    )
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    workspace = options.workspace(arguments)
    count = len(workspace.policies)
    terminal.say(f"{workspace.file}: in order, {count} polic{'y' if count == 1 else 'ies'}")
    return Exit.DONE
