"""``tracker facts``: what a policy or a file states."""

from __future__ import annotations

import argparse
import json

from tracker.cli import options, terminal
from tracker.errors import Exit, UsageError, nearest
from tracker.model import Side


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="POLICY|FILE", nargs="+", help="ids of policies, or files")
    parser.add_argument("--at", metavar="DATE", default="latest", help=f"for policies: {options.DATE_HELP}")
    parser.add_argument("--kind", action="append", default=[], metavar="KIND", help="only facts of this kind")
    parser.add_argument("--explain", action="store_true", help="say which cue and frame each fact rests on")
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import sources

    _check_kinds(arguments.kind)
    for number, source in enumerate(arguments.source):
        path = sources.existing_file(source)
        if path:
            side = sources.side_of(sources.read_file(path), path.stem)
        else:
            from tracker.pipeline.workbench import Workbench

            with Workbench(options.workspace(arguments)) as bench:
                side = bench.side(bench.version(source, arguments.at, options.now()))
        terminal.out(("\n" if number and arguments.format == "text" else "") + _written(side, arguments))
    return Exit.DONE


def _check_kinds(given: list[str]) -> None:
    from tracker.facts import KINDS

    for name in given:
        if name not in KINDS:
            advice = nearest(name, list(KINDS)) or f"known are {', '.join(KINDS)}"
            raise UsageError(f"--kind: no kind {name!r}", advice)


def _written(side: Side, arguments: argparse.Namespace) -> str:
    from dataclasses import replace

    if arguments.kind:
        side = replace(side, facts=tuple(fact for fact in side.facts if fact.kind in arguments.kind))
    if arguments.format == "json":
        from tracker.report import as_json

        return json.dumps(as_json.facts(side), ensure_ascii=False)
    from tracker.report import as_text

    return as_text.facts(side, terminal.style(), arguments.explain)
