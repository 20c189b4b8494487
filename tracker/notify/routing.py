"""Which part of a notice a channel is told."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tracker import cadence
from tracker.config import Channel
from tracker.model import Change, Severity
from tracker.notify.notice import Notice


def wanted(channel: Channel, notice: Notice) -> tuple[str, ...]:
    """The ids (``Notice.items``) that the channel wants; () where it wants nothing of it."""
    if notice.kind in ("alarm", "recovery"):
        return notice.items if channel.audience == "operators" and _about(channel, notice) else ()
    if channel.audience != "readers" or not _about(channel, notice):
        return ()
    if notice.kind == "revert":
        return notice.items if channel.reverts else ()
    if not notice.changes:
        plain = not channel.rules and not channel.kinds
        return notice.items if plain and channel.severity.rank >= Severity.LOW.rank else ()
    return tuple(f"{notice.id}:{each.id}" for each in notice.changes if _wants(channel, each))


def due(channel: Channel, now: datetime, timezone: str) -> datetime:
    """When what is taken up now is to be told: at once, or with the next digest."""
    if not channel.digest:
        return now
    return cadence.next_after(channel.digest, now, ZoneInfo(timezone)).astimezone(UTC)


def _about(channel: Channel, notice: Notice) -> bool:
    named = not channel.policies or notice.policy in channel.policies
    return named and (not channel.tags or not set(channel.tags).isdisjoint(notice.tags))


def _wants(channel: Channel, change: Change) -> bool:
    return (
        change.severity.rank <= channel.severity.rank
        and (not channel.rules or change.rule in channel.rules)
        and (not channel.kinds or change.kind in channel.kinds)
    )
