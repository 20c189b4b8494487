"""``tracker list`` and ``tracker status``: the policies and how they are."""

from __future__ import annotations

import argparse
import json

from tracker.cli import options, terminal
from tracker.errors import Exit
from tracker.report.style import harmless

_HEAD: tuple[str, ...] = ("POLICY", "VERSIONS", "LAST CHANGE", "LAST CHECK", "NEXT CHECK", "HEALTH")


def configure(parser: argparse.ArgumentParser) -> None:
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.workbench import Workbench
    from tracker.report import as_json

    with Workbench(options.workspace(arguments)) as bench:
        rows = bench.status()
    if arguments.format == "json":
        terminal.out(json.dumps([as_json.status(row) for row in rows], ensure_ascii=False, indent=1))
        return Exit.DONE
    if not rows:
        terminal.say("no policies yet; add one with: tracker add https://example.com/privacy")
        return Exit.DONE
    table = [_HEAD]
    for row in rows:
        times = [f"{at:%Y-%m-%d %H:%M}" if at else "-" for at in (row.changed, row.checked, row.next)]
        table.append((row.policy, str(row.versions), *times, harmless(row.health)))
    widths = [max(len(line[column]) for line in table) for column in range(5)]
    for line in table:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        terminal.out("  ".join([*cells, line[5]]).rstrip())
    return Exit.DONE
