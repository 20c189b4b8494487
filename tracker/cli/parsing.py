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
    parser = Parser(prog=f"tracker {name}", description=command.summary[:1].upper() + command.summary[1:] + ".")
    import_module(f"tracker.cli.{command.module}").configure(parser)
    return parser
