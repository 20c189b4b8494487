"""A watch of many policies that is killed and started again: every change is captured once and told once.

TRACKER_SOAK sets how many policies; the suite runs a bounded number.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from receivers import Hook, hook
from servers import Reply, Site, serve
from test_notify import ONE, TWO, page, webhook

from tracker import config
from tracker.cli import main
from tracker.pipeline.announcing import Announcer
from tracker.pipeline.workbench import Workbench

NUMBER = int(os.environ.get("TRACKER_SOAK", "100"))
PATIENCE = 60 + NUMBER / 2  # seconds until all has been told


class Pages:
    """What the site shows: one text, then another; some pages fail once, some are gone for good."""

    def __init__(self) -> None:
        self.changed = False
        self.failed: set[str] = set()

    def __call__(self, request: BaseHTTPRequestHandler) -> Reply:
        number = int(request.path.rpartition("/")[2])
        if self.changed and number % 25 == 3:
            return Reply(b"<h1>Gone</h1>", 410)
        if self.changed and number % 10 == 1 and request.path not in self.failed:
            self.failed.add(request.path)
            return Reply(b"", 503)
        shown = page(TWO if self.changed and number % 2 else ONE)
        return Reply(shown.body.replace(b"Quillmoor", f"Choir{number}".encode()))


def declare(folder: Path, site: Site, channels: str) -> None:
    tables = "".join(f'[policies.p{n}]\nurl = "{site.url}/p/{n}"\n' for n in range(NUMBER))
    (folder / "policies.toml").write_text(
        "[settings]\nallow_private = true\nhost_gap = 0\nretries = 1\nbackoff = 0.1\nrobots = false\n"
        f"alarm_after = 1\n{channels}{tables}"
    )


def look_once(folder: Path) -> None:
    """All policies are looked at, two days ago."""
    workspace = config.find_workspace(folder)
    with Workbench(workspace, lambda: datetime.now(UTC) - timedelta(days=2)) as bench:
        assert {each.check.outcome for each in bench.fetch_all(workspace.policies, 4)} == {"new"}
        with Announcer(bench) as announcer:
            announcer.catch_up()


def watch(folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "watch.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "tracker", "watch"], cwd=folder, stderr=log)


def until(condition: Callable[[], bool], folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, (folder / "watch.log").read_text()[-2000:]
        time.sleep(0.1)


def policies(receiver: Hook) -> list[str]:
    """The policies told of, each message under its id counted once."""
    by_id = {headers["webhook-id"]: json.loads(body) for headers, body in list(receiver.calls)}
    return [told["notices"][0]["policy"] for told in by_id.values()]


@pytest.mark.slow
def test_every_change_is_captured_once_and_told_once(tmp_path: Path) -> None:
    pages = Pages()
    gone = {f"p{n}" for n in range(NUMBER) if n % 25 == 3}
    moved = {f"p{n}" for n in range(NUMBER) if n % 2} - gone
    with (
        serve({f"/p/{n}": pages for n in range(NUMBER)}) as site,
        hook() as receiver,
        hook() as operators,
    ):
        channels = webhook(receiver) + webhook(operators, 'audience = "operators"', "ops")
        declare(tmp_path, site, channels)
        look_once(tmp_path)
        pages.changed = True
        for share in (0.25, 0.6):  # killed without a word, twice
            process = watch(tmp_path)
            until(lambda share=share: len(policies(receiver)) >= share * len(moved), tmp_path)
            process.kill()
            process.wait()
        process = watch(tmp_path)
        until(lambda: len(set(policies(receiver))) == len(moved), tmp_path)
        until(lambda: len(set(policies(operators))) == len(gone), tmp_path)
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        told = Counter(policies(receiver))
        assert set(told) == moved and set(told.values()) == {1}
        assert Counter(policies(operators)) == Counter(gone)
        assert len(receiver.calls) <= len(moved) + 2  # what a kill may catch between taking and noting
        workspace = config.find_workspace(tmp_path)
        with Workbench(workspace) as bench:
            versions = {policy: len(bench.archive.history(policy)) for policy in bench.archive.policies()}
            assert bench.archive.verify() == ()
        assert versions == {f"p{n}": 1 + (f"p{n}" in moved) for n in range(NUMBER)}
        assert main(["fetch", "--due", "--workspace", str(tmp_path)]) == 0  # nothing is left to do
