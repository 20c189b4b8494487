"""Frames: how far they reach, and what takes them away."""

from __future__ import annotations

from tracker.facts.cues import Cues, Hit
from tracker.facts.frames import read_frames, without_lookalikes

CUES = Cues(
    {
        "right": ["right to"],
        "may": ["you can"],
        "opening": ["to (delete|see)"],
        "void": ["we reserve the right"],
        "denied": ["does not apply"],
        "stop": ["we (may|will)"],
        "aside": ["if the"],
    }
)


def over(text: str, word: str) -> str:
    at = text.index(word)
    frame = read_frames(text, CUES).over(Hit("key/word", word, at, at + len(word)), ("right", "may", "ask"))
    return frame.kind if frame else ""


def test_a_frame_governs_what_follows() -> None:
    assert over("the right to see and delete", "delete") == "right"
    assert over("delete? no right to that", "delete") == ""


def test_a_new_clause_of_the_company_ends_it() -> None:
    assert over("the right to see it, we may delete it", "delete") == ""


def test_a_clause_that_depends_on_it_does_not() -> None:
    assert over("the right to ask that we will delete it", "delete") == "right"


def test_void_and_denied_take_it_away() -> None:
    assert over("we reserve the right to delete it", "delete") == ""
    assert over("the right to see it does not apply", "see") == ""


def test_an_opening_counts_only_at_the_start_of_a_clause() -> None:
    assert over("to delete it, write", "delete") == "ask"
    assert over("steps to delete it", "delete") == ""


def test_an_aside_is_told() -> None:
    text = "the right to object if the access was wrong; (ii) to deletion"
    framed = read_frames(text, CUES)
    frame = framed.frames[0]
    inside, after = (
        Hit("k/word", word, text.index(word), text.index(word) + 1) for word in ("access", "deletion")
    )
    assert framed.in_aside(inside, frame)
    assert not framed.in_aside(after, frame)


def test_lookalikes_take_away_only_what_they_overlap_of_their_key() -> None:
    hits = [
        Hit("a/word", "", 0, 5),
        Hit("a/other", "", 3, 8),
        Hit("a/word", "", 9, 12),
        Hit("b/word", "", 3, 5),
    ]
    assert [(hit.name, hit.start) for hit in without_lookalikes(hits)] == [("a/word", 9), ("b/word", 3)]
