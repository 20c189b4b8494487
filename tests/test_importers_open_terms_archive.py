"""Captures from repositories laid out as Open Terms Archive lays them out."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.importers.open_terms_archive import NotTermsArchive, policy_ids, read


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
    provenances = [s.provenance.split(":")[2:-1] for s in read(terms.path)]
    assert provenances == [[], [], [], ["upgrade"], []]
    newest = list(read(terms.path))[3]
    assert (newest.url, newest.media_type) == ("https://acme.example/privacy", "text/markdown")


def test_only_what_is_wanted_and_not_yet_known_is_read(terms: Terms) -> None:
    only = list(read(terms.path, lambda service, kind: service != "Acme" and kind == "Terms of Service"))
    assert [s.policy for s in only] == ["muller-sohne-terms-of-service"]
    known = {datetime(2022, 3, 1, 8, tzinfo=UTC), datetime(2022, 4, 1, tzinfo=UTC)}
    assert [s.captured.month for s in read(terms.path, known=lambda policy: known)] == [5, 6, 6]


def test_two_captures_of_one_second_keep_their_order(terms: Terms) -> None:
    for text in ("One.", "Two."):
        terms.commit("Record new changes", "2022-08-01T00:00:00Z", {"Acme/Privacy Policy.md": text})
    first, second = list(read(terms.path))[4:6]
    assert [first.raw, second.raw] == [b"One.", b"Two."]
    assert second.captured - first.captured == timedelta(microseconds=1)


def test_ids_that_would_be_the_same_are_told_apart() -> None:
    ids = policy_ids(["A B/Terms.md", "A-B/Terms.md", "C/Terms.md", "Ψ/Ω.md"])
    assert len(set(ids.values())) == 4
    assert ids["C/Terms.md"] == "c-terms"
    assert ids["A B/Terms.md"].startswith("a-b-terms-")


def test_what_is_no_such_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotTermsArchive, match="no git repository"):
        list(read(tmp_path))
    bare = Terms(tmp_path / "other")
    bare.commit("Hello", "2022-07-01T00:00:00Z", {"README.md": "# Hello"})
    with pytest.raises(NotTermsArchive, match="folder of a service"):
        list(read(bare.path))
