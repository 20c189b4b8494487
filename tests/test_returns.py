"""Returns to an earlier version, in substance."""

from __future__ import annotations

from sides import side_of_markdown

from tracker.diff.returns import returned_to, substance

POLICY = """Last updated: 1 March 2023

# Your rights

1. You have the right to access your personal data.
2. You do not have to give a reason.

# Retention

Log files are retained for 60 days.
"""


def digest(text: str) -> str:
    return substance(side_of_markdown(text).document)


def test_form_order_and_date_do_not_make_another_version() -> None:
    other = (
        "# Retention\n\n**Log files** are kept\nfor 60 days.\n\n# Your rights\n\n"
        "- You don't have to give a reason.\n- You have the right to access your personal data.\n\n"
        "Last updated: 7 May 2024\n"
    )
    assert digest(POLICY) == digest(other)


def test_another_period_makes_another_version() -> None:
    assert digest(POLICY) != digest(POLICY.replace("60", "90"))


def test_the_latest_equal_version_is_named() -> None:
    earlier = [("2023-01-01", "a"), ("2023-02-01", "b"), ("2023-03-01", "a"), ("2023-04-01", "c")]
    assert returned_to("a", earlier) == "2023-03-01"


def test_news_and_no_change_are_no_return() -> None:
    earlier = [("2023-01-01", "a"), ("2023-02-01", "b")]
    assert returned_to("b", earlier) is None
    assert returned_to("c", earlier) is None
    assert returned_to("a", []) is None
