"""The configuration: what it means, what it refuses and how, and edits that keep the user's comments."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from tracker import config
from tracker.config import Policy, Settings
from tracker.config.reading import BrokenConfig, read
from tracker.model import Severity

FULL = """\
# the policies we care about
[settings]
every = "12 hours"
deadline = "2 min"
max_size = "10 MB"
host_gap = 0

[rules]
party-added = "low"

[policies.acme]
url = "https://acme.example/privacy"
name = "Acme"
also = "https://acme.example/cookies"
select = ["main", "//article"]
headers = { Cookie = "consent=1" }
every = "0 6 * * mon"  # Mondays

[policies."shop.ru"]
url = "https://shop.example/ru"
language = "ru"
paused = true
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(BrokenConfig) as caught:
        read(Path("/ws/policies.toml"), text, ["right-removed", "party-added"])
    return str(caught.value).split("\n")


def test_all_tables_are_read() -> None:
    workspace = read(Path("/ws/policies.toml"), FULL, ["party-added"])
    acme, shop = workspace.policies
    assert (workspace.settings.deadline, workspace.settings.max_size, workspace.settings.host_gap) == (
        120,
        10_000_000,
        0,
    )
    assert workspace.severities == {"party-added": Severity.LOW}
    assert acme.pages == ("https://acme.example/privacy", "https://acme.example/cookies")
    assert acme.select == ("main", "//article") and acme.headers == {"Cookie": "consent=1"}
    assert (shop.id, shop.title, shop.language, shop.paused) == ("shop.ru", "shop.ru", "ru", True)
    assert [workspace.every(policy) for policy in workspace.policies] == ["0 6 * * mon", "12 hours"]
    assert workspace.snapshots == Path("/ws/snapshots")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[policies.a]\nurll = "x"\nurl = "https://a.example"',
            "2: [policies.a] \"urll\" is no setting: did you mean 'url'?",
        ),
        (
            "[policies.a]\nname = 'A'",
            '1: [policies] "a" has no url: give the policy\'s address, url = "https://..."',
        ),
        (
            '[policies.a]\nurl = "file:///x"',
            "2: [policies.a] \"url\" 'file:///x' must begin with https:// or http://",
        ),
        ("[policies.a]\n\nurl = 3", '3: [policies.a] "url" must be a text that is not empty'),
        ("[settings]\njobs = true", '2: [settings] "jobs" must be a whole number from 1 to 256'),
        (
            "[settings]\nevery = '10'",
            "2: [settings] \"every\" '10' is neither an interval nor a cron expression",
        ),
        (
            '[rules]\nright-removd = "low"',
            "2: [rules] \"right-removd\" is no rule: did you mean 'right-removed'?",
        ),
        (
            '[rules]\nright-removed = "no"',
            '2: [rules] "right-removed" must be one of high, medium, low, info',
        ),
        ("[policy.a]\nurl = 'x'", "1: \"policy\" is no table of policies.toml: did you mean 'policies'?"),
        ("policies = 1", '1: "policies" must hold one table for each policy, [policies.ID]'),
        ("[settings]\n\nevery = \n", "3: this is no TOML: Invalid value"),
        ("[settings", "1: this is no TOML: Expected ']' at the end of a table declaration"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(text: str, told: str) -> None:
    [line] = mistakes(text)
    assert line.startswith(f"policies.toml:{told}")


def test_all_mistakes_are_told_at_once_in_order() -> None:
    text = '[policies."B C"]\nurl = "nowhere"\nevery = "now and then"\n[settings]\nretries = -1\n'
    assert [line.split(":")[1] for line in mistakes(text)] == ["1", "2", "3", "5"]


@pytest.mark.parametrize(
    "headers",
    ['{ Host = "x" }', '{ "Bad Name" = "x" }', '{ X = "a\\r\\nY: b" }', '{ X = "\\u00e9" }', '"X: y"'],
)
def test_headers_cannot_smuggle(headers: str) -> None:
    [told] = mistakes(f'[policies.a]\nurl = "https://a.example"\nheaders = {headers}\n')
    assert told.startswith('policies.toml:3: [policies.a] "headers" ')


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "-x", "A", "a..b", "a.lock", "a" * 65, "a\\u001b[31m"]
)
def test_an_id_is_safe_as_a_file_name(name: str) -> None:
    [told] = mistakes(f'[policies."{name}"]\nurl = "https://a.example"\n')
    assert "an id consists of" in told and told.isprintable()


def test_keys_inside_a_long_string_are_no_places() -> None:
    text = '[policies.a]\nname = """\nurl = 1\n"""\nurl = 2\n'
    assert [line.split(":")[1] for line in mistakes(text)] == ["2", "5"]


def test_the_workspace_is_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.init(tmp_path / "ws")
    below = tmp_path / "ws" / "reports" / "2024"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert config.find_workspace().root == tmp_path / "ws"
    assert config.find_workspace(below).root == tmp_path / "ws"
    with pytest.raises(config.NoWorkspace, match="tracker init"):
        config.find_workspace(tmp_path)


def test_init_writes_a_valid_file_once(tmp_path: Path) -> None:
    workspace = config.init(tmp_path)
    assert workspace.policies == () and workspace.settings == Settings()
    with pytest.raises(config.WorkspaceExists):
        config.init(tmp_path)


def test_the_template_holds_when_uncommented(tmp_path: Path) -> None:
    text = config.init(tmp_path).file.read_text("utf-8")
    lines = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# [") or " = " in line]
    workspace = read(tmp_path / "policies.toml", "\n".join(lines), ["right-removed"])
    assert workspace.policies[0].id == "acme" and workspace.settings.jobs == 8


def test_adding_and_removing_keeps_comments(tmp_path: Path) -> None:
    file = config.init(tmp_path).file
    file.write_text(
        "# mine\n[settings]\nevery = '2d' # rarely\n\n# the first\n[policies.a]\nurl = 'https://a.example'\n"
    )
    before = file.read_text()
    policy = Policy(
        "shop.ru",
        "https://shop.example/x",
        "Shop",
        also=("https://shop.example/y",),
        headers={"Cookie": "a=1"},
    )
    assert config.add_policy(file, policy).policies[-1] == policy
    assert file.read_text().startswith(before)
    with pytest.raises(Exception, match="has a policy 'a' already"):
        config.add_policy(file, Policy("a", "https://b.example"))
    assert [each.id for each in config.remove_policy(file, "shop.ru").policies] == ["a"]
    assert file.read_text().rstrip() == before.rstrip()
    with pytest.raises(config.UnknownPolicy, match="did you mean 'a'"):
        config.remove_policy(file, "aa")


def test_a_wrong_policy_is_not_written(tmp_path: Path) -> None:
    file = config.init(tmp_path).file
    before = file.read_bytes()
    with pytest.raises(BrokenConfig):
        config.add_policy(file, Policy("Not An Id", "https://b.example"))
    assert file.read_bytes() == before and [entry.name for entry in tmp_path.iterdir()] == ["policies.toml"]


@pytest.mark.parametrize(
    ("url", "suggested"),
    [
        ("https://www.acme.co.uk/privacy", "acme"),
        ("https://legal.nordwind.example/de", "nordwind"),
        ("http://127.0.0.1:8000/x", "127-0-0-1"),
        ("http://localhost/x", "localhost"),
        ("https://taken.example/", "taken-2"),
    ],
)
def test_an_id_is_suggested(tmp_path: Path, url: str, suggested: str) -> None:
    file = config.init(tmp_path).file
    workspace = config.add_policy(file, Policy("taken", "https://taken.example/"))
    assert config.suggest_id(url, workspace) == suggested


def test_unreadable_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "policies.toml").write_bytes(b"[settings]\n# caf\xe9\n")
    with pytest.raises(BrokenConfig, match=":2: this is not UTF-8"):
        config.find_workspace(tmp_path)
    with pytest.raises(config.UnreadableConfig, match="No such file"):
        config.load(tmp_path / "none" / "policies.toml")


@pytest.mark.parametrize("record", [Policy, Settings])
def test_every_key_is_described(record: type) -> None:
    described = [each for each in fields(record) if each.name != "id"]
    assert all(each.metadata["text"].endswith(".") and callable(each.metadata["parse"]) for each in described)
