"""Argument parsers that fail as the contract says: one line and exit status 2."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import NoReturn

from tracker.cli.table import COMMANDS
from tracker.errors import UsageError


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of printing its usage."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}", f"see {self.prog} --help")


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    command = COMMANDS[name]
    parser = Parser(
        prog=f"tracker {name}", description=command.summary[:1].upper() + command.summary[1:] + "."
    )
    import_module(f"tracker.cli.{command.module}").configure(parser)
    return parser


def whole_parser() -> argparse.ArgumentParser:
    """One parser with all commands: for completion scripts and the reference."""
    whole = Parser(prog="tracker", description="Tells people what changed when a privacy policy changed.")
    whole.add_argument("--version", action="store_true", help="print the version")
    commands = whole.add_subparsers(dest="command", parser_class=Parser)
    for name, command in COMMANDS.items():
        import_module(f"tracker.cli.{command.module}").configure(
            commands.add_parser(name, help=command.summary)
        )
    return whole
