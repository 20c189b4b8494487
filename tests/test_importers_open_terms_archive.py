"""Captures from repositories laid out as Open Terms Archive lays them out."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker import bundle
from tracker.importers import git_history, open_terms_archive
from tracker.importers.declarations import BadDeclaration, form_at
from tracker.importers.declarations import read as read_declarations
from tracker.importers.git_history import NotARepository
from tracker.importers.open_terms_archive import NotTermsArchive, policy_ids
from tracker.importers.ranges import cut
from tracker.model import Snapshot


class Terms:
    """A repository in the making."""

    def __init__(self, path: Path) -> None:
        self.path = path
        subprocess.run(["git", "init", "-q", path], check=True)

    def commit(self, message: str, date: str, files: dict[str, str]) -> None:
        for name, text in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        who = {
            f"GIT_{role}_{part}": "bot@terms.example"
            for role in ("AUTHOR", "COMMITTER")
            for part in ("NAME", "EMAIL")
        }
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        environment = {**os.environ, **who, **dates}
        for command in (["add", "-A"], ["commit", "-q", "-m", message]):
            subprocess.run(["git", "-C", self.path, *command], check=True, env=environment)


def read(
    path: Path,
    accept: Callable[[str, str], bool] = lambda service, terms: True,
    known: Collection[datetime] = (),
    declarations: Path | None = None,
) -> list[Snapshot]:
    declared = read_declarations(declarations) if declarations else None
    with git_history.opened(path) as gitdir:
        chosen = [it for it in open_terms_archive.documents(path, gitdir) if accept(it.service, it.terms)]
        return list(open_terms_archive.read(gitdir, chosen, lambda policy: known, declared))


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    made = Terms(tmp_path / "versions")
    one, two = "Acme/Privacy Policy.md", "Müller & Söhne/Terms of Service.md"
    made.commit("First record of Acme Privacy Policy", "2022-03-01T10:00:00+02:00", {one: "We keep logs."})
    made.commit(
        "Record new changes of Acme Privacy Policy", "2022-05-01T00:00:00Z", {one: "We keep everything."}
    )
    made.commit("Record new changes of Acme Privacy Policy", "2022-04-01T00:00:00Z", {one: "We keep some."})
    body = "Refilter Acme Privacy Policy\n\nX-source-document-location: https://acme.example/privacy"
    made.commit(body, "2022-06-01T00:00:00Z", {one: "We keep *everything*."})
    made.commit("First record of Müller & Söhne Terms of Service", "2022-06-01T00:00:00Z", {two: "Terms."})
    made.commit("Say hello", "2022-07-01T00:00:00Z", {"README.md": "# Hello", "Acme/notes.txt": "No terms."})
    return made


def test_each_file_is_a_policy_and_each_commit_a_capture_by_date(terms: Terms) -> None:
    found = [(s.policy, s.captured, s.raw.decode()) for s in read(terms.path)]
    assert found == [
        ("acme-privacy-policy", datetime(2022, 3, 1, 8, tzinfo=UTC), "We keep logs."),
        ("acme-privacy-policy", datetime(2022, 4, 1, tzinfo=UTC), "We keep some."),
        ("acme-privacy-policy", datetime(2022, 5, 1, tzinfo=UTC), "We keep everything."),
        ("acme-privacy-policy", datetime(2022, 6, 1, tzinfo=UTC), "We keep *everything*."),
        ("muller-sohne-terms-of-service", datetime(2022, 6, 1, tzinfo=UTC), "Terms."),
    ]


def test_provenance_names_the_commit_and_tells_upgrades(terms: Terms) -> None:
    found = read(terms.path)
    assert [s.upgrade for s in found] == [False, False, False, True, False]
    assert all(re.fullmatch("import:open_terms_archive:[0-9a-f]{40}", s.provenance) for s in found)
    newest = found[3]
    assert (newest.url, newest.media_type) == ("https://acme.example/privacy", "text/markdown")


def test_only_what_is_wanted_and_not_yet_known_is_read(terms: Terms) -> None:
    only = read(terms.path, lambda service, kind: service != "Acme" and kind == "Terms of Service")
    assert [s.policy for s in only] == ["muller-sohne-terms-of-service"]
    known = {datetime(2022, 3, 1, 8, tzinfo=UTC), datetime(2022, 4, 1, tzinfo=UTC)}
    assert [s.captured.month for s in read(terms.path, known=known)] == [5, 6, 6]


def test_two_captures_of_one_second_keep_their_order(terms: Terms) -> None:
    for text in ("One.", "Two."):
        terms.commit("Record new changes", "2022-08-01T00:00:00Z", {"Acme/Privacy Policy.md": text})
    first, second = read(terms.path)[4:6]
    assert [first.raw, second.raw] == [b"One.", b"Two."]
    assert second.captured - first.captured == timedelta(microseconds=1)


def test_ids_that_would_be_the_same_are_told_apart() -> None:
    ids = policy_ids([("A B", "Terms"), ("A-B", "Terms"), ("C", "Terms"), ("Ψ", "Ω")])
    assert len(set(ids.values())) == 4
    assert ids["C", "Terms"] == "c-terms"
    assert ids["A B", "Terms"].startswith("a-b-terms-")


def test_what_is_no_such_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="no git repository"):
        read(tmp_path)
    (tmp_path / "file").write_text("no bundle")
    with pytest.raises(NotARepository, match="no git bundle"):
        read(tmp_path / "file")
    bare = Terms(tmp_path / "other")
    bare.commit("Hello", "2022-07-01T00:00:00Z", {"README.md": "# Hello"})
    with pytest.raises(NotTermsArchive, match="folder of a service"):
        read(bare.path)


def test_a_bundle_of_a_repository_is_as_good_as_the_repository(terms: Terms, tmp_path: Path) -> None:
    bundle = tmp_path / "terms.bundle"
    subprocess.run(["git", "-C", terms.path, "bundle", "create", "-q", bundle, "HEAD"], check=True)
    assert read(bundle) == read(terms.path)


def declare(folder: Path, name: str, data: object) -> Path:
    (folder / "declarations").mkdir(exist_ok=True)
    (folder / "declarations" / f"{name}.json").write_text(json.dumps(data), "utf-8")
    return folder


PAGES = {
    "combine": [
        {"fetch": "https://acme.example/privacy", "select": "main"},
        {"fetch": "https://acme.example/cookies"},
    ],
    "select": ".policy",
    "remove": [".menu", {"startBefore": "#a", "endAfter": "#b"}],
    "filter": ["removeDates"],
}


def test_declarations_tell_pages_selectors_and_what_they_cannot_tell(tmp_path: Path) -> None:
    declare(tmp_path, "Acme", {"name": "Acme", "terms": {"Privacy Policy": PAGES}})
    (form,) = read_declarations(tmp_path)["Acme", "Privacy Policy"]
    assert [page.url for page in form.pages] == [
        "https://acme.example/privacy",
        "https://acme.example/cookies",
    ]
    assert [page.select for page in form.pages] == [("main",), (".policy",)]
    assert form.pages[0].remove == (".menu", '{"endAfter": "#b", "startBefore": "#a"}')
    assert form.ranged
    assert "removeDates" in form.notes[0]


def test_an_earlier_form_is_valid_to_its_last_day(tmp_path: Path) -> None:
    now, past = {"fetch": "https://acme.example/new"}, {"fetch": "https://acme.example/old"}
    declare(tmp_path, "Acme", {"documents": {"Privacy Policy": now}})
    declare(tmp_path, "Acme.history", {"Privacy Policy": [{**past, "validUntil": "2022-03-05"}]})
    forms = read_declarations(tmp_path)["Acme", "Privacy Policy"]
    urls = [form_at(forms, datetime(2022, 3, day, 23, tzinfo=UTC)).pages[0].url[-3:] for day in (5, 6)]
    assert urls == ["old", "new"]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"terms": []},
        {"terms": {"Privacy Policy": 1}},
        {"terms": {"Privacy Policy": {"fetch": "file:///etc/passwd"}}},
        {"terms": {"Privacy Policy": {"fetch": "https://a.example", "select": [{"startBefore": "#a"}]}}},
    ],
)
def test_a_broken_declaration_is_named(tmp_path: Path, body: object) -> None:
    declare(tmp_path, "Acme", body)
    with pytest.raises(BadDeclaration, match=r"Acme\.json"):
        read_declarations(tmp_path)


PAGE = (
    "<body><p>0</p><!-- x --><main><h1 id=a>A</h1><p>1</p><div><p>2</p><h2 id=b>B</h2><p>3</p></div></main>"
)


@pytest.mark.parametrize(
    ("select", "kept"),
    [
        ('{"startBefore": "#a", "endBefore": "#b"}', "A 1 2"),
        ('{"startAfter": "#a", "endBefore": "#b"}', "1 2"),
        ('{"startBefore": "#a", "endAfter": "#b"}', "A 1 2 B"),
        ('{"startBefore": "#none", "endAfter": "#b"}', ""),
        ("div", "2 B 3"),
    ],
)
def test_a_range_takes_what_lies_between_two_elements(select: str, kept: str) -> None:
    words = re.sub(r"<!--.*?-->|<[^>]*>", " ", cut(PAGE, [select], []))
    assert " ".join(words.split()) == kept
    without = re.sub(r"<!--.*?-->|<[^>]*>", " ", cut(PAGE, [], [select])).split()
    assert without == [it for it in ["0", "A", "1", "2", "B", "3"] if it not in kept.split()]


def test_pages_of_one_document_are_one_capture_a_round(tmp_path: Path) -> None:
    declare(tmp_path, "Acme", {"terms": {"Privacy Policy": PAGES}})
    made = Terms(tmp_path / "snapshots")
    name = "Acme/Privacy Policy #{}.html"
    rounds = [("2022-03-01T10:00:00Z", "cookies", "C1"), ("2022-03-01T10:00:05Z", "privacy", "P1")]
    rounds += [("2022-03-02T10:00:00Z", "privacy", "P2"), ("2022-03-03T10:00:00Z", "cookies", "C3")]
    for date, page, text in rounds:
        made.commit("Record new changes of Acme Privacy Policy", date, {name.format(page): f"<p>{text}"})
    found = read(made.path, declarations=tmp_path)
    told = [[(part.url[-7:], part.body) for part in bundle.split(it.raw)] for it in found]
    first, second, third = ("privacy", b"<p>P1"), ("privacy", b"<p>P2"), ("cookies", b"<p>C3")
    assert told == [
        [first, ("cookies", b"<p>C1")],
        [second, ("cookies", b"<p>C1")],
        [second, third],
    ]
    assert {it.policy for it in found} == {"acme-privacy-policy"}
