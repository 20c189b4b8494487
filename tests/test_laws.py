"""Laws of the text diff, on generated edits of an invented policy and on every pair of the labelled sets.

Nothing changed is told of a text and itself; edits rebuild both sides; swapping the sides mirrors; the same
input gives the same output; what is done to layout, numbering and order alone is never substance.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import extract
from tracker.diff.align import align
from tracker.diff.textual import text_changes
from tracker.model import Document, Pair, Side, TextChange, TextClass

SENTENCES = (
    "We record the pages that you open and how long you stay.",
    "The warehouse keeps a list of parcels with your name and street.",
    "Our support team can listen to calls in order to train new colleagues.",
    "You may ask us at any time what we hold on you.",
    "We never lend the register of members to other clubs.",
    "Photos from events are shown on our page unless you tell us not to.",
    "Payment slips stay in a locked cabinet for 7 years.",
    "The thermostat reports the temperature of each room every 10 minutes.",
    "Letters to the board are read by two volunteers.",
    "If you leave the club, your locker is emptied and your badge is blocked.",
    "Drivers see only the street and the number of the house.",
    "Visitors of the workshop sign a paper list at the door.",
)
PARAGRAPHS = st.lists(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3, unique=True), min_size=2, max_size=9
)

Paragraphs = list[list[str]]
Edit = Callable[[Paragraphs, int], Paragraphs]


def side(paragraphs: Paragraphs, numbered: int = 0, width: int = 0) -> Side:
    """The paragraphs as a Markdown document; numbered from ``numbered``, wrapped after ``width`` words."""
    parts = []
    for number, sentences in enumerate(paragraphs, numbered):
        words = " ".join(sentences).split(" ")
        if width:
            words = [w + "\n" if at % width == width - 1 else w + " " for at, w in enumerate(words)]
        text = "".join(words).strip() if width else " ".join(words)
        parts.append(f"{number}. {text}" if numbered else text)
    return as_side("\n\n".join(parts))


def as_side(text: str) -> Side:
    return Side(extract.read(text.encode(), "text/markdown") if text else Document("", (), language="en"), ())


def told(old: Side, new: Side) -> tuple[TextChange, ...]:
    return text_changes(old, new, align(old.document, new.document), ())


def at(paragraphs: Paragraphs, number: int) -> int:
    return number % len(paragraphs)


def move(paragraphs: Paragraphs, number: int) -> Paragraphs:
    here = at(paragraphs, number)
    rest = paragraphs[:here] + paragraphs[here + 1 :]
    there = number // 7 % (len(rest) + 1)
    return [*rest[:there], paragraphs[here], *rest[there:]]


def split(paragraphs: Paragraphs, number: int) -> Paragraphs:
    here = at(paragraphs, number)
    first, rest = paragraphs[here][:1], paragraphs[here][1:]
    return [*paragraphs[:here], first, *([rest] if rest else []), *paragraphs[here + 1 :]]


def merge(paragraphs: Paragraphs, number: int) -> Paragraphs:
    here = at(paragraphs, number)
    return [
        *paragraphs[:here],
        [words for sentences in paragraphs[here : here + 2] for words in sentences],
        *paragraphs[here + 2 :],
    ]


def shout(paragraphs: Paragraphs, number: int) -> Paragraphs:
    here = at(paragraphs, number)
    return [*paragraphs[:here], [words.upper() for words in paragraphs[here]], *paragraphs[here + 1 :]]


def reword(paragraphs: Paragraphs, number: int) -> Paragraphs:
    swaps = (
        ("keeps", "holds"),
        ("colleagues", "staff"),
        ("street", "road"),
        ("in order to", "to"),
        ("shown", "seen"),
    )
    return [[_swapped(words, swaps) for words in sentences] for sentences in paragraphs]


def _swapped(words: str, swaps: tuple[tuple[str, str], ...]) -> str:
    for one, other in swaps:
        words = words.replace(one, other)
    return words


def drop(paragraphs: Paragraphs, number: int) -> Paragraphs:
    here = at(paragraphs, number)
    return paragraphs[:here] + paragraphs[here + 1 :]


def insert(paragraphs: Paragraphs, number: int) -> Paragraphs:
    here = at(paragraphs, number)
    return [*paragraphs[:here], ["Bees that fly past the office are counted by radar."], *paragraphs[here:]]


NOISE: list[Edit] = [move, split, merge, shout, reword]
EDITS: list[Edit] = [*NOISE, drop, insert]


@given(PARAGRAPHS)
@settings(max_examples=50, deadline=None)
def test_a_text_does_not_differ_from_itself(paragraphs: Paragraphs) -> None:
    assert told(side(paragraphs), side(paragraphs)) == ()


@given(PARAGRAPHS, st.sampled_from(NOISE), st.integers(0, 999))
@settings(max_examples=200, deadline=None)
def test_layout_order_case_and_synonyms_are_no_substance(
    paragraphs: Paragraphs, edit: Edit, number: int
) -> None:
    found = told(side(paragraphs), side(edit(paragraphs, number)))
    assert [change for change in found if change.kind is TextClass.SUBSTANTIVE] == []


@given(PARAGRAPHS, st.integers(1, 9), st.integers(5, 12))
@settings(max_examples=50, deadline=None)
def test_numbers_of_clauses_and_lines_are_no_substance(
    paragraphs: Paragraphs, number: int, width: int
) -> None:
    found = told(side(paragraphs, numbered=1), side(paragraphs, numbered=1 + number, width=width))
    assert {change.kind for change in found} <= {TextClass.EDITORIAL}


@given(PARAGRAPHS, st.integers(0, 999))
@settings(max_examples=100, deadline=None)
def test_a_new_statement_is_always_seen_and_so_is_its_loss(paragraphs: Paragraphs, number: int) -> None:
    old, new = side(paragraphs), side(insert(paragraphs, number))
    for found in (told(old, new), told(new, old)):
        assert any("Bees" in text for change in found for tag, text in change.edits if tag != "=")


@given(PARAGRAPHS, st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 999)), max_size=4))
@settings(max_examples=200, deadline=None)
def test_the_laws_hold_on_generated_edits(paragraphs: Paragraphs, steps: list[tuple[Edit, int]]) -> None:
    edited = paragraphs
    for edit, number in steps:
        edited = edit(edited, number) if edited else edited
    check_laws(side(paragraphs), side(edited))


def check_laws(old: Side, new: Side) -> None:
    pairs = align(old.document, new.document)
    check_pairs(pairs, old.document, new.document)
    found = text_changes(old, new, pairs, ())
    assert found == told(old, new), "the same input gives the same output"
    for change in found:
        check_change(change, old.document, new.document)
    mirrored = told(new, old)
    assert bool(found) == bool(mirrored)
    assert is_substantive(found) == is_substantive(mirrored), "the verdict is the same from both sides"


def is_substantive(found: tuple[TextChange, ...]) -> bool:
    return any(change.kind is TextClass.SUBSTANTIVE for change in found)


def check_pairs(pairs: tuple[Pair, ...], old: Document, new: Document) -> None:
    assert {pair.old for pair in pairs if pair.old is not None} == set(range(len(old.blocks)))
    assert {pair.new for pair in pairs if pair.new is not None} == set(range(len(new.blocks)))
    order = [pair.new for pair in pairs if pair.new is not None]
    assert order == sorted(order), "the newer version's order"
    staying = [pair.old for pair in pairs if pair.old is not None and pair.new is not None and not pair.moved]
    assert staying == sorted(staying), "what did not move keeps its order"
    assert len(set(pairs)) == len(pairs)


def check_change(change: TextChange, old: Document, new: Document) -> None:
    for document, evidence, tag in ((old, change.old, "-"), (new, change.new, "+")):
        assert document.text[evidence.start : evidence.end] == evidence.quote
        assert "".join(text for kind, text in change.edits if kind in ("=", tag)) == evidence.quote
    assert change.reason


# --- on real documents --------------------------------------------------------------------------------

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def real_pairs() -> list[Any]:
    names = [("old.md", "new.md"), ("old.txt", "new.txt"), ("before.md", "after.md")]
    found = [
        pytest.param(folder / one, folder / other, id=folder.name)
        for folder in sorted([*SHARED.glob("bench/*/*"), *SHARED.glob("bench/memos/pairs/*")])
        for one, other in names
        if (folder / one).is_file()
    ]
    return found or [
        pytest.param(None, None, marks=pytest.mark.skip("the labelled sets are not beside the checkout"))
    ]


@pytest.mark.corpus
@pytest.mark.parametrize(("old", "new"), real_pairs())
def test_the_laws_hold_on_real_pairs(old: Path, new: Path) -> None:
    sides = [Side(extract.read(path.read_bytes(), "text/markdown"), ()) for path in (old, new)]
    assert told(sides[0], sides[0]) == ()
    check_laws(*sides)
