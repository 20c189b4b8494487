"""Lines that differ with each visit are left out; what a policy says of times and numbers stays."""

from __future__ import annotations

import pytest

from tracker.extract import examine

POLICY = "<h1>Privacy</h1><p>We keep orders for ten years and delete them after that.</p>"


@pytest.mark.parametrize(
    "line",
    [
        "1,204 views",
        "12 345 просмотров",
        "Visitors today: 77",
        "37 people online",
        "Updated 3 days ago",
        "Actualisé il y a 5 heures",
        "Page generated at 2024-05-06 07:08:09 in 0.31 seconds",
        "Today is Monday, 6 May 2024",
        "Сегодня: 6 мая 2024, 10:15",
        "Request ID: 7f3a9c1be2d4",
    ],
)
def test_a_line_about_the_visit_is_no_part_of_the_policy(line: str) -> None:
    found = examine(f"{POLICY}<p>{line}</p>".encode(), "text/html")
    assert line not in found.document.text
    assert [each.why for each in found.dropped] == ["tells of the visit"]


@pytest.mark.parametrize(
    "line",
    [
        "Last updated: 6 May 2024",
        "Comments: 30 days",
        "We delete comments that were made 12 months ago or earlier, unless you ask us not to.",
        "Visitors under 16 may not use the shop.",
        "30 days",
        "Session ID: a cookie that lasts until you close the browser",
        "Effective today, 6 May 2024, we no longer sell data.",
        "2. Visitors",
    ],
)
def test_what_the_policy_says_stays(line: str) -> None:
    assert line in examine(f"{POLICY}<p>{line}</p>".encode(), "text/html").document.text
