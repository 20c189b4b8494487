"""``tracker preview``: what would be read from a page, recording nothing."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from tracker.cli import options, terminal
from tracker.errors import Exit
from tracker.model import Snapshot
from tracker.report.style import harmless


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FILE|URL", help="a file, or an address to fetch")
    parser.add_argument("--url", default="", help="the address of a page that lies in a file")
    parser.add_argument(
        "--select", action="append", default=[], metavar="CSS", help="what on the page is the policy"
    )
    parser.add_argument(
        "--remove", action="append", default=[], metavar="CSS", help="what on the page is not"
    )
    parser.add_argument(
        "--allow-private", action="store_true", help="let the address point into a private network"
    )
    options.add_format(parser, "json")


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import preview
    from tracker.report import as_json

    seen = preview.look(_snapshot(arguments), arguments.select, arguments.remove)
    if arguments.format == "json":
        terminal.out(json.dumps(as_json.preview(seen), ensure_ascii=False))
        return Exit.DONE
    style = terminal.style()
    verdict = f"would be held back: {seen.suspect} ({seen.reason})" if seen.suspect else "would be recorded"
    terminal.out(style.paint(harmless(verdict), "bold") + f", language {seen.document.language}\n")
    terminal.out(harmless(seen.markdown))
    for what, why in seen.dropped:
        terminal.out(style.paint(f"left out: {harmless(what)} ({why})", "dim"))
    return Exit.DONE


def _snapshot(arguments: argparse.Namespace) -> Snapshot:
    if "://" in arguments.source:
        from tracker.pipeline import fetching

        return fetching.page_at(arguments.source, arguments.allow_private)
    from tracker.pipeline import sources

    path = Path(arguments.source)
    raw = sources.bytes_of(path)
    moment = datetime(1970, 1, 1, tzinfo=UTC)  # a preview has no date
    return Snapshot("preview", arguments.url or path.name, moment, raw, sources.media_type_of(path))
