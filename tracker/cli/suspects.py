"""``tracker suspects``: captures held back, with the reason; accept or reject them."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from tracker.cli import options, terminal
from tracker.errors import Exit, UsageError

if TYPE_CHECKING:
    from tracker.archive import Suspect
    from tracker.pipeline.workbench import Workbench

_ACTIONS = ("accept", "reject", "show")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        metavar="[accept|reject|show] POLICY [ID]",
        nargs="*",
        help="what to do with a capture of a policy that was held back: the latest, or the one of that id; "
        "without a verb, list those of a policy, or all",
    )
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.workbench import Workbench

    words = list(arguments.words)
    action = words.pop(0) if words and words[0] in _ACTIONS else ""
    if len(words) > 2 or (not action and len(words) > 1) or (action and not words):
        raise UsageError(
            "suspects takes a policy, or a verb, a policy and an id", "see tracker suspects --help"
        )
    with Workbench(options.workspace(arguments)) as bench:
        found = bench.suspects(words[0] if words else "")
        if not action:
            terminal.out(_listed(found, arguments.format))
            return Exit.DONE
        return _acted(bench, action, _chosen(found, words))


def _chosen(found: tuple[Suspect, ...], words: list[str]) -> Suspect:
    name, digits = words[0], words[1] if len(words) > 1 else ""
    fitting = [suspect for suspect in found if suspect.name.startswith(digits)]
    if not fitting:
        told = f"no capture of {name!r} is held back" + (
            f" whose id begins with {digits!r}" if digits else ""
        )
        raise UsageError(told, "`tracker suspects` lists them")
    return fitting[0]


def _acted(bench: Workbench, action: str, suspect: Suspect) -> int:
    if action == "show":
        from tracker.extract import to_markdown
        from tracker.report.style import harmless

        terminal.out(harmless(to_markdown(bench.reading(suspect))))
    elif action == "reject":
        bench.reject(suspect)
        terminal.out(f"{suspect.policy}: rejected for good: {suspect.reason}: {suspect.detail}")
    else:
        outcome = bench.accept(suspect)
        told = f"{outcome.check.outcome} as of {suspect.captured:%Y-%m-%d %H:%M}: {outcome.summary}"
        terminal.out(f"{suspect.policy}: {told}")
    return Exit.DONE


def _listed(found: tuple[Suspect, ...], form: str) -> str:
    from tracker.report import as_json
    from tracker.report.style import harmless

    if form == "json":
        return json.dumps(as_json.suspects(found), ensure_ascii=False, indent=1)
    lines = [
        f"{each.policy}  {each.name[:8]}  {each.captured:%Y-%m-%d %H:%M}  {each.state}, "
        f"seen {each.seen} times, last {each.last:%Y-%m-%d %H:%M}  {each.reason}: {harmless(each.detail)}"
        for each in found
    ]
    return "\n".join(lines) or "nothing is held back"
