"""What is tracked or archived elsewhere becomes versions and declarations of a workspace."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from test_importers_open_terms_archive import Terms

from tracker import config
from tracker.archive import Archive
from tracker.cli import main

HEADER = "The following text is extracted and transformed from the {} privacy policy that was archived on {}."


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    assert main(["init", str(folder)]) == 0
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    made = Terms(tmp_path / "versions")
    name = "Acme/Privacy Policy.md"
    for message, date, text in (
        ("First record of Acme Privacy Policy", "2022-03-01T10:00:00Z", "We keep logs for 30 days."),
        ("Refilter Acme Privacy Policy", "2022-03-02T10:00:00Z", "Home. Menu. We keep logs for 30 days."),
        ("Update Acme Privacy Policy", "2022-04-01T10:00:00Z", "Home. Menu. We keep logs for 90 days."),
    ):
        made.commit(message, date, {name: f"# Privacy policy\n\n{text}\n"})
    return made


def log_of(capsys: pytest.CaptureFixture[str], policy: str) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main(["log", policy, "--format", "json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_terms_of_another_archive_are_versions_with_their_dates(
    workspace: Path, terms: Terms, capsys: pytest.CaptureFixture[str]
) -> None:
    source = ["import", "open-terms-archive", str(terms.path)]
    assert main(source) == 0
    assert "3 captures of 1 policies: 2 versions, 1 technical upgrades" in capsys.readouterr().out
    newest, first = log_of(capsys, "acme-privacy-policy")
    assert (newest["verdict"], newest["captured"][:10]) == ("substantive", "2022-04-01")
    assert (first["verdict"], first["captured"][:10]) == ("first", "2022-03-01")
    assert main(source) == 0
    assert "nothing new to import" in capsys.readouterr().out


def test_a_technical_upgrade_is_no_change_between_two_dates(
    workspace: Path, terms: Terms, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "open-terms-archive", str(terms.path)]) == 0
    assert main(["diff", "acme-privacy-policy", "2022-03-01", "2022-03-03", "--exit-code"]) == 0
    capsys.readouterr()
    assert main(["show", "acme-privacy-policy", "--at", "2022-03-03"]) == 0
    assert "Menu" in capsys.readouterr().out


def test_declarations_are_tracked_from_now_on(
    workspace: Path, terms: Terms, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "declarations").mkdir()
    body = {"fetch": "https://acme.example/privacy", "select": ["main"], "remove": [".menu"], "filter": ["x"]}
    data = {"name": "Acme", "terms": {"Privacy Policy": body}}
    (tmp_path / "declarations" / "Acme.json").write_text(json.dumps(data))
    asked = ["import", "open-terms-archive", str(terms.path), "--declarations", str(tmp_path)]
    assert main(asked) == 0
    assert "filters are programs and are not run" in capsys.readouterr().err
    policy = config.load(workspace / "policies.toml").policy("acme-privacy-policy")
    assert (policy.url, policy.select, policy.remove) == (
        "https://acme.example/privacy",
        ("main",),
        (".menu",),
    )
    assert main(asked) == 0  # declared once


PAGE = "<html><body><nav>Home</nav><div id=p><h1>Privacy policy</h1><p>{}</p></div><div id=f>Bye</div>"


def test_pages_are_read_as_the_form_of_their_day_declares(workspace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "declarations"
    folder.mkdir()
    now = {"fetch": "https://acme.example/p", "select": {"startBefore": "#p", "endBefore": "#f"}}
    past = {"fetch": "https://acme.example/p", "select": "#f", "validUntil": "2022-03-05T00:00:00Z"}
    (folder / "Acme.json").write_text(json.dumps({"terms": {"Privacy Policy": now}}))
    (folder / "Acme.history.json").write_text(json.dumps({"Privacy Policy": [past]}))
    made = Terms(tmp_path / "snapshots")
    for day, words in ((4, "We keep logs."), (6, "We keep all.")):
        date = f"2022-03-0{day}T00:00:00Z"
        made.commit("Record", date, {"Acme/Privacy Policy.html": PAGE.format(words)})
    asked = ["import", "open-terms-archive", str(made.path), "--declarations", str(folder)]
    assert main(asked) == 0
    with Archive.open(workspace / "snapshots") as archive:
        newest, first = archive.history("acme-privacy-policy")
        assert archive.text(first) == "Bye\n"
        assert archive.text(newest) == "# Privacy policy\n\nWe keep all.\n"
        assert archive.raw(newest).decode() == PAGE.format("We keep all.")


def test_captures_that_cannot_be_read_are_counted_and_passed_over(
    workspace: Path, terms: Terms, capsys: pytest.CaptureFixture[str]
) -> None:
    terms.commit("Update Acme Privacy Policy", "2022-05-01T10:00:00Z", {"Acme/Privacy Policy.md": "\n"})
    assert main(["import", "open-terms-archive", str(terms.path)]) == 3
    told = capsys.readouterr()
    assert "1 passed over" in told.out
    assert "is empty" in told.err


def princeton(folder: Path, site: str, day: str, words: str) -> None:
    place = folder / site[0] / site[:2] / site[:3]
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{site}.md").write_text(f"{HEADER.format(site, day)}\n\n# Privacy\n\n{words}\n", "utf-8")


def test_the_princeton_corpus_is_read_from_its_history_or_a_folder(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Terms(tmp_path / "corpus")
    for day, words in (("2019-05-24", "We keep logs."), ("2020-01-02", "We keep all.")):
        princeton(made.path, "acme.example", day, words)
        made.commit(day, "2021-01-01T00:00:00Z", {})
    assert main(["import", "princeton", str(made.path)]) == 0
    dates = [entry["captured"][:10] for entry in log_of(capsys, "acme.example")]
    assert dates == ["2020-01-02", "2019-05-24"]
    princeton(tmp_path / "folder", "umbra.example", "2018-03-04", "We keep nothing.")
    assert main(["import", "princeton", str(tmp_path / "folder")]) == 0
    assert [entry["captured"][:10] for entry in log_of(capsys, "umbra.example")] == ["2018-03-04"]
    assert main(["import", "princeton", str(tmp_path)]) == 2


JOBS = """
name: Acme privacy
url: https://acme.example/privacy
filter:
  - css:
      selector: main
      exclude: .menu
  - html2text
  - re.sub: [a, b]
headers:
  X-Region: eu
---
url: https://umbra.example/legal
filter: element-by-id:policy,strip
---
command: rm -rf /
name: a command
"""


@pytest.mark.parametrize("program", ["urlwatch", "webchanges"])
def test_jobs_of_other_programs_become_declarations(
    workspace: Path, capsys: pytest.CaptureFixture[str], program: str
) -> None:
    (workspace / "jobs.yaml").write_text(JOBS)
    assert main(["import", program, "jobs.yaml"]) == 0
    told = capsys.readouterr().err
    assert "filter re.sub" in told
    assert "a command" in told
    acme, umbra = config.load(workspace / "policies.toml").policies
    assert (acme.name, acme.select, acme.remove) == ("Acme privacy", ("main",), (".menu",))
    assert dict(acme.headers) == {"X-Region": "eu"}
    assert umbra.select == ("#policy",)


def test_a_list_of_addresses_becomes_declarations(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "urls.txt").write_text(
        "# mine\nhttps://acme.example/privacy Acme\n\nhttps://acme.example/cookies\n"
    )
    assert main(["import", "list", "urls.txt"]) == 0
    assert main(["import", "list", "urls.txt"]) == 0
    assert "is tracked already" in capsys.readouterr().err
    policies = config.load(workspace / "policies.toml").policies
    assert [(policy.id, policy.name) for policy in policies] == [("acme", "Acme"), ("acme-2", "")]


@pytest.mark.parametrize(
    ("source", "content", "told"),
    [
        ("list", "acme.example\n", "line 1"),
        ("list", "", "no address"),
        ("urlwatch", "- {a: [", "no YAML"),
        ("webchanges", "just words", "no table"),
        ("open-terms-archive", "no bundle", "no git bundle"),
        ("princeton", "no bundle", "no git bundle"),
    ],
)
def test_a_source_of_another_kind_is_one_clear_error(
    workspace: Path, capsys: pytest.CaptureFixture[str], source: str, content: str, told: str
) -> None:
    (workspace / "source").write_text(content)
    assert main(["import", source, "source"]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_many_captures_are_read_on_all_cores_and_stay_in_order(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = []
    for number in range(450):
        text = f"We keep logs for {number // 9} days."
        at = 1_640_000_000 + 86_400 * number
        who = f"bot <bot@terms.example> {at} +0000"
        file = f"Acme/Policy {number % 9}.md"
        lines.append(f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 6\nUpdate\n")
        lines.append(f"M 100644 inline {file}\ndata {len(text)}\n{text}\n")
    repository = tmp_path / "many"
    subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True)
    subprocess.run(
        ["git", "-C", repository, "fast-import", "--quiet"], input="".join(lines), text=True, check=True
    )
    assert main(["import", "open-terms-archive", str(repository)]) == 0
    assert "450 versions" in capsys.readouterr().out
    with Archive.open(workspace / "snapshots") as archive:
        days = [archive.text(version).split()[-2] for version in reversed(archive.history("acme-policy-3"))]
    assert days == [str(number) for number in range(50)]
