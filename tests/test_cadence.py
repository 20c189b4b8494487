"""Intervals and cron expressions: what they mean and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker import cadence

START = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("1d", 24),
        ("12 hours", 12),
        ("90 min", 1.5),
        ("every 2 days", 48),
        ("every week", 168),
        ("Daily", 24),
        ("1.5h", 1.5),
    ],
)
def test_intervals(words: str, hours: float) -> None:
    assert cadence.next_after(words, START, UTC) == START + timedelta(hours=hours)


def test_spread_moves_an_interval_by_at_most_a_tenth() -> None:
    assert cadence.next_after("10h", START, UTC, spread=1.0) == START + timedelta(hours=11)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("0 6 * * *", "2024-03-02T06:00"),
        ("0 6 * * 1", "2024-03-04T06:00"),  # Monday, not APScheduler's Tuesday
        ("0 6 * * 0", "2024-03-03T06:00"),
        ("0 6 * * 7", "2024-03-03T06:00"),
        ("0 6 * * 6-7", "2024-03-02T06:00"),
        ("0 6 * * fri-mon", "2024-03-02T06:00"),
        ("30 12 * * 1-5", "2024-03-01T12:30"),
        ("0 6 15 * *", "2024-03-15T06:00"),
        ("0 6 15 * sun", "2024-03-03T06:00"),  # either day will do, as in cron
        ("*/15 * * * *", "2024-03-01T12:15"),
        ("0 12 * * *", "2024-03-02T12:00"),  # strictly after
    ],
)
def test_cron(words: str, due: str) -> None:
    assert cadence.next_after(cadence.check(words), START, UTC) == datetime.fromisoformat(due).replace(
        tzinfo=UTC
    )


def test_cron_is_read_in_the_time_zone() -> None:
    due = cadence.next_after("0 6 * * *", START, ZoneInfo("Asia/Tokyo"))
    assert due == datetime(2024, 3, 1, 21, 0, tzinfo=UTC)


def test_a_day_that_never_comes() -> None:
    assert cadence.next_after("0 6 30 2 *", START, UTC).year == 9999


@pytest.mark.parametrize(
    "words",
    ["", "often", "5", "d", "0d", "30s", "400 days", "1 fortnight", "61 * * * *", "* * * * 8", "* * * * m"],
)
def test_nonsense_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is"):
        cadence.check(words)
