"""The JSON forms of the contract: ``tracker.facts/1`` and ``tracker.diff/1`` (schemas in ``schemas/``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tracker.extract import Dropped, to_markdown
from tracker.model import Change, Comparison, Document, Evidence, Fact, Side, TextChange, Version

if TYPE_CHECKING:
    from tracker.archive import Suspect
    from tracker.pipeline.streaks import Day
    from tracker.pipeline.workbench import Outcome, Status


_OUTCOMES = ("new", "changed", "unchanged", "suspect", "failed")


def facts(side: Side) -> dict[str, Any]:
    """The facts of one version."""
    return {
        "schema": "tracker.facts/1",
        **_identity(side),
        "text": side.document.text,
        "facts": [_fact(fact) for fact in side.facts],
    }


def comparison(result: Comparison) -> dict[str, Any]:
    """Everything that changed between two versions."""
    return {
        "schema": "tracker.diff/1",
        "old": _identity(result.old),
        "new": _identity(result.new),
        "verdict": result.verdict,
        "summary": result.summary,
        "changes": [change(each) for each in result.changes],
        "text_changes": [_text_change(change) for change in result.text_changes],
    }


def log_entry(
    version: Version, verdict: str, summary: str, returned: Version | None = None
) -> dict[str, Any]:
    """A line of ``tracker log``: a version, what it changed, and the earlier version that it says again."""
    return {
        "schema": "tracker.log/1",
        "policy": version.policy,
        "version": version.id,
        "captured": time(version.captured),
        "url": version.url,
        "language": version.language,
        "provenance": version.provenance,
        "verdict": verdict,
        "summary": summary,
        "returns_to": when(returned) if returned else None,
    }


def when(version: Version) -> dict[str, str]:
    """Which version, and when it was captured."""
    return {"version": version.id, "captured": time(version.captured)}


def status(row: Status) -> dict[str, Any]:
    """A row of ``tracker status``."""
    return {
        "policy": row.policy,
        "versions": row.versions,
        "last_change": time(row.changed) if row.changed else None,
        "last_check": time(row.checked) if row.checked else None,
        "next_check": time(row.next) if row.next else None,
        "health": row.health,
    }


def run(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The summary of a run of ``tracker fetch``."""
    counts = Counter[str](outcome.check.outcome for outcome in outcomes)
    kinds = Counter(outcome.kind for outcome in outcomes if outcome.kind)
    return {
        "schema": "tracker.run/1",
        "counts": {name: counts[name] for name in _OUTCOMES},
        "failures": dict(sorted(kinds.items())),
        "policies": [
            {
                "policy": outcome.policy,
                "at": time(outcome.check.at),
                "outcome": outcome.check.outcome,
                "kind": outcome.kind or None,
                "detail": outcome.check.detail,
                "version": outcome.check.version or None,
                "summary": outcome.summary,
                "announce": outcome.announce and outcome.comparison is not None,
                "alarm": outcome.alarm or None,
            }
            for outcome in sorted(outcomes, key=lambda each: each.policy)
        ],
    }


def preview(
    document: Document | None, suspect: str, reason: str, left_out: Sequence[Dropped] = ()
) -> dict[str, Any]:
    """What would be read from a page (None: it has no words), and why it would be held back."""
    return {
        "schema": "tracker.preview/1",
        "suspect": suspect or None,
        "reason": reason or None,
        "language": document.language if document else "und",
        "title": document.title if document else "",
        "text": document.text if document else "",
        "markdown": to_markdown(document) if document else "",
        "dropped": [{"what": each.what, "why": each.why} for each in left_out],
    }


def suspects(found: Sequence[Suspect]) -> dict[str, Any]:
    """The captures held back."""
    return {
        "schema": "tracker.suspects/1",
        "suspects": [
            {
                "policy": each.policy,
                "id": each.name,
                "captured": time(each.captured),
                "last": time(each.last),
                "seen": each.seen,
                "state": each.state,
                "reason": each.reason,
                "detail": each.detail,
                "confirmable": each.confirmable,
            }
            for each in found
        ],
    }


def coverage(policy: str, days: Sequence[Day]) -> dict[str, Any]:
    """What was found on each day."""
    return {
        "schema": "tracker.coverage/1",
        "policy": policy,
        "days": [
            {"day": each.day.isoformat(), "found": each.found, "looks": each.looks, "detail": each.detail}
            for each in days
        ],
    }


def time(moment: datetime) -> str:
    """A time in UTC as ISO 8601 with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _identity(side: Side) -> dict[str, Any]:
    version = side.version
    return {
        "policy": side.name,
        "version": version.id if version else None,
        "captured": time(version.captured) if version else None,
        "language": side.document.language,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "section": list(evidence.section),
    }


def _values(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in sorted(attributes.items())}


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind,
        "key": fact.key,
        "attributes": _values(fact.attributes),
        "evidence": [_evidence(evidence) for evidence in fact.evidence],
        "cue": fact.cue,
    }


def change(change: Change) -> dict[str, Any]:
    """One change of substance."""
    return {
        "id": change.id,
        "rule": change.rule,
        "kind": change.kind,
        "key": change.key,
        "aliases": list(change.aliases),
        "change": change.change,
        "direction": str(change.direction),
        "severity": str(change.severity),
        "message": change.message,
        "was": change.was,
        "before": _values(change.before),
        "now": _values(change.now),
        "old": [_evidence(evidence) for evidence in change.old],
        "new": [_evidence(evidence) for evidence in change.new],
    }


def _text_change(change: TextChange) -> dict[str, Any]:
    return {
        "class": str(change.kind),
        "moved": change.moved,
        "reason": change.reason,
        "old": _evidence(change.old),
        "new": _evidence(change.new),
        "edits": [list(edit) for edit in change.edits],
    }
