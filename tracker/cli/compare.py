"""``tracker compare``: what changed between two files or addresses."""

from __future__ import annotations

import argparse
from pathlib import Path

from tracker.cli import options, showing
from tracker.model import Document


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="a file or an address: the earlier text")
    parser.add_argument("new", metavar="NEW", help="a file or an address: the later text")
    parser.add_argument(
        "--allow-private", action="store_true", help="let addresses point into private networks"
    )
    options.add_comparison(parser)


def _document(source: str, allow_private: bool) -> Document:
    if "://" not in source:
        from tracker.pipeline import sources

        return sources.read_file(Path(source))
    from tracker.pipeline import fetching

    return fetching.read_address(source, allow_private)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import sources

    old, new = (
        sources.side_of(_document(source, arguments.allow_private), sources.name_of(source))
        for source in (arguments.old, arguments.new)
    )
    return showing.show(sources.compare(old, new), arguments)
