"""Renders reports of a workspace into its ``reports/`` folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tracker.model import Version
from tracker.pipeline.workbench import Workbench
from tracker.report import html, index


def render(bench: Workbench, policy: str, old: str, new: str) -> Path:
    """The report of two dates, a file in ``reports/<policy>/``; ``old`` "" is the version before ``new``."""
    now = bench.clock()
    later = bench.version(policy, new, now)
    earlier = bench.version(policy, old, now) if old else _before(bench, later)
    page = html.render(bench.compare(earlier, later), templates=bench.workspace.templates)
    path = bench.workspace.reports / policy / f"{_day(earlier.captured)}--{_day(later.captured)}.html"
    return _written(path, page)


def render_index(bench: Workbench) -> Path:
    """The page that lists all policies and their reports."""
    folder = bench.workspace.reports
    rows = [
        index.Row(
            status.policy,
            bench.workspace.policy(status.policy).title,
            status.versions,
            status.changed,
            status.checked,
            status.health,
            tuple(sorted(path.name for path in (folder / status.policy).glob("*.html"))),
        )
        for status in bench.status()
    ]
    return _written(folder / "index.html", index.render(rows, templates=bench.workspace.templates))


def reportable(bench: Workbench) -> Iterator[str]:
    """The policies that have two versions or more."""
    yield from (policy for policy in bench.archive.policies() if len(bench.archive.history(policy)) > 1)


def _before(bench: Workbench, version: Version) -> Version:
    history = bench.archive.history(version.policy)
    place = next(number for number, each in enumerate(history) if each.id == version.id)
    return history[min(place + 1, len(history) - 1)]


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _written(path: Path, page: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(page, "utf-8")
    draft.replace(path)
    return path
