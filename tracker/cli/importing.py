"""``tracker import``: dated snapshots from elsewhere."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from tracker.cli import options, terminal
from tracker.errors import Exit, UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    sources = parser.add_subparsers(dest="source", metavar="SOURCE", required=True)
    files = sources.add_parser("files", help="files of one policy, each with its date")
    files.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="HTML, Markdown, plain text or PDF"
    )
    files.add_argument("--policy", required=True, metavar="ID", help="the policy that they are versions of")
    files.add_argument(
        "--date",
        metavar="DATE",
        help="the day of capture (2019-05-24); else an archive's header line tells it",
    )
    options.add_workspace(files)


def _instant(words: str | None) -> datetime | None:
    """The time that ``--date`` means: midnight UTC of a day, or a time."""
    if words is None:
        return None
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        raise UsageError(
            f"--date {words!r} is no day", "write it like 2019-05-24 or 2019-05-24T12:30Z"
        ) from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def run(arguments: argparse.Namespace) -> int:
    from tracker.importers import files
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        for outcome in bench.import_snapshots(
            files.read(arguments.files, arguments.policy, _instant(arguments.date))
        ):
            terminal.out(
                f"{outcome.policy}: {outcome.check.at:%Y-%m-%d}: {outcome.check.outcome}: {outcome.summary}"
            )
    return Exit.DONE
