"""The policy's page and the workspace's index: lives of rights and recipients, news, the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sides import side_of_markdown

from tracker import diff
from tracker.model import Comparison, Side, Version
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
            version=Version(policy, f"{number:040x}", START + timedelta(days=100 * number)),
        )
        for number, text in enumerate(texts)
    ]


def compared(versions: Sequence[Side]) -> list[tuple[Side, Comparison | None]]:
    before: list[Side | None] = [None, *versions[:-1]]
    return [
        (side, diff.compare(old, side) if old else None) for old, side in zip(before, versions, strict=True)
    ]


def made(*texts: str, policy: str = "acme", title: str = "Acme") -> Timeline:
    return timeline.timeline(title, compared(sides(texts, policy)))


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


def test_a_timeline_is_kept_and_read_back() -> None:
    life = made(FIRST, SECOND, THIRD)
    kept = timeline.to_json(life, "state")
    assert timeline.from_json(kept, "state") == life
    assert timeline.from_json(kept, "another state") is None
    assert timeline.from_json("{}", "state") is None
    assert timeline.from_json("no json", "state") is None


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
