"""What there is to tell, as frozen records, and its JSON form ``tracker.notice/1``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from tracker.model import Change
from tracker.report import as_json, from_json

Kind = Literal["change", "revert", "alarm", "recovery", "test"]
SCHEMA = "tracker.notice/1"
TEXT = "text"  # stands for a change id where only statements changed that no kind of fact covers


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell of one policy. ``id`` is the same however often it is worked out.

    ``old`` and ``new`` are (version id, date of capture) for "change" and "revert".
    """

    id: str
    kind: Kind
    policy: str
    title: str
    url: str
    at: datetime
    summary: str
    old: tuple[str, datetime] | None = None
    new: tuple[str, datetime] | None = None
    changes: tuple[Change, ...] = ()
    report: str = ""  # where the report is published
    tags: tuple[str, ...] = ()
    deadlines: Mapping[str, tuple[date, date]] = field(default_factory=dict)  # by change id: see deadlines.py

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of what is told one by one, and never twice."""
        if self.kind != "change":
            return (self.id,)
        return tuple(f"{self.id}:{change.id}" for change in self.changes) or (f"{self.id}:{TEXT}",)

    def only(self, items: Sequence[str]) -> Notice:
        """The notice with those of its changes that are meant by ``items``."""
        chosen = set(items)
        changes = tuple(each for each in self.changes if f"{self.id}:{each.id}" in chosen)
        told = {change.id for change in changes}
        deadlines = {change: until for change, until in self.deadlines.items() if change in told}
        return replace(self, changes=changes, deadlines=deadlines)


def test_notice(at: datetime) -> Notice:
    """What ``tracker notify --test`` sends."""
    return Notice(
        f"test:{as_json.time(at)}", "test", "", "tracker", "", at, "This is a test: the channel works."
    )


def as_data(notice: Notice) -> dict[str, Any]:
    """The notice as JSON data."""
    return {
        "id": notice.id,
        "kind": notice.kind,
        "policy": notice.policy,
        "title": notice.title,
        "url": notice.url,
        "at": as_json.time(notice.at),
        "summary": notice.summary,
        "old": _version(notice.old),
        "new": _version(notice.new),
        "report": notice.report or None,
        "tags": list(notice.tags),
        "changes": [as_json.change(change) for change in notice.changes],
        "deadlines": {
            change: {"by": by.isoformat(), "latest": latest.isoformat()}
            for change, (by, latest) in sorted(notice.deadlines.items())
        },
    }


def from_data(data: dict[str, Any]) -> Notice:
    """The reverse of ``as_data``."""
    return Notice(
        data["id"],
        data["kind"],
        data["policy"],
        data["title"],
        data["url"],
        _time(data["at"]),
        data["summary"],
        _known(data["old"]),
        _known(data["new"]),
        from_json.changes(data["changes"]),
        data["report"] or "",
        tuple(data["tags"]),
        {
            change: (date.fromisoformat(until["by"]), date.fromisoformat(until["latest"]))
            for change, until in data["deadlines"].items()
        },
    )


def _version(version: tuple[str, datetime] | None) -> dict[str, str] | None:
    return {"version": version[0], "captured": as_json.time(version[1])} if version else None


def _known(data: dict[str, str] | None) -> tuple[str, datetime] | None:
    return (data["version"], _time(data["captured"])) if data else None


def _time(words: str) -> datetime:
    return datetime.fromisoformat(words).astimezone(UTC)
