"""The life of each fact: it agrees with what each version states, and goes on under a new name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sides import side_of_markdown

from tracker import diff
from tracker.history.timeline import Life, Stretch, lives
from tracker.model import Side

SECTIONS = (
    "# Access\n\nYou have the right to access your personal data.\n",
    "# Erasure\n\nYou have the right to have your personal data erased.\n",
    "# Providers\n\nWe use these service providers:\n\n- Velmora Insight (analytics)\n- Stripe (payment)\n",
    "# Further providers\n\nWe use these service providers:\n\n- Quantleaf (analytics)\n- Adyen (payment)\n",
    "# Retention\n\nLog files are kept for 60 days. Invoices are kept for 10 years.\n",
    "# Sale\n\nWe never sell your personal data to anybody.\n",
)
FILLER = "# About us\n\nNorthlane Lamps Ltd makes lamps in three colours and sends them everywhere.\n"


def lived(versions: Sequence[Side]) -> tuple[Life, ...]:
    changes = [diff.compare(old, new).changes for old, new in pairwise(versions)]
    return lives([side.facts for side in versions], changes)


def sides(*texts: str) -> list[Side]:
    return [side_of_markdown(text + FILLER) for text in texts]


def one(found: Sequence[Life], kind: str, key: str) -> Life:
    (life,) = (life for life in found if life.kind == kind and key in life.names)
    return life


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sets(st.sampled_from(range(len(SECTIONS)))), min_size=1, max_size=5))
def test_a_timeline_agrees_with_what_each_version_states(history: list[set[int]]) -> None:
    versions = sides(*("\n".join(SECTIONS[number] for number in sorted(chosen)) for chosen in history))
    found = lived(versions)
    for at, side in enumerate(versions):
        stated = {(fact.kind, fact.key) for fact in side.facts}
        told = {(life.kind, name) for life in found if life.stands(at) for name in life.names}
        assert stated <= told
        assert all(
            any((life.kind, name) in stated for name in life.names) for life in found if life.stands(at)
        )


def test_gaps_are_told() -> None:
    access, sale = SECTIONS[0], SECTIONS[5]
    found = lived(sides(access + sale, sale, access + sale, access))
    assert one(found, "right", "access").stretches == (Stretch(0, 0), Stretch(2, 3))
    assert one(found, "practice", "sell_data").stretches == (Stretch(0, 2),)


def test_a_party_goes_on_under_its_new_name() -> None:
    row = "# Providers\n\nWe use these service providers:\n\n- {} (social media)\n- Stripe (payment)\n"
    found = lived(sides(row.format("Facebook"), row.format("Meta"), row.format("Meta")))
    life = one(found, "party", "Meta")
    assert life.names == ("Meta", "Facebook")
    assert life.stretches == (Stretch(0, 2),)
    assert [(each.at, each.change.was) for each in life.alterations] == [(1, "Facebook")]


def test_a_period_goes_on_where_it_was_altered() -> None:
    kept = "# Retention\n\nLog files are kept for {}. Invoices are kept for 10 years.\n"
    found = lived(sides(kept.format("60 days"), kept.format("90 days")))
    life = one(found, "retention", "P90D")
    assert life.names == ("P90D", "P60D")
    assert life.stretches == (Stretch(0, 1),)
    assert one(found, "retention", "P10Y").stretches == (Stretch(0, 1),)


def test_equal_periods_are_one_life() -> None:
    kept = "# Retention\n\nInvoices are kept for {}.\n"
    found = lived(sides(kept.format("24 months"), kept.format("2 years")))
    assert one(found, "retention", "P2Y").stretches == (Stretch(0, 1),)
