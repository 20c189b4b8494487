"""How long data are kept."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tracker import extract, facts
from tracker.facts import retention
from tracker.facts.reading import Reading, read_units
from tracker.model import Document, Fact

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def read(text: str, language: str = "en") -> list[Fact]:
    found = extract.read(text.encode(), "text/markdown")
    document = Document(found.text, found.blocks, found.sections, found.links, language, found.title)
    return list(retention.read(Reading(document, language, read_units(document, language))))


def test_each_period_has_its_subject_bound_and_trigger() -> None:
    (logs, bills) = read(
        "Access logs are kept 30 days, and we store bills for at least 10 years after the sale."
    )
    assert (logs.key, logs.attribute("subject"), logs.attribute("bound")) == ("P30D", "access logs", "exact")
    assert (bills.key, bills.attribute("subject"), bills.attribute("bound")) == ("P10Y", "bills", "at_least")
    assert bills.attribute("trigger") == "after the sale"


def test_an_alternative_shares_the_frame_of_the_first_period() -> None:
    keys = [
        fact.key for fact in read("Recordings are deleted after one month, or two years in case of dispute.")
    ]
    assert keys == ["P1M", "P2Y"]


def test_the_nearest_word_says_what_a_period_is() -> None:
    assert read("We keep requests and answer them within 30 days.") == []
    assert [fact.key for fact in read("We answer requests and keep them for 30 days.")] == ["P30D"]


def test_a_period_referred_to_is_not_stated_again() -> None:
    found = read(
        "Backups are kept for 30 days. The 30-day retention period cannot be changed for this account."
    )
    assert [(fact.key, fact.attribute("subject")) for fact in found] == [("P30D", "backups")]


def test_a_lead_in_frames_its_list_and_a_heading_its_lines() -> None:
    listed = read("Chat logs are stored as follows:\n\n- free plan: 7 days\n- paid plan: one year\n")
    assert [(fact.key, fact.attribute("subject")) for fact in listed] == [
        ("P7D", "free plan"),
        ("P1Y", "paid plan"),
    ]
    under = read("# Retention\n\nInvoices: 8 years\n\n# Fees\n\nInvoices: 8 years\n")
    assert [(fact.key, len(fact.evidence)) for fact in under] == [("P8Y", 1)]


def test_evidence_is_the_sentence_as_it_stands() -> None:
    text = "We take care. Tickets are erased after 2 weeks. Write to us."
    (fact,) = read(text)
    assert fact.evidence[0].quote == "Tickets are erased after 2 weeks."


def test_a_hostile_sentence_takes_no_time() -> None:
    started = time.process_time()
    read("kept for 30 days and " * 4_000)
    assert time.process_time() - started < 2


@pytest.mark.corpus
def test_periods_of_real_policies_are_found() -> None:
    pairs = SHARED / "bench" / "pairs"
    if not pairs.is_dir():
        pytest.skip("the labelled policies are not beside the checkout")
    hits = wrong = missed = 0
    for folder in sorted(pairs.iterdir()):
        gold = json.loads((folder / "gold.json").read_text())
        if "retention_new" not in gold:
            continue
        wanted = {one["key"] for one in gold["retention_new"] if one["key"].startswith("P")}
        document = extract.read((folder / "new.md").read_bytes(), "text/markdown")
        found = {f.key for f in facts.read(document) if f.kind == "retention" and f.key.startswith("P")}
        wanted, found = (
            {key.replace("P24M", "P2Y").replace("P12M", "P1Y") for key in keys} for keys in (wanted, found)
        )
        hits, wrong, missed = (
            hits + len(wanted & found),
            wrong + len(found - wanted),
            missed + len(wanted - found),
        )
    assert 2 * hits / (2 * hits + wrong + missed) >= 0.9
