"""Renders reports of a workspace into its ``reports/`` folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from tracker import __version__
from tracker.model import Comparison, Side, Version
from tracker.pipeline.sources import compare
from tracker.pipeline.workbench import Workbench
from tracker.report import html, index, pages, timeline
from tracker.report.timeline import Timeline

TIMELINE = "timeline.json"  # what a policy's page is made of, kept to spare reading all versions again


def render(bench: Workbench, policy: str, old: str, new: str) -> Path:
    """The report of two dates, a file in ``reports/<policy>/``; ``old`` "" is the version before ``new``."""
    now = bench.clock()
    later = bench.version(policy, new, now)
    earlier = bench.version(policy, old, now) if old else _before(bench, later)
    return _write_report(bench, policy, bench.compare(earlier, later))


def render_policy(bench: Workbench, policy: str) -> Path:
    """The policy's page with all its versions; reports of its changes are written where they are missing."""
    folder = bench.workspace.reports / policy
    made = life(bench, policy)
    page = timeline.render(made, _reports(folder), bench.workspace.templates)
    return _written(folder / "index.html", page)


def render_index(bench: Workbench) -> Path:
    """The page that lists all policies and their reports."""
    folder = bench.workspace.reports
    lives = {policy: life(bench, policy) for policy in bench.archive.policies()}
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
    for policy in lives:
        render_policy(bench, policy)
    return _written(folder / "index.html", index.render(rows, templates=bench.workspace.templates))


def reportable(bench: Workbench) -> Iterator[str]:
    """The policies that have two versions or more."""
    yield from (policy for policy in bench.archive.policies() if len(bench.archive.history(policy)) > 1)


def life(bench: Workbench, policy: str) -> Timeline:
    """The policy's timeline; read anew only where versions or the program changed."""
    path = bench.workspace.reports / policy / TIMELINE
    state = _state(bench, policy)
    known = timeline.from_json(path.read_text("utf-8"), state) if path.is_file() else None
    if known is not None:
        return known
    made = timeline.timeline(_title(bench, policy), _versions(bench, policy))
    _written(path, timeline.to_json(made, state))
    return made


def _versions(bench: Workbench, policy: str) -> Iterator[tuple[Side, Comparison | None]]:
    """All versions, oldest first, each with its comparison; changes of substance get their report."""
    before: Side | None = None
    for version in reversed(bench.archive.history(policy)):
        side = bench.side(version)
        result = compare(before, side, bench.workspace.severities) if before else None
        if result and result.verdict == "substantive":
            _write_report(bench, policy, result)
        yield side, result
        before = side


def _state(bench: Workbench, policy: str) -> str:
    """What a timeline was made of: the same words mean that it need not be made again."""
    parts = [
        __version__,
        pages.digest(bench.workspace.templates),
        _title(bench, policy),
        repr(sorted(bench.workspace.severities.items())),
        *(version.id for version in bench.archive.history(policy)),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _title(bench: Workbench, policy: str) -> str:
    return next((each.title for each in bench.workspace.policies if each.id == policy), policy)


def _reports(folder: Path) -> tuple[str, ...]:
    """Names of the reports in a policy's folder, oldest first."""
    return tuple(sorted(path.name for path in folder.glob("*--*.html")))


def _before(bench: Workbench, version: Version) -> Version:
    history = bench.archive.history(version.policy)
    place = next(number for number, each in enumerate(history) if each.id == version.id)
    return history[min(place + 1, len(history) - 1)]


def _write_report(bench: Workbench, policy: str, result: Comparison) -> Path:
    days = [f"{side.version.captured:%Y-%m-%d}" for side in (result.old, result.new) if side.version]
    page = html.render(result, bench.workspace.templates, title=_title(bench, policy))
    return _written(bench.workspace.reports / policy / f"{'--'.join(days)}.html", page)


def _written(path: Path, page: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(page, "utf-8")
    draft.replace(path)
    return path
