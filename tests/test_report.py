"""What a report is made of: passages, changes with their quotes, texts in each language, templates."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
import pytest
from jinja2 import nodes
from sides import compared

from tracker import diff, facts
from tracker.diff import labels
from tracker.diff.text import edits
from tracker.model import Block, BlockKind, Comparison, Document, Evidence, Pair, Side, TextChange, TextClass
from tracker.pipeline import sources
from tracker.report import (
    as_markdown,
    html,
    index,
    marking,
    outline,
    pages,
    passages,
    timeline,
    view,
    wording,
)

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "policies"
OLD = """# Privacy

## 1. Your rights

You have the right to have your data erased. You can also ask for a copy of your data.

You can object to direct marketing.

## 2. Storage

We keep server logs for 30 days.

Cookies are stored in your browser.

## 3. Security

We encrypt what we store."""
NEW = """# Privacy

## 1. Storage

We keep server logs for 90 days.

Cookies get stored in your browser.

## 2. Security

We encrypt what we store.

## 3. Your rights

You can object to direct marketing.

You can also ask for a copy of your data."""


def example(policy: str, old: str, new: str) -> Comparison:
    pages_of = [EXAMPLES / policy / f"{day}.html" for day in (old, new)]
    return sources.compare(*(sources.side_of(sources.read_file(page), policy) for page in pages_of))


@pytest.fixture(scope="module")
def saas() -> Comparison:
    return example("brindlewood", "2023-09-18", "2024-11-04")


@pytest.fixture(scope="module", params=["saas", "russian", "moved", "equal", "nothing left"])
def any_comparison(request: pytest.FixtureRequest, saas: Comparison) -> Comparison:
    made = {
        "saas": lambda: saas,
        "russian": lambda: example("oblakon", "2023-04-10", "2024-09-02"),
        "moved": lambda: compared(OLD, NEW),
        "equal": lambda: compared(OLD, OLD),
        "nothing left": lambda: compared(OLD, "# Privacy"),
    }
    return made[request.param]()


# --- passages -------------------------------------------------------------------------------------------


def words(document: Document) -> list[str]:
    """What the blocks say, without blanks, sorted: passages may stand in another order."""
    return sorted("".join(document.words(block).split()) for block in document.blocks)


def said(found: tuple[passages.Passage, ...], mark: marking.Mark) -> str:
    return "".join(
        "".join(each.text for each in marking.side(passage.segments, mark)) + "\n"
        for passage in found
        if passage.state != "trace" and passage.change != ("added" if mark == "removed" else "removed")
    )


def test_passages_hold_each_block_of_either_version(any_comparison: Comparison) -> None:
    found = passages.rows(any_comparison).passages
    for mark, document in (("removed", any_comparison.old.document), ("added", any_comparison.new.document)):
        told = "".join(said(found, mark).split())  # type: ignore[arg-type]
        left = told
        for block in sorted(words(document), key=len, reverse=True):
            assert block in left
            left = left.replace(block, "", 1)
        labels = "".join(block.label for block in document.blocks)
        assert set(left) <= set(labels)  # joined clauses keep the labels between them


TABLE = "| Company | Purpose |\n|-|-|\n| Acme Ltd | We run their analytics. We also show their advertising. |"
FLAT = "Acme Ltd\n\nWe run their analytics.\n\nWe also show their advertising."


@pytest.mark.parametrize(("old", "new"), [(TABLE, FLAT), (FLAT, TABLE), (TABLE, TABLE.replace("run", "do"))])
def test_cells_say_what_their_row_says(old: str, new: str) -> None:
    for passage in passages.rows(compared(f"# Policy\n\n{old}", f"# Policy\n\n{new}")).passages:
        for mark in ("removed", "added") if passage.cells else ():
            row = "".join(each.text for each in marking.side(passage.segments, mark))  # type: ignore[arg-type]
            cells = [marking.side(cell.segments, mark) for cell in passage.cells]  # type: ignore[arg-type]
            assert ["".join(each.text for each in cell) for cell in cells if cell] == row.split(" | ") * bool(
                row
            )


def test_a_row_that_was_split_is_shown_as_a_whole() -> None:
    result = compared(TABLE, FLAT)
    row, parts = result.old.document.blocks[-1], result.new.document.blocks
    old = Evidence(row.start, row.end, result.old.document.words(row))
    new = Evidence(parts[0].start, parts[-1].end, result.new.document.text)
    change = TextChange(TextClass.REWORDED, old, new, edits(old.quote, new.quote))
    last = len(result.old.document.blocks) - 1
    pairs = tuple(Pair(last, number) for number in range(len(parts)))
    (passage,) = passages.rows(replace(result, pairs=pairs, text_changes=(change,))).passages
    assert passage.cells == ()
    assert "".join(each.text for each in passage.new) == new.quote


def test_ids_are_unique_and_links_lead_somewhere(any_comparison: Comparison) -> None:
    page = html.render(any_comparison)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_moved_clause_is_linked_both_ways() -> None:
    found = passages.rows(compared(OLD, NEW)).passages
    moved = {each.id: each.partner for each in found if each.state != "trace" and each.partner}
    traces = {each.id: each.partner for each in found if each.state == "trace"}
    assert moved and traces
    assert set(moved.values()) == set(traces)
    assert set(traces.values()) <= set(moved)


def test_unchanged_and_editorial_stretches_are_folded_with_their_counts() -> None:
    long = "\n\n".join(f"Statement number {n} stands as it stood." for n in range(20))
    result = compared(
        f"# Policy\n\n{long}\n\nWe log visits.", f"# Policy\n\n{long}\n\nWe log visits. We sell data."
    )
    folded = [each for each in view.view(result).stretches if each.folded]
    assert sum(each.unchanged for each in folded) >= 19
    assert all(passage.state in ("same", "editorial") for each in folded for passage in each.passages)


def test_contents_tell_where_the_changes_are(saas: Comparison) -> None:
    entries = {entry.title: entry for entry in view.view(saas).contents}
    assert entries["4. Sub-processors"].changes
    assert entries["4. Sub-processors"].severity == "high"
    assert not entries["6. Security"].changes


# --- changes of substance -------------------------------------------------------------------------------


def test_rights_and_recipients_stand_first(saas: Comparison) -> None:
    made = view.view(saas)
    assert {change.kind for change in made.foremost} == {"right", "party"}
    assert not {"right", "party"} & {change.kind for group in made.groups for change in group.changes}
    assert sum(count.number for count in made.severities) == len(saas.changes)


def test_an_altered_period_is_marked_within_its_clause(saas: Comparison) -> None:
    changes = [change for group in view.view(saas).groups for change in group.changes]
    logs = next(change for change in changes if change.kind == "retention")
    assert marking.Segment("removed", "30") in logs.old[0].segments
    assert marking.Segment("added", "90") in logs.new[0].segments


def test_a_quote_stands_in_its_clause_and_is_marked() -> None:
    made = view.view(
        compared("# Policy\n\nWe keep nothing.", "# Policy\n\nWe keep nothing. We sell your data.")
    )
    quotes = [quote for group in made.groups for change in group.changes for quote in change.new]
    assert any(segment.mark == "quoted" for quote in quotes for segment in quote.segments)


def test_long_clauses_are_quoted_in_part() -> None:
    filler = " ".join(f"word{n}" for n in range(400))
    made = view.view(
        compared("# Policy\n\nNothing.", f"# Policy\n\n{filler}. We use Stripe for payments. {filler}.")
    )
    texts = ["".join(s.text for s in quote.segments) for change in made.foremost for quote in change.new]
    assert texts
    assert all("…" in text and "Stripe" in text and len(text) < 1300 for text in texts)


def test_the_view_is_plain_data_and_the_same_each_time(any_comparison: Comparison) -> None:
    once, again = (
        json.dumps(asdict(view.view(any_comparison)), default=str, sort_keys=True) for _ in range(2)
    )
    assert once == again
    assert html.render(any_comparison) == html.render(any_comparison)


# --- templates ------------------------------------------------------------------------------------------


MODULES = (marking, passages, outline, view, timeline, index)
PAGES = {"report.html": view.View, "policy.html": timeline.PolicyView, "index.html": index.IndexView}
METHODS = {"first", "last", "strftime", "isoformat", "endswith", "startswith"}  # of loops and times
OFFERED = {"key", "label", "subject"}  # for templates of the user's; ours need them not


def used_names(template: str) -> set[str]:
    environment = jinja2.Environment(autoescape=True)
    trees = [
        environment.parse((pages.folder() / name).read_text("utf-8")) for name in (template, "words.html")
    ]
    return {node.attr for tree in trees for node in tree.find_all(nodes.Getattr)} - METHODS


def reached(record: type) -> set[type]:
    """The record and all those within it."""
    known = {each.__name__: each for module in MODULES for each in vars(module).values() if is_record(each)}
    found, waiting = set(), [record]
    while waiting:
        one = waiting.pop()
        found.add(one)
        told = set(re.findall(r"\w+", " ".join(str(field.type) for field in fields(one))))
        waiting += [known[name] for name in sorted(told & known.keys()) if known[name] not in found]
    return found


def is_record(thing: object) -> bool:
    return isinstance(thing, type) and is_dataclass(thing)


def names_of(record: type) -> set[str]:
    """Its fields and properties."""
    properties = {name for name, value in vars(record).items() if isinstance(value, property)}
    return properties | {field.name for field in fields(record)}


def offered_by(*records: type) -> set[str]:
    return {name for record in records for one in reached(record) for name in names_of(one)}


@pytest.mark.parametrize("template", PAGES)
def test_templates_use_what_records_have(template: str) -> None:
    assert used_names(template) <= offered_by(PAGES[template], marking.Segment)


def test_records_have_what_templates_use() -> None:
    used = {name for template in PAGES for name in used_names(template)}
    assert offered_by(view.View) - used <= OFFERED


def test_a_template_of_the_user_stands_in(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("<p>{{ view.verdict }}</p>", "utf-8")
    assert html.render(compared(OLD, NEW), templates=tmp_path) == "<p>substantive</p>"
    assert "<html" in html.render(compared(OLD, NEW), templates=tmp_path / "absent")


@pytest.mark.parametrize("source", ["{{ view.no_such_field }}", "{% if %}", "{% include 'absent.html' %}"])
def test_a_broken_template_is_named(tmp_path: Path, source: str) -> None:
    (tmp_path / "report.html").write_text(source, "utf-8")
    with pytest.raises(pages.BrokenTemplate, match=r"report\.html.*correct it"):
        html.render(compared(OLD, NEW), templates=tmp_path)


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> \u202egnp.exe \x00\x1b[2J \u2066 {{ 7 * 7 }}"
)


def side_as_read(*paragraphs: str) -> Side:
    """A side whose text holds what extraction would have left out: reports do not rely on it."""
    text, blocks = "\n\n".join(paragraphs), []
    for paragraph in paragraphs:
        start = text.index(paragraph)
        blocks.append(Block(BlockKind.PARAGRAPH, start, start + len(paragraph)))
    document = Document(text, tuple(blocks), language='en"><script>', title=HOSTILE)
    return Side(document, facts.read(document), None, HOSTILE)


def test_hostile_words_stay_words() -> None:
    result = diff.compare(
        side_as_read("Nothing is shared."),
        side_as_read(
            f"Policy {HOSTILE}", f"We share data with Evil Inc. {HOSTILE}", "You may delete your data."
        ),
    )
    page = html.render(result, title=HOSTILE)
    assert page.count("<script") == 1
    assert "<img" not in page
    assert not set("\x00\x1b\u202e\u2066") & set(page)
    assert "{{ 7 * 7 }}" in page
    assert "<script" not in as_markdown.comparison(result).replace("\\<script", "")


def test_safe_keeps_honest_right_to_left_marks() -> None:
    assert marking.safe("\u200f\u05d0\u200e \u061c") == "\u200f\u05d0\u200e \u061c"
    assert marking.safe("a\ud800\u202eb") == "a\ufffd\ufffdb"


# --- texts of the report --------------------------------------------------------------------------------

LOCALES = sorted(path.stem for path in (pages.folder() / "locales").glob("*.toml"))


def shape(texts: dict[str, Any]) -> dict[str, Any]:
    """Names of all texts with the values that they name; plural forms aside."""
    return {
        name: shape(value) if isinstance(value, dict) and "other" not in value else sorted(names_in(value))
        for name, value in texts.items()
        if name not in ("form", "label", "reason")
    }


def names_in(value: Any) -> set[str]:
    text = value["other"] if isinstance(value, dict) else str(value)
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("locale", LOCALES)
def test_catalogues_hold_the_same_texts(locale: str) -> None:
    assert shape(dict(wording.load(locale).texts)) == shape(dict(wording.load("en").texts))


def test_translations_name_the_same_facts() -> None:
    told = [wording.load(locale).texts["label"] for locale in LOCALES if locale != "en"]
    keys = [{kind: set(names) for kind, names in each.items()} for each in told]
    assert keys and all(each == keys[0] for each in keys)
    table = tomllib.loads((Path(labels.__file__).parent / "labels.toml").read_text("utf-8"))
    for kind in ("right", "recipient_category", "legal_basis", "transfer", "practice", "date", "commitment"):
        assert keys[0][kind] == set(table[kind])


@pytest.mark.parametrize("locale", LOCALES)
def test_plurals_have_each_form_of_the_language(locale: str) -> None:
    texts = wording.load(locale).texts
    forms = {"one", "few", "other"} if texts["form"]["plural"] == "russian" else {"one", "other"}
    tables = (texts["class"], texts["count"], texts["unit"])
    assert all(set(plural) == forms for table in tables for plural in table.values())


def test_headlines_in_other_languages() -> None:
    german = as_markdown.comparison(compared(OLD, NEW), "de")
    assert "Entfallen: Recht auf Löschung" in german
    assert "90 Tage (vorher: 30 Tage)" in german
    turned = compared(
        "# Policy\n\nWe do not sell your personal data.", "# Policy\n\nWe sell your personal data."
    )
    assert (
        "vente de données personnelles : affirmé (avant : nié)"
        in view.view(turned, texts=wording.load("fr")).summary
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("role", "analytics", "Analyse"),
        ("deadline", "P1M", "1 Monat"),
        ("value", "2024-11-04", "4. November 2024"),
        ("value", "2024-02-31", "2024-02-31"),
        ("entity", "Acme GmbH", "Acme GmbH"),
    ],
)
def test_values_are_told_in_words(name: str, value: str, told: str) -> None:
    assert wording.load("de").value(name, value) == told


@pytest.mark.parametrize("locale", LOCALES)
def test_reports_in_each_language(locale: str, any_comparison: Comparison) -> None:
    page = html.render(any_comparison, locale=locale)
    assert f'<html lang="{locale}">' in page
    assert as_markdown.comparison(any_comparison, locale)


def test_an_unknown_language_names_the_known() -> None:
    with pytest.raises(wording.UnknownLocale, match="en"):
        wording.load("xx")
    assert wording.load("en-GB").locale == "en"


@pytest.mark.parametrize(
    ("number", "form"), [(1, "one"), (2, "few"), (5, "other"), (11, "other"), (21, "one"), (22, "few")]
)
def test_russian_plurals(number: int, form: str) -> None:
    texts = {"form": {"plural": "russian"}, "count": {"day": {"one": "one", "few": "few", "other": "other"}}}
    assert wording.Wording("ru", texts).count("count.day", number) == form


# --- other forms ----------------------------------------------------------------------------------------


def test_markdown_tells_the_changes_with_their_quotes(saas: Comparison) -> None:
    told = as_markdown.comparison(saas)
    assert told.startswith("## ")
    assert "~~30~~" in told
    assert "**90**" in told
    assert "`right-removed`" in told


def test_markdown_says_so_where_nothing_changed() -> None:
    assert "Nothing changed" in as_markdown.comparison(compared(OLD, OLD))


def test_the_index_lists_policies_and_reports() -> None:
    moment = datetime(2024, 11, 4, tzinfo=UTC)
    row = index.Row("acme", "Acme <b>", 2, moment, moment, "ok", ("2024-01-01--2024-11-04.html",))
    page = index.render([row])
    assert "Acme &lt;b&gt;" in page
    assert 'href="acme/2024-01-01--2024-11-04.html"' in page
    assert "4 November 2024" in page
