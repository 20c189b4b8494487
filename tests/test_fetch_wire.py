"""What servers really do, from the wire to the text: encodings, pages that send on, bombs and worse."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import Reply, serve
from test_fetch import failure, snapshot

from tracker import config
from tracker.pipeline.sources import read_snapshot
from tracker.pipeline.workbench import Workbench

WORDS = "Политика конфиденциальности: мы храним данные в течение двух лет, ёлка, «кавычки»."
FRENCH = "Politique de confidentialité : données conservées à Orléans, œuvre « protégée », 20 €."
JAPANESE = "プライバシーポリシー:お客様の個人情報を二年間保存します。第三者には提供しません。"


def page(words: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}<title>t</title></head><body><p>{words}</p></body></html>"


@pytest.mark.parametrize(
    ("words", "encoding", "header", "head"),
    [
        (WORDS, "utf-8", "text/html; charset=utf-8", ""),
        (WORDS, "utf-8", "text/html", ""),
        (WORDS, "cp1251", "text/html; charset=windows-1251", ""),
        (WORDS[:70], "koi8-r", "text/html", "<meta charset='koi8-r'>"),
        (WORDS, "cp1251", "text/html", "<meta http-equiv=Content-Type content='text/html; charset=cp1251'>"),
        (WORDS * 9, "cp1251", "text/html", ""),  # nobody says it: it is told from the letters
        (WORDS, "utf-8", "text/html; charset=iso-8859-1", ""),  # the header is wrong
        (WORDS, "utf-16", "text/html", ""),  # with a byte order mark
        (WORDS, "utf-8-sig", "text/html; charset=windows-1251", ""),  # the mark is right, the header is not
        (FRENCH, "cp1252", "text/html; charset=iso-8859-1", ""),  # as browsers read that name
        (FRENCH, "iso-8859-15", "text/html; charset=iso-8859-15", ""),
        (JAPANESE, "shift_jis", "text/html; charset=Shift_JIS", ""),
        (JAPANESE, "euc_jp", "text/html", "<meta charset=euc-jp>"),
        (WORDS, "utf-8", "text/html; charset=nonsense", ""),
        (WORDS, "utf-8", "text/html; charset=base64", ""),
    ],
)  # fmt: skip
def test_encodings_by_header_mark_meta_and_letters(words: str, encoding: str, header: str, head: str) -> None:
    with serve({"/p": Reply(page(words, head).encode(encoding), headers={"Content-Type": header})}) as site:
        found = read_snapshot(snapshot(f"{site.url}/p"))
    assert found.text == words


def refresh(content: str, words: str = "Moved.") -> Reply:
    return Reply(page(words, f"<meta http-equiv=refresh content='{content}'>").encode())


@pytest.mark.parametrize(
    "content", ["0;url=/new", "0; URL=new", '3, url="/new"', "1 /new", "0;url=/new?a=1&amp;b=2"]
)
def test_a_page_that_sends_on_is_a_redirect(content: str) -> None:
    new = Reply(page(WORDS).encode())
    with serve({"/old": refresh(content), "/new": new, "/new?a=1&b=2": new}) as site:
        found = snapshot(f"{site.url}/old")
    assert found.redirects[0].startswith(f"{site.url}/new") and WORDS.encode() in found.raw


@pytest.mark.parametrize(
    ("content", "words"),
    [("300;url=/new", "Live."), ("30", "Live."), ("0;url=/old", "Live."), ("0;url=/new", "Word " * 90)],
)
def test_a_page_to_be_read_is_not_left(content: str, words: str) -> None:
    with serve({"/old": refresh(content, words), "/new": Reply(b"<p>new</p>")}) as site:
        assert snapshot(f"{site.url}/old").redirects == ()


def test_a_page_that_sends_into_a_private_network_or_round_in_circles_is_a_failure() -> None:
    with serve(
        {"/a": refresh("0;url=/b"), "/b": refresh("0;url=/a"), "/c": refresh("0;url=file:///etc/passwd")}
    ) as site:
        assert failure(f"{site.url}/a").kind == "too_many_redirects"
        assert failure(f"{site.url}/c").kind == "bad_scheme"


BOMB = """
import sys
from dataclasses import replace
sys.path.insert(0, {tests!r})
from servers import Reply, peak_memory, serve
from test_fetch import failure
from tracker.config import Settings
from pathlib import Path
settings = replace(Settings(), allow_private=True, robots=False, host_gap=0)
headers = {{"Content-Type": "text/html", "Content-Encoding": "gzip"}}
with serve({{"/p": Reply(Path({bomb!r}).read_bytes(), headers=headers)}}) as site:
    print(failure(site.url + "/p", settings).kind, peak_memory())
"""


def test_a_bomb_of_512_mb_costs_little_and_fails_soon(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb", "wb", compresslevel=1) as bomb:
        for _ in range(512):
            bomb.write(bytes(1 << 20))
    code = BOMB.format(tests=str(Path(__file__).parent), bomb=str(tmp_path / "bomb"))
    began = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kind, kilobytes = ran.stdout.split()
    assert kind == "too_large" and int(kilobytes) < 250_000 and time.monotonic() - began < 10


def test_nothing_fetched_writes_outside_the_archive_or_steers_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tracker.cli import main

    hostile = page(
        "\x1b[2J\x1b]0;owned\x07 ../../../../tmp/x " + "We keep records. " * 20, "<base href='file:///'>"
    )
    headers = {
        "Content-Type": "text/html",
        "Content-Disposition": "attachment; filename=../../../evil.html",
        "ETag": "a\tTracker-Policy: other",
    }
    with serve({"/p": Reply(hostile.encode(), headers=headers)}) as site:
        config.init(tmp_path / "ws")
        table = "[settings]\nallow_private = true\nrobots = false\n[policies.acme]\n"
        (tmp_path / "ws" / "policies.toml").write_text(f'{table}url = "{site.url}/p"\n')
        workspace = config.find_workspace(tmp_path / "ws")
        with Workbench(workspace, lambda: datetime(2024, 1, 1, tzinfo=UTC)) as bench:
            assert bench.fetch(workspace.policies[0]).check.outcome == "new"
            assert bench.archive.policies() == ("acme",)
        assert main(["show", "acme", "--workspace", str(workspace.root)]) == 0
    assert "\x1b" not in capsys.readouterr().out
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ws"]
