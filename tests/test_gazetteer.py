"""The table of known services: its shape, and how names are looked up in it."""

from __future__ import annotations

import re

import pytest

from tracker import gazetteer
from tracker.facts.cues import fold

ROLES = {
    "processor", "sub_processor", "analytics", "advertising", "payment", "hosting", "social", "identity",
    "support", "affiliate", "recipient",
}  # fmt: skip


def test_table_is_well_formed() -> None:
    services = gazetteer.services()
    assert len(services) >= 500
    assert [s.name for s in services] == sorted(
        (s.name for s in services), key=lambda name: (name.casefold(), name)
    )
    assert {s.role for s in services} <= ROLES
    assert all(re.fullmatch("[A-Z]{2}|", s.country) for s in services)


def test_no_name_stands_twice() -> None:
    names = [fold(name) for s in gazetteer.services() for name in {s.name, *s.aliases}]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize(
    ("name", "known"),
    [("AWS", "Amazon Web Services"), ("logz io", "Logz.io"), ("hub spot", "HubSpot"), ("Nobody", None)],
)
def test_lookup(name: str, known: str | None) -> None:
    service = gazetteer.lookup(name)
    assert (service.name if service else None) == known


@pytest.mark.parametrize(
    ("name", "known"), [("Opsgeneie", "Opsgenie"), ("Mailchip", "Mailchimp"), ("Worldwide", None)]
)
def test_misspelt(name: str, known: str | None) -> None:
    service = gazetteer.misspelt(name)
    assert (service.name if service else None) == known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We use Google Analytics for Firebase and stripe.", ["Google Analytics"]),
        ("support@zendesk.com, https://stripe.com/privacy", []),
        ("данные Яндекс.Метрики и Сбербанка", ["Яндекс.Метрика", "Сбербанк"]),
    ],
)
def test_mentions(text: str, expected: list[str]) -> None:
    assert [mention.service.name for mention in gazetteer.mentions(text, fold(text))] == expected
