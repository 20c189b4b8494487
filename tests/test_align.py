"""Alignment: clauses are found again wherever they moved, however they were edited, split or joined."""

from __future__ import annotations

import random
import time

import pytest

from tracker.diff.align import align
from tracker.model import Block, BlockKind, Document, Pair

# Frequencies as in natural text: few words everywhere, many words rare
SYLLABLES = ("da", "re", "co", "mi", "pu")
VOCABULARY = [f"{a}{b}{c}" for a in SYLLABLES for b in ("ta", "ko", "ne") for c in "abcdefghijklmnop"]
WEIGHTS = [1 / (rank + 5) for rank in range(len(VOCABULARY))]


def document(*blocks: str) -> Document:
    """A document of paragraphs."""
    spans, text = [], ""
    for words in blocks:
        spans.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(words)))
        text += words + "\n\n"
    return Document(text.rstrip(), tuple(spans), language="en")


def clause(dice: random.Random) -> list[str]:
    return dice.choices(VOCABULARY, WEIGHTS, k=dice.randint(12, 60))


def reworked(clauses: list[list[str]], dice: random.Random) -> tuple[list[list[str]], list[int], set[int]]:
    """The clauses, a fifth moved and three tenths edited; the origin of each, and the origins that moved."""
    order = list(range(len(clauses)))
    moved = set(dice.sample(order, len(order) // 5))
    order = [number for number in order if number not in moved]
    for number in sorted(moved):
        order.insert(dice.randint(0, len(order)), number)
    edited = set(dice.sample(order, len(order) * 3 // 10))
    return [edit(clauses[n], dice) if n in edited else clauses[n] for n in order], order, moved


def edit(words: list[str], dice: random.Random) -> list[str]:
    return [dice.choice(VOCABULARY) if dice.random() < 0.25 else word for word in words]


def test_moved_and_edited_clauses_are_found_again() -> None:
    dice = random.Random(7)
    clauses = [clause(dice) for _ in range(1000)]
    new, origin, moved = reworked(clauses, dice)
    began = time.process_time()
    pairs = align(document(*map(" ".join, clauses)), document(*map(" ".join, new)))
    assert time.process_time() - began < 1  # about 0.15 on a quiet machine
    right = sum(
        pair.old is not None and pair.new is not None and origin[pair.new] == pair.old for pair in pairs
    )
    assert right / len(clauses) >= 0.985
    told = {pair.old for pair in pairs if pair.moved}
    assert len(told & moved) / len(moved) >= 0.95


A, B, C = "We log visits for security.", "You may ask for a copy.", "Cookies keep you signed in."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((), (A,), [Pair(None, 0)]),
        ((A, B), (A,), [Pair(0, 0), Pair(1, None)]),
        ((A, B, C), (A, C), [Pair(0, 0), Pair(1, None), Pair(2, 1)]),
        ((A, B, C), (B, C, A), [Pair(1, 0), Pair(2, 1), Pair(0, 2, moved=True)]),
        ((A, B), (A.upper(), B.replace(".", " !")), [Pair(0, 0), Pair(1, 1)]),
        ((A, B, A, C), (A, B, A, C), [Pair(0, 0), Pair(1, 1), Pair(2, 2), Pair(3, 3)]),
        ((B, A, C, A), (B, A, A, C, A), [Pair(0, 0), Pair(1, 1), Pair(None, 2), Pair(2, 3), Pair(3, 4)]),
        ((f"{A} {B}", C), (A, B, C), [Pair(0, 0), Pair(0, 1), Pair(1, 2)]),
        ((A, B, C), (f"{A} {B}", C), [Pair(0, 0), Pair(1, 0), Pair(2, 1)]),
        (
            (A, "We sell data."),
            (A, "Nothing like it stands here."),
            [Pair(0, 0), Pair(1, None), Pair(None, 1)],
        ),
    ],
)
def test_align(old: tuple[str, ...], new: tuple[str, ...], expected: list[Pair]) -> None:
    assert list(align(document(*old), document(*new))) == expected


def test_boilerplate_is_told_apart_by_its_neighbours() -> None:
    purposes = ["Orders are sent by post.", "Letters tell you of offers.", "Staff answer what you ask."]
    same = "The basis is your consent."
    old = [words for purpose in purposes for words in (purpose, same)]
    new = [*old[4:], *old[:4]]
    assert {(pair.old, pair.new) for pair in align(document(*old), document(*new))} == {
        (4, 0), (5, 1), (0, 2), (1, 3), (2, 4), (3, 5),
    }  # fmt: skip


def test_a_list_made_a_table_is_no_new_clause() -> None:
    old = document("We share data with:", "Orlvane: payments", "Quistel: delivery")
    new = document("We share data with:", "Name | For", "Orlvane | payments", "Quistel | delivery")
    assert list(align(old, new)) == [Pair(0, 0), Pair(None, 1), Pair(1, 2), Pair(2, 3)]


def test_a_great_rewritten_pair_takes_seconds_at_most() -> None:
    dice = random.Random(3)
    old, new = ([" ".join(clause(dice)) for _ in range(1500)] for _ in range(2))
    began = time.process_time()
    align(document(*old), document(*new))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("words", ["a", "a b", "", "数据"])
def test_one_block_repeated_without_end_is_no_trouble(words: str) -> None:
    began = time.process_time()
    pairs = align(document(*[words] * 4000), document(*[words] * 3000))
    assert time.process_time() - began < 5
    assert len(pairs) == 4000 if words else len(pairs) >= 4000
