"""The policy's page and the workspace's index: lives of rights and recipients, news, the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

from sides import side_of_markdown

from tracker import diff
from tracker.history import timeline as lives_of
from tracker.history.reverts import returns
from tracker.model import Side, Version
from tracker.pipeline.memory import Told
from tracker.report import index, timeline, wording
from tracker.report.timeline import Timeline

START = datetime(2023, 1, 1, tzinfo=UTC)
RIGHT = "You have the right to have your data erased."
FIRST = f"# Policy\n\n{RIGHT}\n\nWe keep server logs for 30 days."
PAYMENTS = "We share data with Stripe, Inc., which processes payments."
SECOND = f"# Policy\n\n{PAYMENTS}\n\nWe keep server logs for 90 days."
THIRD = f"{SECOND}\n\n{RIGHT}"


def sides(texts: Sequence[str], policy: str = "acme") -> list[Side]:
    """Versions of a policy, a hundred days apart."""
    return [
        replace(
            side_of_markdown(text, name=policy),
            version=Version(
                policy,
                f"{number:040x}",
                START + timedelta(days=100 * number),
                text_sha256=sha256(text.encode()).hexdigest(),
            ),
        )
        for number, text in enumerate(texts)
    ]


def made(*texts: str, policy: str = "acme", title: str = "Acme") -> Timeline:
    """The timeline of a policy that had these texts."""
    versions = sides(texts, policy)
    told = [diff.compare(old, new) for old, new in pairwise(versions)]
    stated = [side.facts for side in versions]
    recorded = [side.version for side in versions if side.version]
    lives = lives_of.lives(stated, [each.changes for each in told])
    found = [Told(each.verdict, each.summary, each.changes) for each in told]
    return timeline.timeline(title, recorded, found, lives, stated, returns(recorded))


def spells(life: Timeline, kind: str) -> dict[str, list[tuple[int, int, str]]]:
    return {
        each.key: [(spell.start, spell.end, spell.value) for spell in each.spells]
        for each in life.lives
        if each.kind == kind
    }


def test_a_right_that_went_and_came_back_has_two_spells() -> None:
    assert spells(made(FIRST, SECOND, THIRD), "right") == {"erasure": [(0, 1, ""), (2, 3, "")]}


def test_a_recipient_lives_from_where_it_is_named() -> None:
    ((start, end, role),) = spells(made(FIRST, SECOND, THIRD), "party")["Stripe"]
    assert (start, end, role) == (1, 3, "payment")


def test_a_period_moves_within_one_life() -> None:
    (logs,) = spells(made(FIRST, SECOND, THIRD), "retention").values()
    assert logs == [(0, 1, "P30D"), (1, 3, "P90D")]


def test_since_looks_behind_a_mere_change_of_value() -> None:
    life = next(each for each in made(FIRST, SECOND, THIRD).lives if each.kind == "retention")
    assert life.since() == 0
    right = next(each for each in made(FIRST, SECOND, THIRD).lives if each.kind == "right")
    assert right.since() == 2


def test_stops_tell_what_each_version_changed() -> None:
    first, second, third = made(FIRST, SECOND, THIRD).stops
    assert (first.verdict, first.gravest) == ("first", "")
    assert second.gravest == "high"
    assert second.weakens
    assert third.strengthens


def test_a_text_that_came_back_is_no_news() -> None:
    life = made(FIRST, SECOND, FIRST)
    assert [stop.returned for stop in life.stops] == [None, None, START]
    assert "Says again what stood on 1 January 2023" in timeline.render(life)
    told = index.view([row(life)], wording.load())
    assert [news.stop.captured for news in told.news] == [START + timedelta(days=100)]


def test_what_only_the_program_reads_otherwise_is_not_listed() -> None:
    life = made(FIRST, SECOND, THIRD)
    stops = (*life.stops[:2], replace(life.stops[2], upgrade=True))
    assert timeline.render(replace(life, stops=stops)).count("<circle") == 2


def test_the_page_of_a_policy() -> None:
    reports = ["2023-01-01--2023-04-11.html", "2023-04-11--2023-07-20.html"]
    page = timeline.render(made(FIRST, SECOND, THIRD, title="Acme <b>"), reports)
    assert "Acme &lt;b&gt;" in page
    assert page.count("<circle") == 3
    assert 'href="2023-01-01--2023-04-11.html"' in page
    assert "11 April 2023" in page


def test_a_single_version_has_a_page() -> None:
    assert "First version" in timeline.render(made(FIRST))


def row(life: Timeline, **values: object) -> index.Row:
    last = life.stops[-1].captured
    made_row = index.Row(life.policy, life.title, len(life.stops), last, last, "ok", (), life)
    return replace(made_row, **values)


def test_the_index_tells_rights_recipients_and_news() -> None:
    acme, zeta = made(FIRST, SECOND), made(SECOND, THIRD, policy="zeta", title="Zeta")
    told = index.view([row(acme), row(zeta)], wording.load())
    erasure = next(right for right in told.rights if "erasure" in right.label)
    assert erasure.granted == (False, True)
    stripe = told.parties[0]
    assert stripe.name == "Stripe"
    assert [(naming.row.policy, naming.since) for naming in stripe.namings] == [
        ("acme", START + timedelta(days=100)),
        ("zeta", START),
    ]
    assert [news.row.policy for news in told.news] == ["acme", "zeta"]


def test_the_index_page() -> None:
    page = index.render([row(made(FIRST, SECOND)), index.Row("new", "New", 0, None, None, "failed: <x>", ())])
    assert 'href="acme/index.html"' in page
    assert "failed: &lt;x&gt;" in page
    assert "never" in page
    assert "No policy is tracked yet" in index.render([])
