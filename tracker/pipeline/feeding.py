"""Writes the feeds of a workspace into ``reports/``, and keeps those that are there up to date: Atom for what
changed, iCalendar for until when one may object.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path

from tracker.config import Policy
from tracker.pipeline import ledger, objecting
from tracker.pipeline.announcing import report_link
from tracker.pipeline.ledger import Step
from tracker.pipeline.workbench import Workbench
from tracker.report import feed
from tracker.report.feed import Entry

NAME = "feed.xml"


def write(bench: Workbench, policies: Iterable[str]) -> list[Path]:
    """Write the feeds of the policies, that of the workspace, and the calendar; their files."""
    made = [_one(bench, policy) for policy in policies]
    return [*made, _all(bench), objecting.write_calendar(bench)]


def renew(bench: Workbench, policies: Collection[str]) -> None:
    """Write those feeds anew that are there: of the policies that changed, and of the workspace."""
    reports = bench.workspace.reports
    if policies and (reports / NAME).is_file():
        write(bench, [policy for policy in policies if (reports / policy / NAME).is_file()])


def _one(bench: Workbench, policy: str) -> Path:
    known = _declared(bench, policy)
    base = _address(bench, f"{policy}/{NAME}")
    entries = _entries(bench, islice(_real(bench, policy), feed.MOST))
    return _written(
        bench.workspace.reports / policy / NAME, feed.feed(f"{known.title}: changes", policy, entries, base)
    )


def _all(bench: Workbench) -> Path:
    """The feed of the newest changes of all policies; a policy is read as far back as these reach."""
    versions = [
        version
        for policy in bench.archive.policies()
        for version in bench.archive.history(policy)[: feed.MOST + 1]
    ]
    versions.sort(key=lambda version: version.captured, reverse=True)
    found: list[Step] = []
    for policy in dict.fromkeys(version.policy for version in versions):
        oldest = found[feed.MOST - 1].new.captured if len(found) >= feed.MOST else None
        steps = islice(_real(bench, policy), feed.MOST)
        for step in steps:
            if oldest and step.new.captured < oldest:
                break
            found.append(step)
        found.sort(key=lambda step: step.new.captured, reverse=True)
        del found[feed.MOST :]
    page = feed.feed("Changes of privacy policies", "", _entries(bench, found), _address(bench, NAME))
    return _written(bench.workspace.reports / NAME, page)


def _real(bench: Workbench, policy: str) -> Iterator[Step]:
    return (step for step in ledger.steps(bench, policy) if step.real)


def _entries(bench: Workbench, steps: Iterable[Step]) -> Iterator[Entry]:
    for step in steps:
        link = report_link(bench, step.old, step.new) or step.new.url
        title = _declared(bench, step.policy).title
        yield Entry(step.policy, title, step.new, step.summary, step.changes, link)


def _declared(bench: Workbench, policy: str) -> Policy:
    return next((each for each in bench.workspace.policies if each.id == policy), Policy(policy, ""))


def _address(bench: Workbench, path: str) -> str:
    base = bench.workspace.settings.reports_url
    return f"{base.rstrip('/')}/{path}" if base else ""


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(text, "utf-8")
    draft.replace(path)
    return path
