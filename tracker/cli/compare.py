"""``tracker compare``: what changed between two files or addresses."""

from __future__ import annotations

import argparse

from tracker.cli import options, showing


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="a file or an address: the earlier text")
    parser.add_argument("new", metavar="NEW", help="a file or an address: the later text")
    parser.add_argument("--allow-private", action="store_true", help="let addresses point into private networks")
    options.add_comparison(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker import pipeline

    sides = [
        pipeline.side_of(pipeline.read_source(source, arguments.allow_private), pipeline.name_of(source))
        for source in (arguments.old, arguments.new)
    ]
    return showing.show(pipeline.compare(*sides), arguments)
