"""``tracker review``: what is open, and marks on it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tracker.cli import options, terminal
from tracker.errors import Exit, UsageError
from tracker.model import Severity
from tracker.report.style import SEVERITY_COLOUR, harmless

if TYPE_CHECKING:
    from tracker.pipeline.reviewing import Item
    from tracker.review import Mark, State


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policy", metavar="POLICY", nargs="?", help="the policy's id; all where none is given"
    )
    parser.add_argument(
        "changes", metavar="CHANGE", nargs="*", help="ids of changes to mark, or their first digits; or: all"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--reviewed", action="store_true", help="mark them as seen")
    how.add_argument("--dismiss", metavar="NOTE", help="mark them as of no interest, and why")
    how.add_argument("--flag", metavar="NOTE", help="keep them on top, and why")
    how.add_argument("--reopen", action="store_true", help="take back what was said of them")
    parser.add_argument("--by", metavar="NAME", default="", help="who says so")
    parser.add_argument("--all", action="store_true", help="list what was reviewed or dismissed too")
    parser.add_argument(
        "--severity",
        choices=[str(each) for each in Severity],
        default="low",
        help="list only changes at least this grave; low if not given",
    )
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.reviewing import Desk
    from tracker.pipeline.workbench import Workbench

    said = _said(arguments)
    with Workbench(options.workspace(arguments)) as bench, Desk(bench) as desk:
        if said:
            state, note = said
            bench.archive.history(arguments.policy)  # says where there is none of that name
            marked = desk.mark(arguments.policy, arguments.changes, state, arguments.by, note)
            terminal.say(f"{len(marked)} change{'s' * (len(marked) != 1)} {state}")
            return Exit.DONE
        names = [arguments.policy] if arguments.policy else bench.archive.policies()
        items = desk.items(names, Severity(arguments.severity))
    _list([item for item in items if item.waits or arguments.all], arguments)
    return Exit.DONE


def _said(arguments: argparse.Namespace) -> tuple[State, str] | None:
    """The state and note that the options ask for; None where changes are only listed."""
    chosen: tuple[State, str] | None = None
    if arguments.reviewed:
        chosen = "reviewed", ""
    elif arguments.reopen:
        chosen = "open", ""
    elif arguments.dismiss is not None:
        chosen = "dismissed", arguments.dismiss
    elif arguments.flag is not None:
        chosen = "flagged", arguments.flag
    if chosen and not arguments.changes:
        raise UsageError("tracker review: which changes?", "name POLICY and CHANGE, or: POLICY all")
    if arguments.changes and not chosen:
        raise UsageError(
            "tracker review: what of these changes?",
            "add --reviewed, --dismiss NOTE, --flag NOTE or --reopen",
        )
    if arguments.dismiss is not None and not arguments.dismiss.strip():
        raise UsageError("tracker review: --dismiss needs a note", "say why it is of no interest")
    return chosen


def _list(items: Sequence[Item], arguments: argparse.Namespace) -> None:
    if arguments.format == "json":
        terminal.out(json.dumps([_data(item) for item in items], ensure_ascii=False, indent=1))
        return
    style = terminal.style()
    for item in items:
        grade = style.paint(f"{item.severity:<6}", SEVERITY_COLOUR[item.severity])
        mark = f"  ({_told(item.mark)})" if item.mark and item.state != "open" else ""
        head = f"{item.step.new.captured:%Y-%m-%d}  {grade}  {item.id:<12}  "
        terminal.out(style.wrap(f"{item.step.policy}: {harmless(item.message)}{mark}", " " * 34, head))
    if not items:
        terminal.say("nothing is open")


def _told(mark: Mark) -> str:
    by = f" by {mark.by}" if mark.by else ""
    note = f": {mark.note}" if mark.note else ""
    return harmless(f"{mark.state}{by}{note}")


def _data(item: Item) -> dict[str, Any]:
    from tracker.report.as_json import time

    mark = item.mark
    return {
        "policy": item.step.policy,
        "version": item.step.new.id,
        "captured": time(item.step.new.captured),
        "change": item.id,
        "rule": item.change.rule if item.change else None,
        "severity": str(item.severity),
        "message": item.message,
        "state": item.state,
        "at": time(mark.at) if mark else None,
        "by": mark.by or None if mark else None,
        "note": mark.note or None if mark else None,
    }
