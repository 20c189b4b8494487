"""``tracker deadlines``: until when one may object to a party that was added."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from tracker.cli import options, terminal
from tracker.errors import Exit
from tracker.report.style import harmless, shortened

if TYPE_CHECKING:
    from datetime import date

    from tracker.deadlines import Deadline


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policies", metavar="POLICY", nargs="*", help="ids of policies; all where none is given"
    )
    parser.add_argument("--all", action="store_true", help="those that are over too")
    options.add_format(parser, "json", "ical")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import objecting
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        for name in arguments.policies:
            bench.archive.history(name)  # says where there is none of that name
        now = bench.clock()
        names = arguments.policies or bench.archive.policies()
        found = objecting.found(bench, names, None if arguments.all else now)
        titles = objecting.titles(bench)
    if arguments.format == "json":
        terminal.out(json.dumps([_data(one) for one in found], ensure_ascii=False, indent=1))
    elif arguments.format == "ical":
        from tracker.report import as_icalendar

        terminal.out(as_icalendar.calendar(found, titles))
    else:
        for one in found:
            terminal.out(_line(one, now.date()))
        if not found:
            terminal.say("no deadline is running" if not arguments.all else "no policy grants a period")
    return Exit.DONE


def _line(one: Deadline, today: date) -> str:
    left = (one.by - today).days
    when = f"in {left} days" if left > 0 else "today" if left == 0 else f"over for {-left} days"
    until = f"{one.by}" if one.by == one.latest else f"{one.by} (at the latest {one.latest})"
    return (
        f"{until}  {when}  {one.policy}: {harmless(one.change.message)}  [{one.change.id}]\n"
        f"    “{shortened(one.grant.evidence.quote, 240)}”"
    )


def _data(one: Deadline) -> dict[str, Any]:
    from tracker.report.as_json import time

    return {
        "policy": one.policy,
        "change": one.change.id,
        "rule": one.change.rule,
        "key": one.change.key,
        "message": one.change.message,
        "version": one.version,
        "since": time(one.since),
        "captured": time(one.captured),
        "grant": one.grant.kind,
        "period": one.grant.period,
        "business_days": one.grant.business,
        "quote": one.grant.evidence.quote,
        "by": one.by.isoformat(),
        "latest": one.latest.isoformat(),
    }
