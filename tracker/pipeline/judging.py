"""A snapshot read and judged: what it says, and whether it is fit to be recorded."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.config.records import Policy
from tracker.extract import EmptyInput
from tracker.fetch import gate
from tracker.fetch.gate import Suspicion
from tracker.model import Document, Snapshot
from tracker.pipeline.sources import read_snapshot


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it came and as read (None where it has no words), and why it may not be the policy."""

    snapshot: Snapshot
    document: Document | None
    suspicion: Suspicion | None


def judged(snapshot: Snapshot, policy: Policy | None = None, known: Document | None = None) -> Look:
    """Read a snapshot and judge it, also by the last good text. Raises what extraction raises."""
    document: Document | None
    try:
        document = read_snapshot(snapshot, policy)
    except EmptyInput:
        document = None
    return Look(snapshot, document, gate.judge(document, snapshot, known))
