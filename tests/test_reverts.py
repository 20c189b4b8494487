"""Returns to an earlier version: in the same text, or in the same words under another date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sides import side_of_markdown

from tracker.history.reverts import fingerprint, returned_to, returns
from tracker.model import Document, Version

DAY = datetime(2024, 1, 1, tzinfo=UTC)


def versions(texts: str) -> list[Version]:
    """A version a day for each letter, which is its text."""
    return [
        Version("northlane", f"id{number}", DAY + timedelta(number), text_sha256=text)
        for number, text in enumerate(texts)
    ]


def told(texts: str, senses: dict[str, str] | None = None) -> list[tuple[int, int]]:
    history = versions(texts)
    sense = (lambda version: senses.get(version.text_sha256, version.text_sha256)) if senses else None
    found = returns(history, sense)
    return [(n, history.index(found[one.id])) for n, one in enumerate(history) if one.id in found]


def test_a_b_a_is_a_return() -> None:
    assert told("aba") == [(2, 0)]
    assert told("abab") == [(2, 0), (3, 1)]
    assert told("abc") == []
    assert told("aab") == []  # the same text again is no version of its own


def test_the_latest_of_equal_versions_is_named() -> None:
    assert told("abaca") == [(2, 0), (4, 2)]


def test_versions_of_one_sense_are_returned_to_as_well() -> None:
    assert told("abA", {"a": "s", "A": "s"}) == [(2, 0)]
    assert told("aA", {"a": "s", "A": "s"}) == []  # only the wording changed, nothing came back


def test_earlier_versions_may_come_in_any_order_and_later_ones_do_not_count() -> None:
    first, second, third, fourth = versions("abab")
    assert returned_to(third, [fourth, second, first]) == first
    assert returned_to(second, [fourth, third, first]) is None
    assert returned_to(first, []) is None


def document(text: str, language: str = "en") -> Document:
    return replace(side_of_markdown(text).document, language=language)


def test_a_fingerprint_is_of_words_not_of_dates_and_marks() -> None:
    said = "# Privacy\n\nLast updated: 1 March 2023\n\nWe keep log files for 60 days."
    again = "# PRIVACY\n\nLast updated: 7 May 2024\n\nWe keep  log files for 60 days!"
    assert fingerprint(document(said)) == fingerprint(document(again))
    assert fingerprint(document(said)) != fingerprint(document(said.replace("60", "90")))
    assert fingerprint(document(said)) != fingerprint(document(said, "fr"))
