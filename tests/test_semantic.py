"""Typed changes: facts paired by meaning over the whole document."""

from __future__ import annotations

import re

import pytest
from sides import compared, side_of_markdown, told

from tracker import diff
from tracker.model import Direction, Severity

RIGHTS = """# Your rights

You have the right to:

- access your personal data;
- have your personal data erased;
- receive your personal data in a structured, machine-readable format.
"""
PROVIDERS = """# Service providers

We use the following service providers:

- Velmora Insight (analytics)
- Harbourline Pay (payment processing)
"""
RETENTION = """# Retention

Log files are retained for 60 days.

Invoices are retained for 10 years.
"""


def without(text: str, words: str) -> str:
    assert words in text
    return text.replace(words, "")


def test_right_that_went_is_removed() -> None:
    new = without(RIGHTS, "- have your personal data erased;\n")
    [change] = compared(RIGHTS, new).changes
    assert (change.rule, change.key, change.severity) == ("right-removed", "erasure", Severity.HIGH)
    assert change.direction is Direction.WEAKENS
    assert [evidence.quote for evidence in change.old] == ["have your personal data erased;"]
    assert change.new == ()


def test_right_in_other_words_is_no_change() -> None:
    new = RIGHTS.replace(
        "have your personal data erased;", "ask us to delete the personal data that we hold;"
    )
    assert compared(RIGHTS, new).changes == ()


def test_right_stated_elsewhere_too_is_not_removed() -> None:
    old = RIGHTS + "\n# Closing your account\n\nYou may ask us to delete your personal data at any time.\n"
    assert compared(old, without(old, "- have your personal data erased;\n")).changes == ()


def test_moved_section_is_no_change() -> None:
    assert (
        compared(
            RIGHTS + "\n" + PROVIDERS + "\n" + RETENTION, RETENTION + "\n" + RIGHTS + "\n" + PROVIDERS
        ).changes
        == ()
    )


def test_party_that_came_is_added() -> None:
    [change] = compared(PROVIDERS, PROVIDERS + "- Quillmark Mail (email delivery)\n").changes
    assert (change.kind, change.key, change.change) == ("party", "Quillmark Mail", "added")


def test_party_under_its_other_name_is_one_altered() -> None:
    old = "# Hosting\n\nWe use the following service providers:\n\n- Sendinblue (email delivery)\n"
    [change] = compared(old, old.replace("Sendinblue", "Brevo")).changes
    assert (change.rule, change.key, change.was) == ("party-renamed", "Brevo", "Sendinblue")


def test_other_party_for_the_same_job_is_no_rename() -> None:
    new = PROVIDERS.replace("Velmora Insight", "Tessaract Metrics")
    changes = told(compared(PROVIDERS, new).changes)
    assert sorted(changes) == [
        ("party", "Tessaract Metrics", "added"),
        ("party", "Velmora Insight", "removed"),
    ]


def test_longer_period_is_one_altered() -> None:
    [change] = compared(RETENTION, RETENTION.replace("60 days", "90 days")).changes
    assert (change.rule, change.key, change.was, change.change) == (
        "retention-extended",
        "P90D",
        "P60D",
        "altered",
    )
    assert change.message == "Log files kept 90 days, were 60 days"


def test_equal_period_in_another_unit_is_no_change() -> None:
    old = "# Retention\n\nAccount data are retained for 24 months."
    assert compared(old, old.replace("24 months", "two years")).changes == ()


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "We delete call recordings after one month.", "We delete call recordings after 1 month."),
        ("en", "We keep invoices for 10 years.", "We keep invoices for 120 months."),
        ("de", "Wir löschen Chatprotokolle nach 4 Wochen.", "Wir löschen Chatprotokolle nach 28 Tagen."),
        ("fr", "Nous conservons les candidatures un an.", "Nous conservons les candidatures 12 mois."),
        ("ru", "Мы храним журналы 12 месяцев.", "Мы храним журналы один год."),
    ],
)
def test_equal_period_in_other_words_is_editorial(language: str, old: str, new: str) -> None:
    assert compared(old, new, language).verdict == "editorial"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We will never sell your data.", "Your data will never be sold."),
        (
            "You can ask us to delete your data.",
            "You may request erasure of your personal information.",
        ),
    ],
)
def test_a_brief_statement_in_other_words_is_editorial(old: str, new: str) -> None:
    assert compared(old, new).verdict == compared(new, old).verdict == "editorial"


def test_a_condition_in_other_words_is_substantive() -> None:
    old, new = "You can ask us to delete your data.", "You may request erasure unless the law forbids it."
    assert compared(old, new).verdict == "substantive"


@pytest.mark.parametrize(
    ("language", "limit", "minimum"),
    [
        ("en", "We keep backups for up to 30 days.", "We keep backups for at least 30 days."),
        ("de", "Wir speichern Backups höchstens 30 Tage.", "Wir speichern Backups mindestens 30 Tage."),
        (
            "fr",
            "Nous conservons les factures au maximum dix ans.",
            "Nous conservons les factures au moins dix ans.",
        ),
    ],
)
def test_a_limit_that_becomes_a_minimum_is_altered(language: str, limit: str, minimum: str) -> None:
    [lifted], [set_] = (
        compared(limit, minimum, language).changes,
        compared(minimum, limit, language).changes,
    )
    assert (lifted.rule, lifted.was) == ("retention-limit-lifted", "at_most")
    assert (set_.rule, set_.was) == ("retention-limit-set", "at_least")


def test_the_officers_new_address_is_one_altered() -> None:
    old = "Our data protection officer can be reached at dpo@northlane.example."
    [change] = compared(old, old.replace("dpo@", "privacy@")).changes
    assert (change.rule, change.was) == ("contact-changed", "dpo@northlane.example")


def test_two_periods_that_change_places_are_two_changes() -> None:
    new = RETENTION.replace("60 days", "X").replace("10 years", "60 days").replace("X", "10 years")
    rules = [change.rule for change in compared(RETENTION, new).changes]
    assert sorted(rules) == ["retention-extended", "retention-shortened"]


def test_denial_that_went_is_no_sale() -> None:
    [change] = compared(RIGHTS + "\n# Sale\n\nWe never sell your personal data.\n", RIGHTS).changes
    assert change.rule == "denial-removed"
    assert "sold" not in change.message


def test_denial_said_twice_and_dropped_once_is_no_change() -> None:
    once = RIGHTS + "\nWe do not sell your personal data.\n"
    assert compared("We never sell your personal data to anybody.\n\n" + once, once).changes == ()


def test_date_alone_is_editorial() -> None:
    found = compared("Last updated: 1 March 2023\n\n" + RIGHTS, "Last updated: 7 May 2024\n\n" + RIGHTS)
    assert [change.rule for change in found.changes] == ["date-only"]
    assert found.verdict == "editorial"


def test_substance_under_an_old_date_is_named() -> None:
    old = "Last updated: 1 March 2023\n\n" + RIGHTS
    rules = [
        change.rule for change in compared(old, without(old, "- have your personal data erased;\n")).changes
    ]
    assert rules == ["right-removed", "silent-change"]


def test_identity_rests_on_values_alone() -> None:
    old, new = RETENTION, RETENTION.replace("60 days", "90 days")
    [plain] = compared(old, new).changes
    [moved] = compared(RIGHTS + old, "# About\n\nWe make lamps.\n\n" + RIGHTS + new).changes
    assert plain.id == moved.id
    assert re.fullmatch(r"[0-9a-f]{12}", plain.id)


def test_gravest_change_comes_first() -> None:
    old = RIGHTS + PROVIDERS
    new = without(old, "- have your personal data erased;\n") + "- Quillmark Mail (email delivery)\n"
    severities = [change.severity.rank for change in compared(old, new).changes]
    assert severities == sorted(severities)
    assert len(severities) == 2


def test_users_severity_is_respected() -> None:
    sides = side_of_markdown(RIGHTS), side_of_markdown(without(RIGHTS, "- have your personal data erased;\n"))
    [change] = diff.compare(*sides, {"right-removed": Severity.INFO}).changes
    assert change.severity is Severity.INFO


def test_summary_names_what_changed() -> None:
    old = RIGHTS + "\n" + PROVIDERS + "\n" + RETENTION
    new = without(old, "- have your personal data erased;\n").replace("60 days", "90 days")
    assert compared(old, new).summary == "Right to erasure removed; log files kept 90 days, were 60 days"
