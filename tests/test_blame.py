"""Blame: every clause is traced to the version that brought it, whatever was done to it since."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import extract
from tracker.diff.align import align
from tracker.history.blame import Absence, Standing, blame, digests, step
from tracker.model import Document

SYLLABLES = ("da", "ren", "co", "mil", "pu", "sor", "ta", "ven", "ki", "lum")


def clause(number: int, wording: int = 0) -> str:
    """A sentence unlike all others; its wordings differ in two words of fourteen."""
    dice = random.Random(number)
    words = ["".join(dice.choices(SYLLABLES, k=3)) for _ in range(12)]
    return f"{' '.join(words)} number{wording} rule{wording}."


def document(texts: Sequence[str]) -> Document:
    return extract.read("\n\n".join(["# Rules", *texts]).encode(), "text/markdown")


def blamed(*versions: Sequence[str]) -> dict[str, Standing]:
    """The clauses of the last version, by their words."""
    read = [document(texts) for texts in versions]
    steps = [step(old, new, align(old, new)) for old, new in pairwise(read)]
    found = blame([digests(each) for each in read], steps)
    return {read[-1].words(block): one for block, one in zip(read[-1].blocks, found, strict=True)}


def test_a_clause_stands_since_the_version_that_brought_it() -> None:
    found = blamed([clause(1), clause(2)], [clause(1), clause(3), clause(2)], [clause(3), clause(2)])
    assert found[clause(2)] == Standing(0, 0)
    assert found[clause(3)] == Standing(1, 1)


def test_a_move_keeps_the_origin() -> None:
    first = [clause(number) for number in range(6)]
    assert blamed(first, first[3:] + first[:3])[clause(1)] == Standing(0, 0)


def test_an_edit_keeps_the_origin_and_is_told() -> None:
    others = [clause(8), clause(9)]
    found = blamed(*([clause(1, wording), *others] for wording in (0, 0, 1, 1)))
    assert found[clause(1, 1)] == Standing(0, 2)
    assert found[clause(8)] == Standing(0, 0)


def test_case_and_marks_are_no_edit() -> None:
    loud = clause(1).upper().replace(".", " !")
    assert blamed([clause(1)], [loud])[loud] == Standing(0, 0)


def test_a_clause_that_went_and_came_back_says_so() -> None:
    with_it, without = [clause(1), clause(2)], [clause(2)]
    assert blamed(with_it, without, without, with_it)[clause(1)] == Standing(0, 0, None, (Absence(1, 3),))


def test_words_that_came_back_say_when_they_stood_before() -> None:
    found = blamed(*([clause(1, wording), clause(2), clause(3)] for wording in (0, 1, 0)))
    assert found[clause(1)] == Standing(0, 2, said=0)


def test_a_split_and_a_merge_are_no_edits() -> None:
    one, other = clause(1), clause(2)
    halves = [clause(8), one, other, clause(9)]
    joined = [clause(8), f"{one} {other}", clause(9)]
    assert blamed(halves, joined)[f"{one} {other}"] == Standing(0, 0)
    assert blamed(joined, halves)[other] == Standing(0, 0)


# A history: each version does one thing to each of some clauses
DEED = st.tuples(
    st.sampled_from(("insert", "delete", "move", "edit")), st.integers(0, 99), st.integers(0, 99)
)
HISTORY = st.lists(st.lists(DEED, max_size=3), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(HISTORY)
def test_blame_of_any_history_is_true(history: list[list[tuple[str, int, int]]]) -> None:
    """Every clause is known by its number, so its true origin and last edit are."""
    clauses = [(number, 0) for number in range(8)]  # number, wording
    truth = {number: (0, 0) for number, _ in clauses}
    versions, next_number = [list(clauses)], 8
    for at, deeds in enumerate(history, 1):
        for deed, where, other in deeds:
            place = where % (len(clauses) or 1)
            if deed == "insert":
                clauses.insert(place, (next_number, 0))
                truth[next_number] = (at, at)
                next_number += 1
            elif deed == "move":
                clauses.insert(other % len(clauses), clauses.pop(place))
            elif deed == "edit":
                number, wording = clauses[place]
                if truth[number] != (at, at):
                    clauses[place] = (number, wording + 1)
                    truth[number] = (truth[number][0], at)
            elif len(clauses) > 4:
                clauses.pop(place)
        versions.append(list(clauses))
    found = blamed(*([clause(*one) for one in each] for each in versions))
    told = {one: (found[clause(*one)].since, found[clause(*one)].worded) for one in clauses}
    assert told == {one: truth[one[0]] for one in clauses}
