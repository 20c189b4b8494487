"""Names in prose: where they begin and end, and which spellings are one."""

from __future__ import annotations

import pytest

from tracker.facts import names


def found(text: str, *small: str) -> list[str]:
    return [text[name.full[0] : name.full[1]] for name in names.spans(text, 0, len(text), frozenset(small))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sent to Bluebell Mail, Inc. and tintype.io", ["Bluebell Mail, Inc.", "tintype.io"]),
        ("durch die Nordfels GmbH & Co. KG betrieben", ["Nordfels GmbH & Co. KG"]),
        ("hébergé par Grandchêne S.à r.l. à Metz", ["Grandchêne S.à r.l.", "Metz"]),
        ("передаются ООО «Рога и Копыта» для доставки", ["ООО «Рога и Копыта»"]),
        (
            'Товариществом с ограниченной ответственностью "Дала"',
            ['Товариществом с ограниченной ответственностью "Дала"'],
        ),
        ("the Bank of the Valley plc", ["Bank of the Valley plc"]),
        ("write to privacy@Example.com or www.Example.com", []),
        ("nothing here", []),
    ],
)
def test_spans(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_small_words_are_no_part() -> None:
    assert found("Our Tintype and US Signal", "our", "us") == ["Tintype", "US Signal"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tintype Inc.", "tintype"),
        ("Logz.io", "Logz io"),
        ("ООО «Дала»", "Дала"),
        ("Kaltwasser GmbH & Co. KG", "Kaltwasser"),
    ],
)
def test_same(one: str, other: str) -> None:
    assert names.same(one) == names.same(other)


def test_distinctive() -> None:
    assert all(map(names.distinctive, ["PayHarbour", "Tintype.io", "Route66"]))
    assert not any(map(names.distinctive, ["Buyer", "EU", "Support-Anfragen", "Personal Data"]))


def test_long_line_is_linear() -> None:
    text = "Abc " * 20_000
    assert sum(1 for _ in names.spans(text, 0, len(text))) == 20_000 // names.MAX_WORDS + 1
