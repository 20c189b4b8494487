"""Renders reports of a workspace into its ``reports/`` folder, and only what is not there as it should be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from tracker import __version__
from tracker.cache import digests
from tracker.model import Version
from tracker.pipeline import histories
from tracker.pipeline.announcing import report_name
from tracker.pipeline.workbench import Workbench
from tracker.report import html, index, pages, timeline
from tracker.report.timeline import Timeline

Hear = Callable[[int], object]  # is told how many versions were gone through


def render(bench: Workbench, policy: str, old: str, new: str, locale: str = "en") -> Path:
    """The report of two dates, a file in ``reports/<policy>/``; ``old`` "" is the version before ``new``."""
    now = bench.clock()
    later = bench.version(policy, new, now)
    earlier = bench.version(policy, old, now) if old else _before(bench, later)
    return _Reports(bench, policy, locale).write(earlier, later)


def render_policy(
    bench: Workbench, policy: str, locale: str = "en", hear: Hear = lambda done: None
) -> tuple[Path, Timeline]:
    """The policy's page, and what it tells; reports of its changes of substance are written beside it."""
    folder = bench.workspace.reports / policy
    made = _timeline(bench, policy, hear)
    stops = {stop.version: stop for stop in made.stops}
    reports = _Reports(bench, policy, locale)
    for earlier, later in pairwise(reversed(bench.archive.history(policy))):
        if stops[later.id].verdict == "substantive" and not stops[later.id].upgrade:
            reports.write(earlier, later)
    page = timeline.render(made, _reports(folder), bench.workspace.templates, locale)
    return _written(folder / "index.html", page), made


def render_index(bench: Workbench, locale: str = "en", hear: Hear = lambda done: None) -> Path:
    """The page of all policies, and the page of each."""
    folder = bench.workspace.reports
    lives = {policy: render_policy(bench, policy, locale, hear)[1] for policy in bench.archive.policies()}
    rows = [
        index.Row(
            status.policy,
            _title(bench, status.policy),
            status.versions,
            status.changed,
            status.checked,
            status.health,
            _reports(folder / status.policy),
            lives.get(status.policy),
        )
        for status in bench.status()
    ]
    return _written(folder / "index.html", index.render(rows, bench.workspace.templates, locale))


def reportable(bench: Workbench) -> Iterator[str]:
    """The policies that have two versions or more."""
    yield from (policy for policy in bench.archive.policies() if len(bench.archive.history(policy)) > 1)


def _timeline(bench: Workbench, policy: str, hear: Hear) -> Timeline:
    found = histories.lives(bench, policy, timeline.KINDS, hear)
    told = [
        bench.memory.told(*bench.archive.comparable(old, new), bench.workspace.severities)
        for old, new in pairwise(found.versions)
    ]
    stated = [bench.memory.facts(version) for version in found.versions]
    return timeline.timeline(_title(bench, policy), found.versions, told, found.lives, stated, found.returned)


class _Reports:
    """Writes reports of one policy, each only where what it is made of is no longer the same."""

    def __init__(self, bench: Workbench, policy: str, locale: str) -> None:
        self._bench, self._locale = bench, locale
        self._title = _title(bench, policy)
        self._seen = _seen(bench, policy)
        severities = sorted(f"{rule}={grade}" for rule, grade in bench.workspace.severities.items())
        program = (__version__, digests.program(digests.COMPARING), pages.digest(bench.workspace.templates))
        self._setting = (*program, self._title, locale, *severities)

    def write(self, old: Version, new: Version) -> Path:
        """The report of two versions."""
        path = self._bench.workspace.reports / new.policy / report_name(self._bench, old, new)
        state = self._state(old, new)
        if pages.made_of(path) == state:
            return path
        result = self._bench.compare(old, new)
        templates = self._bench.workspace.templates
        return _written(path, html.render(result, templates, self._locale, self._title, self._seen, state))

    def _state(self, old: Version, new: Version) -> str:
        """What a report is made of, in a word."""
        seen = (str(self._seen.get(version.id)) for version in (old, new))
        return hashlib.sha256("\0".join((*self._setting, old.id, new.id, *seen)).encode()).hexdigest()


def _seen(bench: Workbench, policy: str) -> dict[str, datetime]:
    """When each version was last looked at and found the same."""
    seen: dict[str, datetime] = {}
    for check in bench.archive.checks(policy):
        if check.version and check.outcome in ("new", "changed", "unchanged"):
            seen[check.version] = max(check.at, seen.get(check.version, check.at))
    return seen


def _title(bench: Workbench, policy: str) -> str:
    return next((each.title for each in bench.workspace.policies if each.id == policy), policy)


def _reports(folder: Path) -> tuple[str, ...]:
    """Names of the reports in a policy's folder, oldest first."""
    return tuple(sorted(path.name for path in folder.glob("*--*.html")))


def _before(bench: Workbench, version: Version) -> Version:
    history = bench.archive.history(version.policy)
    place = next(number for number, each in enumerate(history) if each.id == version.id)
    return history[min(place + 1, len(history) - 1)]


def _written(path: Path, page: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(page, "utf-8")
    draft.replace(path)
    return path
