"""From the archive to the outbox and out: notices are made of new versions and of policies in trouble.

What was announced follows from the outbox's own record of each policy's last capture that was considered, so
a process that dies between capture and notice announces it at its next start. A policy's first look, imports
and re-readings of old pages are no news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from types import TracebackType
from typing import Literal, Self

from tracker.config import Policy
from tracker.errors import TrackerError
from tracker.model import Check, Version
from tracker.notify import alarms, delivery, routing
from tracker.notify.delivery import Delivered
from tracker.notify.notice import Notice
from tracker.notify.outbox import Delivery, Outbox
from tracker.pipeline import ledger, objecting
from tracker.pipeline.ledger import Step
from tracker.pipeline.workbench import Workbench


class Announcer:
    """Tells the channels of a workspace what comes of looks at its policies. Threads may share it."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._outbox = Outbox(bench.workspace.state)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes what it opened."""
        self._outbox.close()

    @property
    def outbox(self) -> Outbox:
        """What is to be told."""
        return self._outbox

    # --- taking up --------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Take up what was recorded and not announced; the start of everything that may announce.

        Policies never considered before are taken as known: their history is no news.
        """
        considered, first = self._outbox.considered(), []
        for policy, newest in self._bench.archive.last_captures().items():
            if policy not in considered:
                first.append((policy, newest.captured))
            elif newest.captured > considered[policy]:
                self._consider(policy, considered[policy])
        if first:
            self._outbox.consider(first)
        alarmed = self._outbox.alarms()
        for name, check in self._bench.archive.last_checks().items():
            if name in alarmed or check.outcome in ("failed", "suspect"):
                self._look_after(name, check)

    def hear(self, check: Check) -> None:
        """Take up what came of one look, once it is recorded."""
        if check.outcome == "new":
            self._outbox.consider([(check.policy, check.at)])
        elif check.outcome == "changed" or (check.outcome == "unchanged" and self._settle(check.policy)):
            self._consider(check.policy, self._outbox.considered().get(check.policy))
        self._look_after(check.policy, check)

    def _consider(self, policy: str, since: datetime | None) -> None:
        """Take up what was captured after ``since``; where nothing is known, the newest version alone."""
        history = [each for each in self._bench.archive.history(policy) if each.record != "upgrade"]
        since = since or history[min(1, len(history) - 1)].captured
        if history[0].captured <= since or not self._has_held(history[0]):
            return
        news = [
            self._notice(step)
            for step in self._steps(history, since)
            if step.new.provenance == "fetch" and (step.real or step.returned)
        ]
        told = [(notice, self._deliveries(notice)) for notice in news]
        self._outbox.consider([(policy, history[0].captured)], told)

    def _steps(self, history: Sequence[Version], since: datetime) -> list[Step]:
        """Oldest first; but one from the last announced version where texts must hold to be told of."""
        policy, known = history[0].policy, [each for each in history if each.captured <= since]
        if not self._settle(policy):
            fresh = takewhile(lambda step: step.new.captured > since, ledger.steps(self._bench, policy))
            return list(fresh)[::-1]
        if not known or known[0].text_sha256 == history[0].text_sha256:
            return []
        return [ledger.between(self._bench, known[0], history[0])]

    def _settle(self, policy: str) -> float:
        """How many seconds a new text must hold before it is told of."""
        declared = self._declared(policy)
        return self._bench.workspace.settle(declared) if declared else 0.0

    def _has_held(self, version: Version) -> bool:
        seconds = self._settle(version.policy)
        if not seconds:
            return True
        since = version.captured + timedelta(seconds=seconds)
        checks = self._bench.archive.checks(version.policy)
        return any(check.outcome == "unchanged" and check.at >= since for check in checks)

    def _notice(self, step: Step) -> Notice:
        back = step.returned
        summary = f"Its text is again that of {back.captured:%Y-%m-%d}." if back else step.summary
        known = self._declared(step.policy) or Policy(step.policy, step.new.url)
        return Notice(
            f"{step.policy}:{step.new.id[:16]}",
            "revert" if back else "change",
            step.policy,
            known.title,
            step.new.url,
            step.new.captured,
            summary,
            (step.old.id, step.old.captured),
            (step.new.id, step.new.captured),
            () if back else step.changes,
            report_link(self._bench, step.old, step.new),
            known.tags,
            {}
            if back
            else {one.change.id: (one.by, one.latest) for one in objecting.of_step(self._bench, step)},
        )

    def _declared(self, policy: str) -> Policy | None:
        return next((each for each in self._bench.workspace.policies if each.id == policy), None)

    def _look_after(self, policy: str, check: Check) -> None:
        """Call the operators where a policy is in trouble, once; and once when it is over."""
        on = self._outbox.alarms().get(policy, "")
        if check.outcome not in ("failed", "suspect"):
            if on:
                self._call(policy, "recovery", f"recovery:{on}", check.at, f"It is {check.outcome} again.")
            return
        after = self._bench.workspace.settings.alarm_after
        found = None if on else alarms.trouble(self._bench.archive.checks(policy), after)
        if found:
            name = sha256(f"{policy} {found.since.isoformat()}".encode()).hexdigest()[:16]
            self._call(policy, "alarm", f"alarm:{policy}:{name}", check.at, found.summary)

    def _call(
        self, policy: str, kind: Literal["alarm", "recovery"], name: str, at: datetime, summary: str
    ) -> None:
        known = self._declared(policy) or Policy(policy, "")
        notice = Notice(name, kind, policy, known.title, known.url, at, summary, tags=known.tags)
        self._outbox.alarm(notice, self._deliveries(notice), kind == "alarm")

    def _deliveries(self, notice: Notice) -> list[Delivery]:
        workspace, now = self._bench.workspace, self._bench.clock()
        found = []
        for channel in workspace.channels:
            if items := routing.wanted(channel, notice):
                due = routing.due(channel, now, workspace.settings.timezone)
                found += [
                    Delivery(channel.name, target, due, bool(channel.digest), items)
                    for target in channel.targets
                ]
        return found

    # --- sending ----------------------------------------------------------------------------------------

    def deliver(self, names: Collection[str] | None = None) -> Iterator[Delivered]:
        """Send what is due over the channels of those names, or over all."""
        workspace = self._bench.workspace
        chosen = [each for each in workspace.channels if names is None or each.name in names]
        yield from delivery.deliver(self._outbox, chosen, workspace.root, self._bench.clock, self._report)

    def _report(self, notice: Notice) -> tuple[str, bytes] | None:
        """The HTML report of a change; a notice goes out without where it cannot be made."""
        if not notice.old or not notice.new:
            return None
        from tracker.report import html

        by_id = {version.id: version for version in self._bench.archive.history(notice.policy)}
        try:
            old, new = by_id[notice.old[0]], by_id[notice.new[0]]
            page = html.render(self._bench.compare(old, new), templates=self._bench.workspace.templates)
        except (KeyError, TrackerError):
            return None
        return f"{notice.policy}-{report_name(self._bench, old, new)}", page.encode()


def report_name(bench: Workbench, old: Version, new: Version) -> str:
    """The file of a report in the policy's folder of ``reports/``.

    A day's first version is named by the day, later ones by their time and id too: names that were given
    stay right when the day brings more.
    """
    history = bench.archive.history(new.policy)
    return f"{_named(old, history)}--{_named(new, history)}.html"


def _named(version: Version, history: Sequence[Version]) -> str:
    at = version.captured
    first = not any(each.captured.date() == at.date() and each.captured < at for each in history)
    return f"{at:%Y-%m-%d}" if first else f"{at:%Y-%m-%dT%H%M%S}-{version.id[:8]}"


def report_link(bench: Workbench, old: Version, new: Version) -> str:
    """Where a report is published; "" where reports are not."""
    base = bench.workspace.settings.reports_url
    return f"{base.rstrip('/')}/{new.policy}/{report_name(bench, old, new)}" if base else ""


def test_id(channel: str, target: str, at: datetime) -> str:
    """The id of a test message."""
    return sha256(f"test {channel} {target} {at.isoformat()}".encode()).hexdigest()[:24]
