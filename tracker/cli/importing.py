"""``tracker import``: what is archived or tracked elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli import options, progress, terminal
from tracker.errors import Exit, UsageError

if TYPE_CHECKING:
    from tracker.pipeline.elsewhere import Brought
    from tracker.pipeline.workbench import Workbench

_REASONS = 5  # why captures were passed over: so many are told


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
    terms = sources.add_parser("open-terms-archive", help="a repository of versions or snapshots")
    terms.add_argument(
        "path", metavar="PATH", type=Path, help="the repository, a clone of it or a bundle file"
    )
    terms.add_argument(
        "--declarations",
        metavar="DIR",
        type=Path,
        help="the instance's declarations, to be tracked from now on",
    )
    terms.add_argument(
        "--only", action="append", default=[], metavar="WORDS", help="only documents that are called so"
    )
    princeton = sources.add_parser("princeton", help="the Princeton corpus: z/zo/zoi/zoiper.com.md")
    princeton.add_argument(
        "path", metavar="PATH", type=Path, help="its folder, git repository or bundle file"
    )
    for name, file in (("urlwatch", "urls.yaml"), ("webchanges", "jobs.yaml")):
        jobs = sources.add_parser(name, help=f"the jobs of {name} become declarations")
        jobs.add_argument("path", metavar="FILE", type=Path, help=f"its job file ({file})")
    _configure_wayback(sources.add_parser("wayback", help="what the Wayback Machine holds of a policy"))
    addresses = sources.add_parser("list", help="a list of addresses becomes declarations")
    addresses.add_argument(
        "path", metavar="FILE", type=Path, help="one address a line, perhaps with a name after it"
    )
    for source in (
        files,
        terms,
        princeton,
        *map(sources.choices.get, ("urlwatch", "webchanges", "wayback", "list")),
    ):
        if source is not None:
            options.add_workspace(source)


def _configure_wayback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="the id of a declared policy")
    parser.add_argument(
        "--url",
        action="append",
        default=[],
        metavar="URL",
        help="an address that it had; its own if none",
    )
    parser.add_argument("--from", dest="since", metavar="DAY", help="only captures from this day on")
    parser.add_argument("--to", dest="until", metavar="DAY", help="only captures before this day")
    parser.add_argument("--dry-run", action="store_true", help="estimate what it would cost, fetch no page")
    parser.add_argument(
        "--bisect",
        action="store_true",
        help="fetch only as many pages as show when the text changed",
    )
    parser.add_argument(
        "--rate", type=float, default=1.0, metavar="N", help="pages asked for in a second (1; at most 8)"
    )
    parser.add_argument("--server", metavar="URL", default="https://web.archive.org", help="the web archive")


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
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        if arguments.source == "files":
            return _files(bench, arguments)
        if arguments.source == "wayback":
            return _wayback(bench, arguments)
        return _told(_brought(bench, arguments))


def _wayback(bench: Workbench, arguments: argparse.Namespace) -> int:
    from tracker import fetch
    from tracker.importers import wayback
    from tracker.pipeline import elsewhere

    policy = bench.workspace.policy(arguments.policy)
    if not 0 < arguments.rate <= 8:
        raise UsageError(f"--rate {arguments.rate:g} is too fast or no rate", "at most 8 pages a second")
    machine = wayback.Machine(fetch.user_agent(bench.workspace.settings), arguments.rate, arguments.server)
    since, until = _instant(arguments.since), _instant(arguments.until)
    brought = elsewhere.Brought()
    try:
        for url in arguments.url or policy.pages[:1]:
            captures = machine.captures(url, since, until)
            terminal.say(f"{url}: {wayback.estimate(captures, arguments.rate)}")
            if arguments.dry_run:
                continue
            report = progress.reporter("pages fetched", len(captures))
            elsewhere.from_wayback(
                bench, machine, policy, captures, arguments.bisect, report, brought.captures
            )
    finally:
        machine.close()
        status = _told(brought) if not arguments.dry_run else Exit.DONE
    return status


def _files(bench: Workbench, arguments: argparse.Namespace) -> int:
    from tracker.importers import files

    snapshots = files.read(arguments.files, arguments.policy, _instant(arguments.date))
    for outcome in bench.import_snapshots(snapshots):
        terminal.out(
            f"{outcome.policy}: {outcome.check.at:%Y-%m-%d}: {outcome.check.outcome}: {outcome.summary}"
        )
    return Exit.DONE


def _brought(bench: Workbench, arguments: argparse.Namespace) -> Brought:
    from tracker.importers import jobs
    from tracker.pipeline import elsewhere

    def begin(total: int) -> Callable[[int], None]:
        return progress.reporter("captures read", total)

    if arguments.source == "open-terms-archive":
        return elsewhere.from_terms_archive(
            bench, arguments.path, arguments.only, arguments.declarations, begin
        )
    if arguments.source == "princeton":
        return elsewhere.from_princeton(bench, arguments.path, begin)
    if arguments.source == "list":
        return elsewhere.from_jobs(bench, jobs.read_list(arguments.path))
    return elsewhere.from_jobs(bench, *jobs.read_jobs(arguments.path))


def _told(brought: Brought) -> int:
    """Says what came of it; PARTLY where some captures could not be read."""
    progress.cleared()
    for note in brought.notes:
        terminal.say(note)
    captures = brought.captures
    for reason, count in captures.skipped.most_common(_REASONS):
        terminal.say(f"{count} capture{'s' * (count != 1)} passed over: {reason}")
    counts = captures.counts
    if captures.captures:
        terminal.out(
            f"{captures.captures} captures of {len(captures.policies)} policies: {counts.versions} versions, "
            f"{counts.upgrades} technical upgrades, {counts.repeats} unchanged or known, "
            f"{captures.skipped.total()} passed over"
        )
    elif not brought.declared and not brought.notes:
        terminal.out("nothing new to import")
    if brought.declared:
        terminal.out(f"{len(brought.declared)} policies declared in policies.toml: next: tracker fetch")
    return Exit.PARTLY if captures.skipped else Exit.DONE
