"""``tracker blame``: since when each clause, or each fact, of a policy stands."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from tracker.cli import options, terminal
from tracker.errors import Exit

if TYPE_CHECKING:
    from tracker.model import Version
    from tracker.pipeline.workbench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="the policy's id")
    parser.add_argument(
        "fact",
        metavar="KIND[:KEY]",
        nargs="?",
        default="",
        help="facts instead of clauses: right, party:Stripe, ...",
    )
    parser.add_argument("--at", metavar="DATE", default="latest", help=options.DATE_HELP)
    parser.add_argument("--words", action="store_true", help="show clauses in full")
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.cli import progress
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        version = bench.version(arguments.policy, arguments.at, options.now())
        hear = progress.reporter("comparing versions")
        written = (_facts if arguments.fact else _clauses)(bench, version, arguments, hear)
        progress.cleared()
    terminal.out(written)
    return Exit.DONE


def _clauses(
    bench: Workbench, version: Version, arguments: argparse.Namespace, hear: Callable[[int], None]
) -> str:
    from tracker.pipeline import histories
    from tracker.report import history_json, history_text

    found = histories.clauses(bench, version, hear)
    if arguments.format == "json":
        return json.dumps(history_json.clauses(found), ensure_ascii=False)
    return history_text.clauses(found, terminal.style(), arguments.words)


def _facts(
    bench: Workbench, version: Version, arguments: argparse.Namespace, hear: Callable[[int], None]
) -> str:
    from tracker.pipeline import histories
    from tracker.report import history_json, history_text

    kind, _, key = arguments.fact.partition(":")
    found = histories.facts(bench, version, kind, key, hear)
    if arguments.format == "json":
        return json.dumps(history_json.facts(found), ensure_ascii=False)
    return history_text.facts(found, terminal.style())
