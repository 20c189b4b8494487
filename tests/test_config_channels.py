"""The tables [notify.NAME]: what they mean, what they refuse, and where secrets are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.config.channels import MissingSecret, Secret
from tracker.config.reading import BrokenConfig, read
from tracker.model import Severity

POLICY = '[policies.acme]\nurl = "https://acme.example/privacy"\n'


def channels(text: str) -> tuple[object, ...]:
    return read(Path("/ws/policies.toml"), POLICY + text, ["right-removed"]).channels


def mistake(text: str) -> str:
    with pytest.raises(BrokenConfig) as caught:
        channels(text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_mail_channel() -> None:
    (mail,) = read(
        Path("/ws/policies.toml"),
        POLICY + '[notify.legal]\ntype = "email"\nto = ["a@acme.example", "b@acme.example"]\n'
        'sender = "t@acme.example"\n'
        'user = "t"\npassword = { env = "MAIL" }\nseverity = "high"\ndigest = "weekly"\ntags = "saas"\n',
        [],
    ).channels
    assert (mail.name, mail.type, mail.audience) == ("legal", "email", "readers")
    assert (mail.severity, mail.digest, mail.tags) == (Severity.HIGH, "0 8 * * mon", ("saas",))
    assert mail.targets == ("a@acme.example", "b@acme.example")
    assert mail.password == Secret("env", "MAIL")


HOOK = '[notify.hook]\ntype = "webhook"\n'
WRONG = {
    "unknown type": ('[notify.x]\ntype = "fax"\n', ("policies.toml:4", "email, webhook")),
    "no type": ("[notify.x]\ndigest = 'daily'\n", ('"type" is missing',)),
    "no address": (HOOK, ('"url" is missing',)),
    "key of another type": (HOOK + 'url = "https://h.example/"\nsender = "a@b.example"\n', ('"sender"',)),
    "open secret": (HOOK + 'url = "https://h.example/"\nsecret = "hunter2"\n', ("never itself",)),
    "open slack address": (
        '[notify.s]\ntype = "slack"\nurl = "https://hooks.example/T0"\n',
        ("is a secret",),
    ),
    "password in an address": (HOOK + 'url = "https://u:p@h.example/"\n', ("holds a password",)),
    "unknown policy": (HOOK + 'url = "https://h.example/"\npolicies = ["acne"]\n', ("'acme'",)),
    "unknown rule": (HOOK + 'url = "https://h.example/"\nrules = "right-remove"\n', ("'right-removed'",)),
    "two addresses in one": ('[notify.m]\ntype = "email"\nto = "a@b.example, c@d.example"\n', ("no mail",)),
    "no digest": (HOOK + 'url = "https://h.example/"\ndigest = "often"\n', ("'daily', 'weekly'",)),
    "half a login": (
        '[notify.m]\ntype = "email"\nto = "a@b.example"\nsender = "a@b.example"\nuser = "a"\n',
        ("both",),
    ),
    "bad name": ('[notify."a b"]\ntype = "webhook"\nurl = "https://h.example/"\n', ("a name consists",)),
}


@pytest.mark.parametrize("case", WRONG)
def test_mistakes_are_named(case: str) -> None:
    text, told = WRONG[case]
    found = mistake(text)
    assert all(words in found for words in told), found
    assert "hunter2" not in found and "u:p@" not in found


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", "s3")
    (tmp_path / "pass").write_text("open sesame\n")
    assert Secret("env", "HOOK_SECRET").read(tmp_path) == "s3"
    assert Secret("file", "pass").read(tmp_path) == "open sesame"
    for missing in (Secret("env", "NO_SUCH_SECRET"), Secret("file", "nowhere")):
        with pytest.raises(MissingSecret):
            missing.read(tmp_path)
