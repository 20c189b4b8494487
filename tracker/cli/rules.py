"""``tracker rules``: the catalogue, or one rule explained."""

from __future__ import annotations

import argparse

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="ID", nargs="?", help="explain this rule")
    options.add_format(parser, "json")


def run(arguments: argparse.Namespace) -> int:
    from tracker.report import catalogue

    terminal.out(catalogue.written(arguments.rule, arguments.format, terminal.style()))
    return Exit.DONE
