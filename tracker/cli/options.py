"""Options that several commands share, and how they find their workspace."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.model import Comparison, Severity

if TYPE_CHECKING:
    from tracker.config import Workspace

DATE_HELP = (
    "an ISO date or time, 2024-06, 2024, yesterday, '30 days ago', first, previous, latest, or a version id"
)


def add_workspace(parser: argparse.ArgumentParser) -> None:
    """``--workspace DIR``."""
    parser.add_argument(
        "--workspace",
        metavar="DIR",
        type=Path,
        help="the workspace; without it, the nearest one from here upwards",
    )


def workspace(arguments: argparse.Namespace) -> Workspace:
    """The workspace that the command is to work on."""
    from tracker import config

    return config.find_workspace(arguments.workspace)


def now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


def add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    """``--format``, text where nothing is said."""
    parser.add_argument(
        "--format", choices=("text", *formats), default="text", help="how to write the result"
    )


def add_comparison(parser: argparse.ArgumentParser) -> None:
    """What ``diff`` and ``compare`` have in common."""
    add_format(parser, "json", "markdown", "html")
    parser.add_argument("--all", action="store_true", help="show editorial and moved text too")
    parser.add_argument("--words", action="store_true", help="show changed text in full, word by word")
    parser.add_argument("--rule", action="append", default=[], metavar="ID", help="only changes of this rule")
    parser.add_argument(
        "--kind", action="append", default=[], metavar="KIND", help="only changes of this kind of fact"
    )
    severities = [str(each) for each in Severity]
    parser.add_argument("--severity", choices=severities, help="only changes at least this grave")
    parser.add_argument("--fail-on", choices=severities, help="exit 1 if a change is at least this grave")
    parser.add_argument("--exit-code", action="store_true", help="exit 1 if anything of substance changed")


def found(result: Comparison, arguments: argparse.Namespace) -> bool:
    """Whether ``--exit-code`` or ``--fail-on`` makes this result a finding."""
    if arguments.fail_on:
        limit = Severity(arguments.fail_on).rank
        return any(change.severity.rank <= limit for change in result.changes)
    return bool(arguments.exit_code) and result.verdict == "substantive"
