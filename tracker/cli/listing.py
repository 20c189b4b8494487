"""``tracker list`` and ``tracker status``: the policies and how they are."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tracker.cli import options, terminal
from tracker.errors import Exit, UsageError
from tracker.report.style import harmless

if TYPE_CHECKING:
    from tracker.pipeline.reviewing import Item
    from tracker.pipeline.streaks import Day
    from tracker.pipeline.workbench import Status, Workbench

_FOUND = ("changed", "unchanged", "suspect", "failed", "not looked")
_HEAD: tuple[str, ...] = ("POLICY", "VERSIONS", "LAST CHANGE", "LAST CHECK", "NEXT CHECK", "HEALTH")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--coverage",
        metavar="POLICY",
        nargs="?",
        const="",
        help="what was found on each day: changed, unchanged, suspect, failed, or not looked; "
        "of all policies where none is named",
    )
    parser.add_argument(
        "--days", type=int, default=90, metavar="N", help="how many days of it; 0 for all (default 90)"
    )
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.workbench import Workbench
    from tracker.report import as_json

    with Workbench(options.workspace(arguments)) as bench:
        if arguments.coverage is not None:
            return _coverage(bench, arguments)
        rows = bench.status()
        waiting = _waiting(bench, rows)
    if arguments.format == "json":
        terminal.out(
            json.dumps(
                [{**as_json.status(row), "open_changes": len(waiting.get(row.policy, ()))} for row in rows],
                ensure_ascii=False,
                indent=1,
            )
        )
        return Exit.DONE
    if not rows:
        terminal.say("no policies yet; add one with: tracker add https://example.com/privacy")
        return Exit.DONE
    for policy, items in waiting.items():
        terminal.out(_told(policy, items))
    table = [_HEAD]
    for row in rows:
        times = [f"{at:%Y-%m-%d %H:%M}" if at else "-" for at in (row.changed, row.checked, row.next)]
        table.append((row.policy, str(row.versions), *times, harmless(row.health)))
    widths = [max(len(line[column]) for line in table) for column in range(5)]
    for line in table:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        terminal.out("  ".join([*cells, line[5]]).rstrip())
    return Exit.DONE


def _waiting(bench: Workbench, rows: Sequence[Status]) -> dict[str, list[Item]]:
    """The changes that nobody looked at, as far as they are known, by policy; the gravest first."""
    if not any(row.versions > 1 for row in rows):
        return {}
    from tracker.pipeline.reviewing import Desk

    with Desk(bench) as desk:
        found = {row.policy: desk.waiting(row.policy) for row in rows if row.versions > 1}
    order = sorted(found, key=lambda policy: min((item.severity.rank for item in found[policy]), default=9))
    return {policy: found[policy] for policy in order if found[policy]}


def _told(policy: str, items: Sequence[Item]) -> str:
    counts = Counter(str(item.severity) for item in items)
    grades = ", ".join(f"{counts[grade]} {grade}" for grade in ("high", "medium", "low") if counts[grade])
    number = f"{len(items)} change{'s' * (len(items) != 1)}"
    return f"to review: {policy}: {number} ({grades}): tracker review {policy}"


def _coverage(bench: Workbench, arguments: argparse.Namespace) -> int:
    from tracker.report import as_json

    if arguments.days < 0:
        raise UsageError("--days: must be 0 or more", "0 shows all days since the first look")
    looked = bench.archive.last_checks()
    chosen = [arguments.coverage] if arguments.coverage else sorted(looked)
    for policy in chosen:
        days = list(bench.coverage(policy, arguments.days))
        if arguments.format == "json":
            terminal.out(json.dumps(as_json.coverage(policy, days), ensure_ascii=False))
        else:
            terminal.out("\n".join(_days(policy, days)))
    return Exit.DONE


def _days(policy: str, days: Sequence[Day]) -> Iterator[str]:
    """Days on end with one finding in one line, under a line with the sums."""
    from tracker.pipeline.streaks import runs

    sums = Counter[str](day.found for day in days)
    told = ", ".join(f"{sums[name]} {name}" for name in _FOUND if sums[name])
    yield f"{policy}: {len(days)} days: {told}"
    for first, last, looks in runs(iter(days)):
        span = f"{first.day}" if first.day == last else f"{first.day} to {last}"
        detail = f": {harmless(first.detail)}" if first.detail else ""
        yield f"  {span:<24}  {first.found}, {looks} looks{detail}"
