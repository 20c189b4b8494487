"""``tracker completion``: a completion script for the user's shell."""

from __future__ import annotations

import argparse

from tracker.cli import terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell", choices=("bash", "zsh", "tcsh"), help='for example: eval "$(tracker completion bash)"'
    )


def run(arguments: argparse.Namespace) -> int:
    import shtab

    from tracker.cli.parsing import whole_parser

    terminal.out(shtab.complete(whole_parser(), arguments.shell))
    return Exit.DONE
