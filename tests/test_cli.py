"""The commands as a user types them: what they print and how they end, on real archives and servers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from servers import Reply, serve

from tracker.cli import main
from tracker.cli.table import COMMANDS

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "policies"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with every version of the Russian and the SaaS example, imported as files."""
    assert main(["init", str(tmp_path)]) == 0
    monkeypatch.chdir(tmp_path)
    for policy in ("brindlewood", "oblakon"):
        for page in sorted((EXAMPLES / policy).glob("*.html")):
            assert main(["import", "files", "--policy", policy, "--date", page.stem, str(page)]) == 0
    capsys.readouterr()
    return tmp_path


def one_line(text: str) -> str:
    """The text, which must be one line and no traceback."""
    assert text.count("\n") == 1, text
    assert text.startswith("tracker: ")
    return text


def test_log_tells_what_changed(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "oblakon"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("2024-09-02")
    assert "erasure" in told
    assert main(["log", "oblakon", "--format", "json"]) == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [entry["captured"][:10] for entry in entries] == ["2024-09-02", "2024-01-15", "2023-04-10"]
    assert entries[-1]["verdict"] == "first"


def test_diff_names_the_right_that_went(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "oblakon", "2023", "2024-01-15", "--format", "json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    told = {(change["kind"], change["key"], change["change"]) for change in changes}
    assert ("right", "erasure", "removed") in told
    assert ("party", "Яндекс.Метрика", "added") in told


def test_diff_fails_on_grave_changes_only_when_asked(workspace: Path) -> None:
    assert main(["diff", "oblakon", "2023", "2024-01-15"]) == 0
    assert main(["diff", "oblakon", "2023", "2024-01-15", "--fail-on", "high"]) == 1
    assert main(["diff", "brindlewood", "2024-08-01", "2024-11-04", "--fail-on", "high"]) == 0
    assert main(["diff", "oblakon", "2023", "2024-01-15", "--exit-code"]) == 1


def test_show_gives_the_text_of_a_date(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "brindlewood", "--at", "2024-03"]) == 0
    text = capsys.readouterr().out
    assert "Quantleaf" in text
    assert "privacy@brindlewood.example" in text  # masked in the page
    assert "Pricing" not in text  # navigation


def test_show_raw_gives_the_bytes(workspace: Path) -> None:
    words = [sys.executable, "-m", "tracker", "show", "oblakon", "--at", "first", "--raw"]
    shown = subprocess.run(words, cwd=workspace, capture_output=True, check=True).stdout
    assert shown == (EXAMPLES / "oblakon" / "2023-04-10.html").read_bytes()


BAD = {
    "unknown policy": (["log", "oblakom"], 2, "oblakon"),
    "before the first capture": (["diff", "oblakon", "2001", "latest"], 2, "2023-04-10"),
    "no date": (["show", "oblakon", "--at", "someday"], 2, "someday"),
    "unknown command": (["dif", "oblakon"], 2, "diff"),
    "unknown option": (["log", "oblakon", "--colour"], 2, "--help"),
    "unknown rule": (["rules", "right-remove"], 2, "right-removed"),
    "no file": (["facts", "missing.html"], 4, "missing.html"),
    "empty file": (["facts", "empty.txt"], 4, "empty.txt"),
    "binary file": (["facts", "binary.html"], 4, "binary.html"),
    "no date on import": (["import", "files", "--policy", "new", "plain.txt"], 2, "--date"),
    "bad policy id": (
        ["import", "files", "--policy", "../etc", "--date", "2024-01-01", "plain.txt"],
        2,
        "../etc",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_line(case: str, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "empty.txt").write_bytes(b"")
    (workspace / "binary.html").write_bytes(bytes(range(256)) * 20)
    (workspace / "plain.txt").write_text("We keep your data for 30 days.\n")
    words, status, told = BAD[case]
    assert main(words) == status
    assert told in one_line(capsys.readouterr().err)


def test_broken_configuration_names_file_line_and_key(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "policies.toml").write_text('[policies.acme]\nurl = "https://acme.example/"\nevry = "1d"\n')
    assert main(["config", "check"]) == 2
    told = one_line(capsys.readouterr().err)
    assert "policies.toml:3" in told
    assert "'every'" in told


def declare(workspace: Path, **urls: str) -> None:
    tables = "".join(f'[policies.{name}]\nurl = "{url}"\n' for name, url in urls.items())
    (workspace / "policies.toml").write_text(
        f"[settings]\nallow_private = true\nhost_gap = 0\nretries = 0\nrobots = false\n{tables}"
    )


def test_failed_fetches_are_told_recorded_and_lose_nothing(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (EXAMPLES / "oblakon" / "2024-09-02.html").read_bytes()
    with serve({"/gone": Reply(b"", 404), "/good": Reply(page), "/empty": Reply(b"<html></html>")}) as site:
        declare(
            workspace,
            good=f"{site.url}/good",
            gone=f"{site.url}/gone",
            empty=f"{site.url}/empty",
            refused="http://127.0.0.1:9/privacy",
        )
        assert main(["fetch"]) == 3
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        for name in ("gone", "empty", "refused"):
            assert sum(line.startswith(f"{name}: ") for line in told.err.splitlines()) == 1
        assert main(["fetch", "gone"]) == 4
        assert main(["fetch", "good", "--format", "json"]) == 0
    capsys.readouterr()
    assert main(["status", "--format", "json"]) == 0
    health = {row["policy"]: row["health"] for row in json.loads(capsys.readouterr().out)}
    assert health["good"] == "ok"
    assert "404" in health["gone"]
    assert main(["log", "oblakon"]) == 0


def test_fetching_the_same_page_twice_makes_no_second_version(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve({"/p": Reply((EXAMPLES / "oblakon" / "2024-09-02.html").read_bytes())}) as site:
        declare(workspace, acme=f"{site.url}/p")
        assert main(["fetch", "acme"]) == 0
        assert main(["fetch", "acme"]) == 0
    assert "1 unchanged" in capsys.readouterr().out
    assert main(["status", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["versions"] == 1


def test_add_declares_fetches_and_shows(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve({"/privacy": Reply((EXAMPLES / "marlow-fenn" / "2024-10-05.html").read_bytes())}) as site:
        words = ["add", f"{site.url}/privacy", "--id", "shop", "--allow-private"]
        assert main([*words, "--dry-run"]) == 0
        assert "shop" not in (workspace / "policies.toml").read_text()
        assert main(words) == 0
    assert "PayPal" in capsys.readouterr().out
    assert 'name = "Your Privacy at Marlow & Fenn"' in (workspace / "policies.toml").read_text()
    assert main(["facts", "shop", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["policy"] == "shop"


def test_compare_needs_no_workspace(tmp_path: Path) -> None:
    pages = [str(EXAMPLES / "brindlewood" / f"{day}.html") for day in ("2024-08-01", "2024-11-04")]
    ran = subprocess.run(
        [sys.executable, "-m", "tracker", "compare", *pages, "--format", "json"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert json.loads(ran.stdout)["verdict"] == "editorial"


def test_facts_of_several_files_are_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    pages = [str(EXAMPLES / "oblakon" / f"{day}.html") for day in ("2023-04-10", "2024-01-15")]
    assert main(["facts", *pages, "--format", "json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["language"] for line in lines] == ["ru", "ru"]


def test_a_closed_pipe_is_no_error() -> None:
    page = EXAMPLES / "brindlewood" / "2024-11-04.html"
    ran = subprocess.run(
        f"set -o pipefail; {sys.executable} -m tracker facts {page} --format json | head -c 10",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        check=False,
    )
    assert ran.stderr == b""


def test_colour_only_where_it_is_wanted(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "oblakon", "first", "latest"]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"tracker {name}" in capsys.readouterr().out


def test_completion_scripts_name_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in COMMANDS)
    checked = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    from tracker import __version__

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"tracker {__version__}\n"


def test_start_up_imports_only_what_is_needed() -> None:
    heavy = "requests git apscheduler sqlalchemy jinja2 rapidfuzz selectolax pypdfium2"
    code = (
        "import sys; from tracker.cli import main; main(['--version']); main([]);"
        f"print([m for m in {heavy.split()!r} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_facts_of_no_kind_are_refused(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "oblakon", "--kind", "rigth"]) == 2
    assert "'right'" in one_line(capsys.readouterr().err)


def test_a_full_disk_is_one_line(workspace: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "tracker", "rules"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 4
    one_line(ended.stderr)
