"""Deadlines of a workspace: its changes, the terms in force before them, and the looks around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

from tracker import deadlines
from tracker.deadlines import Deadline
from tracker.model import Check, Version
from tracker.pipeline import ledger
from tracker.pipeline.ledger import Step
from tracker.pipeline.workbench import Workbench
from tracker.report import as_icalendar

NAME = "deadlines.ics"
_LONGEST = timedelta(days=400)  # nobody grants a longer period to object
_SEEN = ("new", "changed", "unchanged")


def found(bench: Workbench, policies: Iterable[str], now: datetime | None) -> list[Deadline]:
    """The deadlines of the policies that are not over ``now`` (None: all there ever were), soonest first."""
    every = [one for policy in policies for one in _of_policy(bench, policy, now)]
    running = [one for one in every if now is None or one.latest >= now.date()]
    return sorted(running, key=lambda one: (one.by, one.policy, one.change.key, one.change.id))


def of_step(bench: Workbench, step: Step) -> list[Deadline]:
    """The deadlines of one step's changes."""
    if not any(map(deadlines.objectionable, step.changes)):
        return []
    terms = deadlines.grants(bench.archive.document(step.old)) or deadlines.grants(
        bench.archive.document(step.new)
    )
    since = _last_seen(bench.archive.checks(step.policy), step.old, step.new)
    return list(deadlines.deadlines(step.policy, step.changes, terms, since, step.new.captured, step.new.id))


def write_calendar(bench: Workbench) -> Path:
    """Write the calendar of all deadlines that run, or ran out within the last year, into ``reports/``."""
    now = bench.clock()
    running = found(bench, bench.archive.policies(), now - _LONGEST)
    path = bench.workspace.reports / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(as_icalendar.calendar(running, titles(bench)), "utf-8", newline="")
    draft.replace(path)
    return path


def titles(bench: Workbench) -> dict[str, str]:
    """What to call each policy."""
    return {policy.id: policy.title for policy in bench.workspace.policies}


def _of_policy(bench: Workbench, policy: str, now: datetime | None) -> Iterator[Deadline]:
    first = now - _LONGEST if now else None
    for step in takewhile(
        lambda each: first is None or each.new.captured > first, ledger.steps(bench, policy)
    ):
        if step.real:
            yield from of_step(bench, step)


def _last_seen(checks: Iterable[Check], old: Version, new: Version) -> datetime:
    """The last look that saw the earlier text."""
    seen = (
        check.at for check in checks if check.outcome in _SEEN and old.captured <= check.at < new.captured
    )
    return max(seen, default=old.captured)
