"""What DATE words mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.archive.when import BadDate, Instant, Place, Prefix, parse

NOW = datetime(2024, 3, 31, 10, 20, 30, tzinfo=UTC)  # a Sunday
LAST = "23:59:59.999999"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2024-06-01", f"2024-06-01T{LAST}"),
        ("20240601", f"2024-06-01T{LAST}"),
        ("2024-02", f"2024-02-29T{LAST}"),
        ("2023", f"2023-12-31T{LAST}"),
        ("2024-06-01T12:30", "2024-06-01T12:30:59.999999"),
        ("2024-06-01 12:30:15", "2024-06-01T12:30:15.999999"),
        ("2024-06-01T12:30:15.25Z", "2024-06-01T12:30:15.250000"),
        ("2024-06-01T12:30:15+02:00", "2024-06-01T10:30:15.999999"),
        ("today", f"2024-03-31T{LAST}"),
        ("Yesterday", f"2024-03-30T{LAST}"),
        ("now", "2024-03-31T10:20:30"),
        ("30 days ago", f"2024-03-01T{LAST}"),
        ("a week  ago", f"2024-03-24T{LAST}"),
        ("3 hours ago", "2024-03-31T07:20:30"),
        ("1 month ago", f"2024-02-29T{LAST}"),
        ("2 years ago", f"2022-03-31T{LAST}"),
        ("last week", f"2024-03-24T{LAST}"),
        ("last month", f"2024-02-29T{LAST}"),
        ("last year", f"2023-12-31T{LAST}"),
    ],
)
def test_a_date_means_the_end_of_what_it_names(words: str, expected: str) -> None:
    assert parse(words, NOW) == Instant(datetime.fromisoformat(expected).replace(tzinfo=UTC))


@pytest.mark.parametrize("words", ["first", "previous", "latest", " Latest "])
def test_places(words: str) -> None:
    assert parse(words, NOW) == Place(words.strip().lower())  # type: ignore[arg-type]


@pytest.mark.parametrize("words", ["0f3a", "DEADBEEF", "a" * 40])
def test_ids(words: str) -> None:
    assert parse(words, NOW) == Prefix(words.lower())


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "2024-13",
        "2024-06-31",
        "0000",
        "abc",
        "a" * 41,
        "999999 years ago",
        "2024-06-01T25:00",
        "last day",
    ],
)
def test_what_is_no_date_names_the_forms(words: str) -> None:
    with pytest.raises(BadDate, match="30 days ago"):
        parse(words, NOW)


def test_a_day_begins_in_utc() -> None:
    early = datetime(2024, 4, 1, 1, tzinfo=timezone(timedelta(hours=3)))
    assert parse("today", early) == Instant(datetime(2024, 3, 31, 23, 59, 59, 999999, UTC))


@given(st.text(max_size=40))
def test_any_words_give_a_meaning_or_bad_date(words: str) -> None:
    try:
        parse(words, NOW)
    except BadDate:
        return
