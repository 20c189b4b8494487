"""Whatever comes in: no crash, evidence that holds, and time in proportion to the text."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker import diff, extract, facts
from tracker.errors import TrackerError
from tracker.model import Document, Side

KINDS = ("text/plain", "text/markdown", "text/html", "application/pdf", "")
MANY = settings(
    max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
# What readers look for, and what parsers trip over
_SAID = """
you have the right to access|we share with Stripe Inc.|for 60 days|not|unless|under 13|United States|e.g.
Art. 6(1)(a)|1 March 2023|Last updated:|privacy@acme.example|https://acme.example/a?b|Вы вправе|droit d’accès
您有权|, |. |; |: |- |# |## |1)|”|“|(|)|<li>|<table>|<td>|</div>|<!--|&amp;|&#0;|%PDF-1.4
"""
_MARKS = (
    "\n",
    "\n\n",
    "| a | b |\n|---|---|\n",
    "\u202e",
    "\u0301",
    "\ufeff",
    "\U0001f600",
    "\x0c",
    "\u2028",
)
PIECES = st.sampled_from([*re.split(r"[|\n]", _SAID.strip("\n")), *_MARKS])
PATCHWORK = st.lists(PIECES, max_size=40).map("".join)


def side(raw: bytes, kind: str) -> Side | None:
    """The side that the bytes are; None where extraction says that they are no text."""
    try:
        document = extract.read(raw, kind)
    except TrackerError as error:
        assert "\n" not in str(error)
        return None
    return Side(document, facts.read(document))


def assert_holds(found: Side) -> None:
    text = found.document.text
    for fact in found.facts:
        assert fact.evidence
        assert all(text[one.start : one.end] == one.quote for one in fact.evidence)


def assert_compared(old: Side, new: Side) -> None:
    for change in diff.compare(old, new).changes:
        for one, evidence in ((old, change.old), (new, change.new)):
            assert all(one.document.text[each.start : each.end] == each.quote for each in evidence)


@MANY
@given(st.binary(max_size=400), st.sampled_from(KINDS))
def test_any_bytes(raw: bytes, kind: str) -> None:
    found = side(raw, kind)
    if found:
        assert_holds(found)
        assert diff.compare(found, found).verdict == "identical"


@MANY
@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(KINDS[:3]))
def test_any_unicode(old: str, new: str, kind: str) -> None:
    sides = [side(text.encode("utf-8", "surrogatepass"), kind) for text in (old, new)]
    if sides[0] and sides[1]:
        assert_compared(sides[0], sides[1])


@MANY
@given(PATCHWORK, PATCHWORK, st.sampled_from(KINDS[:3]))
def test_any_patchwork_of_what_is_looked_for(old: str, new: str, kind: str) -> None:
    sides = [side(text.encode(), kind) for text in (old, new)]
    for found in filter(None, sides):
        assert_holds(found)
    if sides[0] and sides[1]:
        assert_compared(sides[0], sides[1])


# --- time -------------------------------------------------------------------------------------------

_TEXT = (
    "you may have the right to access your personal data we share with Stripe Inc for 60 days and consent "
    "legitimate interests United States scc may not unless sell opt out of children under 13"
)


def mixed(count: int) -> str:
    dice, words = random.Random(5), _TEXT.split()
    return " ".join(dice.choice(words) + ". " * (dice.random() < 0.06) for _ in range(count // 6))


SHAPES: dict[str, tuple[str, Callable[[int], str]]] = {
    "one line of words": ("text/plain", mixed),
    "one word": ("text/plain", lambda n: "a" * n),
    "one sentence of names": ("text/plain", lambda n: ", ".join(f"Name{i} Inc" for i in range(n // 14))),
    "commas": ("text/plain", lambda n: "Stripe, " * (n // 8)),
    "brackets": ("text/plain", lambda n: "(" * (n // 2) + ")" * (n // 2)),
    "abbreviations": ("text/plain", lambda n: "e.g. i.e. Inc. Ltd. " * (n // 20)),
    "dates": ("text/plain", lambda n: "1 March 2023 " * (n // 13)),
    "negations": ("text/plain", lambda n: "We do not sell not unless except if " * (n // 36)),
    "articles": ("text/plain", lambda n: "Article 6(1)(a) GDPR " * (n // 21)),
    "Russian": ("text/plain", lambda n: "Вы вправе требовать удаления данных. " * (n // 37)),
    "Chinese": ("text/plain", lambda n: "您有权访问数据" * (n // 7)),
    "lines": ("text/plain", lambda n: "data\n" * (n // 5)),
    "a list of rights": (
        "text/markdown",
        lambda n: "You have the right to:\n\n" + "\n".join(f"- access item {i};" for i in range(n // 18)),
    ),
    "headings": ("text/markdown", lambda n: "\n\n".join(f"# Heading {i}" for i in range(n // 14))),
    "nested lists": (
        "text/html",
        lambda n: "<p>We share data with:</p>" + "<ul><li>a company" * (n // 17),
    ),
    "nested divisions": ("text/html", lambda n: "<div>" * (n // 9) + "We keep data for 60 days."),
    "unclosed tags": ("text/html", lambda n: "<p>data " + "<b " * (n // 3)),
}
FEW, TIMES = 8_000, 5


def worked_out(kind: str, text: str) -> float:
    """Seconds of the processor for reading a text and comparing it with one of which a part went."""
    began = time.process_time()
    raw = text.encode()
    documents = [extract.read(part, kind) for part in (raw, b"data " + raw[len(raw) // 10 :])]
    old, new = (Side(one, facts.read(one)) for one in map(in_english, documents))
    diff.compare(old, new)
    return time.process_time() - began


def in_english(document: Document) -> Document:
    return replace(document, language=document.language if document.language == "ru" else "en")


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_text_and_no_faster(shape: str) -> None:
    """Five times the text may take eight times as long (a square would take 25 times)."""
    kind, make = SHAPES[shape]
    worked_out(kind, make(1000))  # lexicons are loaded once
    short = worked_out(kind, make(FEW))
    assert worked_out(kind, make(FEW * TIMES)) <= 8 * short + 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text/plain", "a" * 10_000_000),
        ("text/plain", "we keep data for 60 days, " * 80_000),
        (
            "text/html",
            "<p>We share data with:</p><ul>" + "".join(f"<li>item {i} of data" for i in range(100_000)),
        ),
    ],
    ids=["10 MB of one word", "2 MB of one sentence", "100,000 list items"],
)
def test_a_huge_document_ends(kind: str, text: str) -> None:
    began = time.process_time()
    document = in_english(extract.read(text.encode(), kind))
    facts.read(document)
    assert time.process_time() - began < 60  # under fifteen on a quiet machine
