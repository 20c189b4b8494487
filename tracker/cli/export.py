"""``tracker export``: facts and changes of many versions, for other programs."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tracker.cli import options, terminal
from tracker.errors import Exit, UsageError

if TYPE_CHECKING:
    from tracker.pipeline.workbench import Workbench

_FORMATS = ("jsonl", "csv", "sqlite", "parquet", "dpv")
_ONLY = {"versions": "version", "facts": "fact", "changes": "change"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policies", metavar="POLICY", nargs="*", help="ids of policies; all where none is given"
    )
    parser.add_argument(
        "--format",
        choices=_FORMATS,
        default="jsonl",
        help="jsonl: JSON Lines; csv, parquet: a folder of tables; sqlite: a database for Datasette; "
        "dpv: JSON-LD in terms of the W3C Data Privacy Vocabulary",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        type=Path,
        help="the file or folder; jsonl and one csv table need none",
    )
    parser.add_argument("--only", choices=tuple(_ONLY), help="only this table (jsonl and csv)")
    parser.add_argument("--from", dest="since", metavar="DATE", help="only versions captured since then")
    parser.add_argument("--to", dest="until", metavar="DATE", help="only versions captured until then")
    parser.add_argument("--jobs", type=int, metavar="N", help="how many processes; one a core if not given")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.cli.analyse import results
    from tracker.pipeline import analysing
    from tracker.pipeline.workbench import Workbench

    _check(arguments)
    with Workbench(options.workspace(arguments)) as bench:
        names = arguments.policies or bench.archive.policies()
        for name in names:
            bench.archive.history(name)  # says where there is none of that name
        since, until = (_moment(words, bench) for words in (arguments.since, arguments.until))
        works = analysing.of_workspace(bench, names, since, until)
        jobs = 1 if len(names) < 2 else arguments.jobs
        counted = _Counted(line for lines in results(works, jobs, None) for line in lines)
        made = _write(counted, arguments)
    for path in made:
        terminal.out(str(path))
    counts = counted.counts
    terminal.say(f"{counts['version']} versions, {counts['fact']} facts, {counts['change']} changes")
    if counts["error"]:
        terminal.say(f"{counts['error']} versions could not be read")
    return Exit.PARTLY if counts["error"] else Exit.DONE


class _Counted:
    """Lines, counted by type as they pass."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            kind = line[len('{"type":"') :].partition('"')[0]
            self.counts[kind] += 1
            if kind != "error":
                yield line


def _check(arguments: argparse.Namespace) -> None:
    if arguments.jobs is not None and arguments.jobs < 1:
        raise UsageError("--jobs: must be 1 or more")
    if arguments.only and arguments.format not in ("jsonl", "csv"):
        raise UsageError(f"--only is not for {arguments.format}", "leave it out: all tables are written")
    if arguments.output is None and not (arguments.format == "jsonl" or arguments.only):
        raise UsageError(f"--format {arguments.format} needs a place", "add --output PATH")


def _moment(words: str | None, bench: Workbench) -> datetime | None:
    """The moment that a date means."""
    from tracker.archive.when import Instant, parse

    found = parse(words, bench.clock()) if words else None
    if found is None or isinstance(found, Instant):
        return found.at if found else None
    raise UsageError(f"{words!r} is no date", "write it like 2024-06-30, 2024-06 or 'last month'")


def _write(lines: _Counted, arguments: argparse.Namespace) -> list[Path]:
    if arguments.format == "jsonl" or arguments.only:
        return _streamed(lines, arguments)
    writer = import_module(f"tracker.export.as_{arguments.format}")
    made: list[Path] = writer.write(lines, arguments.output)
    return made


def _streamed(lines: _Counted, arguments: argparse.Namespace) -> list[Path]:
    from tracker.export.files import draft

    if arguments.output is None:
        _stream(lines, arguments, sys.stdout)
        return []
    with draft(arguments.output) as part, part.open("w", encoding="utf-8", newline="") as stream:
        _stream(lines, arguments, stream)
    return [arguments.output]


def _stream(lines: _Counted, arguments: argparse.Namespace, stream: TextIO) -> None:
    if arguments.format == "csv":
        from tracker.export import as_csv

        as_csv.write_one(lines, arguments.only, stream)
        return
    wanted = f'{{"type":"{_ONLY[arguments.only]}"' if arguments.only else "{"
    for line in lines:
        if line.startswith(wanted):
            stream.write(line + "\n")
