"""``tracker preview``: what would be read from a page, recording nothing."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli import looking, options, terminal
from tracker.errors import Exit
from tracker.model import Snapshot
from tracker.report.style import harmless

if TYPE_CHECKING:
    from tracker.pipeline.judging import Look


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FILE|URL", help="a file, or an address to fetch")
    parser.add_argument("--url", default="", help="the address of a page that lies in a file")
    parser.add_argument(
        "--select", action="append", default=[], metavar="CSS|XPATH", help="what on the page is the policy"
    )
    parser.add_argument(
        "--remove", action="append", default=[], metavar="CSS|XPATH", help="what on the page is not"
    )
    parser.add_argument(
        "--allow-private", action="store_true", help="let the address point into a private network"
    )
    parser.add_argument(
        "--browser", choices=("auto", "always", "never"), default="auto", help=looking.BROWSER
    )
    options.add_format(parser, "json")


def run(arguments: argparse.Namespace) -> int:
    look = _look(arguments)
    terminal.out(_json(look) if arguments.format == "json" else _text(look))
    return Exit.DONE


def _json(look: Look) -> str:
    from tracker.report import as_json

    reason, detail = (look.suspicion.reason, look.suspicion.detail) if look.suspicion else ("", "")
    return json.dumps(as_json.preview(look.document, reason, detail, look.dropped), ensure_ascii=False)


def _text(look: Look) -> str:
    from tracker.extract import to_markdown

    text = to_markdown(look.document) if look.document else ""
    return f"{looking.verdict(look)}\n\n{harmless(text)}\n{looking.left_out(look)}"


def _look(arguments: argparse.Namespace) -> Look:
    from tracker.config.records import Policy
    from tracker.pipeline.judging import judged

    chosen = Policy(
        "preview",
        arguments.url or arguments.source,
        select=tuple(arguments.select),
        remove=tuple(arguments.remove),
        browser=arguments.browser,
    )
    if "://" not in arguments.source:
        return judged(_snapshot(arguments), chosen)
    from tracker.pipeline import fetching

    return fetching.look_at(chosen, arguments.allow_private)


def _snapshot(arguments: argparse.Namespace) -> Snapshot:
    from tracker.pipeline import sources

    path = Path(arguments.source)
    raw = sources.bytes_of(path)
    moment = datetime(1970, 1, 1, tzinfo=UTC)  # a preview has no date
    return Snapshot("preview", arguments.url or path.name, moment, raw, sources.media_type_of(path))
