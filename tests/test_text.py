"""Word edits: exact on both sides, whole words and numbers, readable, linear."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.diff.text import edits
from tracker.model import Edit

PIECES = st.sampled_from(
    ["data", "we ", "sell ", "60", "1,000.5", ". ", "\n", "\u00a0", "’", "数据", "и ", "a-b", "é"]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=40)


def side(found: tuple[Edit, ...], kind: str) -> str:
    return "".join(text for tag, text in found if tag in ("=", kind))


@given(TEXTS, TEXTS)
@settings(max_examples=400, deadline=None)
def test_edits_rebuild_both_sides(old: str, new: str) -> None:
    found = edits(old, new)
    assert side(found, "-") == old
    assert side(found, "+") == new
    assert all(text for _, text in found)
    assert all((a, b) != ("+", "-") and a != b for (a, _), (b, _) in pairwise(found))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ()),
        ("Same.", "Same.", (("=", "Same."),)),
        ("", "New.", (("+", "New."),)),
        ("kept 60 days", "kept 90 days", (("=", "kept "), ("-", "60"), ("+", "90"), ("=", " days"))),
        ("of 1,000 users", "of 1,500 users", (("=", "of "), ("-", "1,000"), ("+", "1,500"), ("=", " users"))),
        (
            "the user's data",
            "the user’s data",
            (("=", "the "), ("-", "user's"), ("+", "user’s"), ("=", " data")),
        ),
        (
            "write to a@b.example",
            "write to c@b.example",
            (("=", "write to "), ("-", "a@b.example"), ("+", "c@b.example")),
        ),
        (
            "We call.  You pay.",
            "We call. You pay.",
            (("=", "We call."), ("-", "  "), ("+", " "), ("=", "You pay.")),
        ),
        ("我们收集数据", "我们不收集数据", (("=", "我们"), ("+", "不"), ("=", "收集数据"))),
        ("किताब देखें", "किताबें देखें", (("-", "किताब"), ("+", "किताबें"), ("=", " देखें"))),
    ],
)
def test_edits(old: str, new: str, expected: tuple[Edit, ...]) -> None:
    assert edits(old, new) == expected


def test_a_new_sentence_is_inserted_whole() -> None:
    found = edits("We log visits. We keep them.", "We log visits. We sell them. We keep them.")
    assert found == (("=", "We log visits. "), ("+", "We sell them. "), ("=", "We keep them."))


def test_no_single_word_is_left_standing_inside_a_change() -> None:
    found = edits("share name and age with banks", "disclose address and income to shops")
    assert [kind for kind, _ in found] == ["-", "+"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 100_000, "b a " * 50_000),
        ("a" * 500_000, "a-" * 250_000),
        (" ".join(map(str, range(40_000))), " ".join(map(str, range(40_000, 0, -1)))),
        ("\u0301" * 200_000, "e\u0301" * 100_000),
        (" " * 300_000, "\n" * 300_000),
    ],
)
def test_hostile_text_is_read_in_linear_time(old: str, new: str) -> None:
    began = time.process_time()
    found = edits(old, new)
    assert time.process_time() - began < 5
    assert (side(found, "-"), side(found, "+")) == (old, new)
