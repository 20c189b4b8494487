"""Notifications as people get them: real fetches, a real SMTP server, a real webhook receiver."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from receivers import Hook, hook, mailbox
from servers import CERTIFICATE, Reply, Site, serve

from tracker.cli import main

TITLE = "<html><head><title>Privacy Policy</title></head><body><main><h1>Privacy Policy of Quillmoor</h1>"
FILL = "".join(
    f"<p>Quillmoor runs a platform for choirs; chapter {n} tells how rehearsals are planned, how sheet music "
    "is stored for its members, and whom to ask about it. We process personal data only as far as needed.</p>"
    for n in range(8)
)
ONE = (
    "<h2>Your rights</h2><ul><li>You have the right to access your personal data.</li>"
    "<li>You have the right to request erasure of your personal data.</li>"
    "<li>You have the right to data portability.</li></ul>"
)
TWO = ONE.replace("<li>You have the right to data portability.</li>", "")
THREE = TWO + "<p>We keep log files for 90 days. We share usage data with Mistelbach Analytics Ltd.</p>"


def page(rights: str) -> Reply:
    return Reply(f"{TITLE}{FILL}{rights}</main></body></html>".encode())


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({"/privacy": page(ONE)}) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Hook]:
    with hook() as running:
        yield running


def declare(folder: Path, site: Site, channels: str, settings: str = "") -> None:
    (folder / "policies.toml").write_text(
        "[settings]\nallow_private = true\nhost_gap = 0\nretries = 0\nrobots = false\n"
        f'{settings}\n[policies.quillmoor]\nurl = "{site.url}/privacy"\n'
        'name = "Quillmoor"\ntags = ["choir"]\n' + channels
    )


def webhook(receiver: Hook, more: str = "", name: str = "hook") -> str:
    return f'[notify.{name}]\ntype = "webhook"\nurl = "{receiver.url}"\n{more}\n'


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_change_is_told_once(workspace: Path, site: Site, receiver: Hook) -> None:
    declare(workspace, site, webhook(receiver))
    assert main(["fetch"]) == 0 and not receiver.calls  # the first look is no news
    site.routes["/privacy"] = page(TWO)
    assert main(["fetch"]) == 0
    (told,) = receiver.told
    schemas = files("tracker.report") / "schemas"
    schema, diff = (
        json.loads((schemas / f"tracker.{name}-1.json").read_text("utf-8")) for name in ("notice", "diff")
    )
    jsonschema.Draft202012Validator(schema).validate(told)
    assert all(diff["$defs"][name] == value for name, value in schema["$defs"].items())
    (notice,) = told["notices"]
    assert (notice["policy"], notice["kind"], notice["title"]) == ("quillmoor", "change", "Quillmoor")
    changes = {(each["kind"], each["key"], each["change"], each["severity"]) for each in notice["changes"]}
    assert ("right", "portability", "removed", "high") in changes
    assert notice["changes"][0]["old"][0]["quote"]
    assert "ortability" in told["subject"] and "before: “" in told["text"]
    for again in (["fetch"], ["notify"], ["fetch", "--due"]):
        assert main(again) == 0
    assert len(receiver.calls) == 1


def test_requests_are_signed_and_the_secret_stays_secret(
    workspace: Path,
    site: Site,
    receiver: Hook,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    key = b"thirty-two bytes of great secrecy"
    monkeypatch.setenv("HOOK_KEY", "whsec_" + base64.b64encode(key).decode())
    declare(workspace, site, webhook(receiver, 'secret = { env = "HOOK_KEY" }'))
    assert main(["notify", "--test"]) == 0
    headers, body = receiver.calls[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    receiver.answers = [500]
    assert main(["notify", "--test"]) == 4
    told = capsys.readouterr()
    for secret in ("s3cr3t-path", base64.b64encode(key).decode(), "great secrecy"):
        assert secret not in told.out + told.err
    monkeypatch.delenv("HOOK_KEY")
    assert main(["notify", "--test"]) == 4
    assert "HOOK_KEY" in capsys.readouterr().err


def test_mail_with_login_and_report(workspace: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    (workspace / "mail.secret").write_text("correct horse\n")
    with mailbox(password="correct horse") as box:
        channel = (
            '[notify.legal]\ntype = "email"\nto = ["ada@choir.example", "ben@choir.example"]\n'
            f'sender = "tracker@choir.example"\nserver = "localhost:{box.port}"\nuser = "tracker"\n'
            'password = { file = "mail.secret" }\n'
        )
        declare(workspace, site, channel)
        main(["fetch"])
        site.routes["/privacy"] = page(TWO)
        assert main(["fetch"]) == 0
        assert [recipient for recipient, _ in box.mails] == ["ada@choir.example", "ben@choir.example"]
        mail = box.mails[0][1]
        assert mail["To"] == "ada@choir.example" and mail["Subject"].startswith("[tracker] Quillmoor: ")
        text = mail.get_body(("plain",)).get_content()
        assert "HIGH" in text and "data portability" in text
        (report,) = mail.iter_attachments()
        assert report.get_filename().startswith("quillmoor-") and "<html" in report.get_content()


def test_what_is_not_taken_is_tried_again_under_the_same_id(
    workspace: Path, site: Site, receiver: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(workspace, site, webhook(receiver))
    main(["fetch"])
    site.routes["/privacy"] = page(TWO)
    receiver.answers = [503]
    assert main(["fetch"]) == 3  # fetched, but nobody could be told
    assert "503" in capsys.readouterr().err and not receiver.calls
    assert main(["notify"]) == 0 and not receiver.calls  # it waits for a minute
    assert main(["notify", "--list", "--format", "json"]) == 0
    (waiting,) = json.loads(capsys.readouterr().out.rpartition("[\n")[2].join(["[", ""]))
    assert (waiting["state"], waiting["tries"]) == ("waiting", 1)
    assert main(["notify", "--again", "quillmoor"]) == 0
    assert len(receiver.calls) == 1
    assert main(["notify", "--again", "quillmoor"]) == 0
    first, second = (headers["webhook-id"] for headers, _ in receiver.calls)
    assert first != second  # asked for: the receiver must not take it for a repetition


def test_routing_by_severity_rule_and_tag(workspace: Path, site: Site, receiver: Hook) -> None:
    declare(
        workspace,
        site,
        webhook(receiver, 'rules = "party-added"\nseverity = "info"', "rule")
        + webhook(receiver, 'tags = "bank"', "tag")
        + webhook(receiver, 'kinds = "retention"\nseverity = "info"', "kind"),
    )
    main(["fetch"])
    site.routes["/privacy"] = page(THREE)
    assert main(["fetch"]) == 0
    kinds = [{each["kind"] for each in told["notices"][0]["changes"]} for told in receiver.told]
    assert {"retention"} in kinds and len(kinds) <= 2


def test_a_digest_collects(
    workspace: Path, site: Site, receiver: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(workspace, site, webhook(receiver, 'digest = "daily"'))
    main(["fetch"])
    for rights in (TWO, THREE):
        site.routes["/privacy"] = page(rights)
        assert main(["fetch"]) == 0
    assert not receiver.calls
    capsys.readouterr()
    assert main(["notify", "--again", "quillmoor"]) == 0  # the clock is real: bring the digest forward
    (told,) = receiver.told
    assert len(told["notices"]) == 2 and "2 news of 1 policy" in told["subject"]


def test_a_return_to_an_earlier_text_is_no_news(workspace: Path, site: Site, receiver: Hook) -> None:
    with hook() as curious:
        declare(workspace, site, webhook(receiver) + webhook(curious, "reverts = true", "curious"))
        for rights in (ONE, TWO, ONE, TWO):
            site.routes["/privacy"] = page(rights)
            assert main(["fetch"]) == 0
        assert [told["notices"][0]["kind"] for told in receiver.told] == ["change"]
        assert [told["notices"][0]["kind"] for told in curious.told] == ["change", "revert", "revert"]


def test_operators_are_called_once_and_told_when_it_is_over(
    workspace: Path, site: Site, receiver: Hook
) -> None:
    with hook() as operators:
        channels = webhook(receiver) + webhook(operators, 'audience = "operators"', "ops")
        declare(workspace, site, channels, "alarm_after = 2")
        main(["fetch"])
        site.routes["/privacy"] = Reply(b"gone", 410)
        for _ in range(4):
            assert main(["fetch"]) == 4
        assert [told["notices"][0]["kind"] for told in operators.told] == ["alarm"]
        assert "410" in operators.told[0]["text"]
        site.routes["/privacy"] = page(ONE)
        assert main(["fetch"]) == 0 and main(["fetch"]) == 0
        assert [told["notices"][0]["kind"] for told in operators.told] == ["alarm", "recovery"]
        assert not receiver.calls


def test_what_a_crash_left_untold_is_told_at_the_next_start(
    workspace: Path, site: Site, receiver: Hook
) -> None:
    from tracker import config
    from tracker.pipeline.workbench import Workbench

    declare(workspace, site, webhook(receiver))
    main(["fetch"])
    site.routes["/privacy"] = page(TWO)
    found = config.find_workspace(workspace)
    with Workbench(found) as bench:  # recorded, and the process dies before it is announced
        assert bench.fetch(found.policies[0]).check.outcome == "changed"
    assert main(["notify"]) == 0
    assert len(receiver.calls) == 1
    assert main(["notify"]) == 0
    assert len(receiver.calls) == 1


def test_dry_run_sends_nothing(
    workspace: Path, site: Site, receiver: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(workspace, site, webhook(receiver))
    main(["fetch"])
    site.routes["/privacy"] = page(TWO)
    receiver.answers = [503]
    main(["fetch"])
    capsys.readouterr()
    main(["notify", "--again", "nobody"])
    from tracker.notify.outbox import Outbox

    outbox = Outbox(workspace / ".tracker")
    outbox._store.execute("UPDATE deliveries SET due = 0")
    outbox.close()
    capsys.readouterr()
    assert main(["notify", "--dry-run", "--format", "json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert shown["channel"] == "hook" and shown["notices"][0]["policy"] == "quillmoor"
    assert not receiver.calls


def test_slack_and_apprise(
    workspace: Path, site: Site, receiver: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apprise")
    monkeypatch.setenv("SLACK", receiver.url)
    monkeypatch.setenv("APPRISE", receiver.url.replace("http://", "json://"))
    channels = '[notify.chat]\ntype = "slack"\nurl = { env = "SLACK" }\n'
    channels += '[notify.any]\ntype = "apprise"\nurl = { env = "APPRISE" }\n'
    declare(workspace, site, channels)
    main(["fetch"])
    site.routes["/privacy"] = page(TWO.replace("erasure", "erasure &lt;!channel&gt;"))
    assert main(["fetch"]) == 0
    by_slack = next(told for told in receiver.told if list(told) == ["text"])
    assert "<!channel>" not in by_slack["text"] and "Quillmoor" in by_slack["text"]
    assert any("Quillmoor" in told.get("title", "") for told in receiver.told)


@pytest.mark.parametrize(
    ("words", "told"), [(["nobody"], "no channel 'nobody'"), (["--again", "--test"], "not allowed")]
)
def test_bad_input_is_one_line(
    words: list[str],
    told: str,
    workspace: Path,
    site: Site,
    receiver: Hook,
    capsys: pytest.CaptureFixture[str],
) -> None:
    declare(workspace, site, webhook(receiver))
    assert main(["notify", *words]) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1
