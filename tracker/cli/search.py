"""``tracker search``: where and from when to when a text stood."""

from __future__ import annotations

import argparse
import json

from tracker.archive import Found
from tracker.cli import options, progress, terminal
from tracker.errors import Exit
from tracker.report.style import harmless

_QUOTES = 3  # passages shown of one stretch of time


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        metavar="WORDS",
        nargs="+",
        help="words that stand in one paragraph; a phrase in quotes; a beginning ends in '*'",
    )
    parser.add_argument("--policy", default="", metavar="POLICY", help="only in this policy")
    parser.add_argument("--exit-code", action="store_true", help="exit 1 if the words stand somewhere")
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.archive import Archive

    with Archive.open(options.workspace(arguments).snapshots) as archive:
        report = progress.reporter("versions taken up")
        found = archive.search(arguments.words, arguments.policy, report)
    progress.cleared()
    if arguments.format == "json":
        data = {
            "schema": "tracker.search/1",
            "words": arguments.words,
            "policies": [
                {"policy": name, "stood": [_json(it) for it in stretches]} for name, stretches in found
            ],
        }
        terminal.out(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for name, stretches in found:
            _show(name, stretches)
        terminal.say(f"found in {len(found)} polic{'y' if len(found) == 1 else 'ies'}")
    return Exit.FOUND if found and arguments.exit_code else Exit.DONE


def _show(name: str, stretches: tuple[Found, ...]) -> None:
    style = terminal.style()
    for it in stretches:
        until = f"gone {it.gone.captured:%Y-%m-%d}" if it.gone else "stands still"
        first = style.paint(f"{it.since.captured:%Y-%m-%d}", "bold")
        seen = f"first seen {first}, last seen {it.until.captured:%Y-%m-%d}, {until}"
        terminal.out(f"{name}: {seen}")
        for quote in it.quotes[:_QUOTES]:
            terminal.out(style.wrap(harmless(quote), "    ", "    "))
        if len(it.quotes) > _QUOTES:
            terminal.out(f"    and {len(it.quotes) - _QUOTES} more passages")


def _json(it: Found) -> dict[str, object]:
    return {
        "first_seen": it.since.captured.isoformat().replace("+00:00", "Z"),
        "first_version": it.since.id,
        "last_seen": it.until.captured.isoformat().replace("+00:00", "Z"),
        "last_version": it.until.id,
        "gone": it.gone.captured.isoformat().replace("+00:00", "Z") if it.gone else None,
        "quotes": list(it.quotes),
    }
