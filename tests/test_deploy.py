"""The files that run tracker somewhere, tried as far as this machine allows: what they start is started."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Site, serve
from test_notify import ONE, TWO, declare, page

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
BIN = Path(sys.executable).parent
UNITS = ("tracker.service", "tracker-fetch.service", "tracker-fetch.timer")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({"/privacy": page(ONE)}) as running:
        yield running


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace("/opt/tracker/bin/tracker", "/bin/true")
        (tmp_path / name).write_text(text)
    command = ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in ran.stderr.splitlines() if "tracker" in line]
    assert (ran.returncode, told) == (0, [])


@pytest.mark.parametrize("name", UNITS[:2])
def test_what_the_units_start_works(name: str, tmp_path: Path, site: Site) -> None:
    declare(tmp_path, site, "")
    (line,) = re.findall(r"^ExecStart=(.*)$", (DEPLOY / name).read_text(), re.M)
    words = line.replace("/opt/tracker/bin/tracker", str(BIN / "tracker")).split()
    words = [word.replace("/var/lib/tracker", str(tmp_path)).replace(":9464", ":0") for word in words]
    assert_looks_once(words, tmp_path, stop="watch" in words)


def test_what_the_container_starts_works(tmp_path: Path, site: Site) -> None:
    declare(tmp_path, site, "")
    text = (DEPLOY / "Containerfile").read_text()
    assert re.search(r"^USER 10001:10001$", text, re.M) and re.search(r"^VOLUME /data$", text, re.M)
    (entry,), (command,) = (re.findall(rf"^{name} (\[.*\])$", text, re.M) for name in ("ENTRYPOINT", "CMD"))
    words = [word.replace("/data", str(tmp_path)) for word in json.loads(entry) + json.loads(command)]
    words = [str(BIN / words[0]), *(word.replace("0.0.0.0:9464", "127.0.0.1:0") for word in words[1:])]
    assert_looks_once(words, tmp_path, stop=True)


def assert_looks_once(words: list[str], workspace: Path, stop: bool) -> None:
    """Run it with next to no environment and no home, until the policy was looked at."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    running = subprocess.Popen(words, cwd=workspace, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        if stop:
            end = time.monotonic() + 30
            assert running.stderr
            while '"look"' not in running.stderr.readline():
                assert time.monotonic() < end and running.poll() is None
            running.send_signal(signal.SIGTERM)
        _, told = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 0, told


def test_the_workflow_keeps_its_archive_and_fails_on_grave_changes(tmp_path: Path, site: Site) -> None:
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text())
    steps = {step["name"]: step for step in workflow["jobs"]["fetch"]["steps"] if "name" in step}
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)

    def once(number: int) -> int:
        """A run of the workflow in a fresh checkout; the status of its last step."""
        checkout = tmp_path / f"run{number}"
        checkout.mkdir()
        declare(checkout, site, "")
        note = checkout / "output"
        environment = {
            **os.environ,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "REPOSITORY": str(remote),
            "GITHUB_OUTPUT": str(note),
        }
        status = 0
        for name in ("Bring the archive back", "Fetch", "Keep the archive", "Fail on grave changes"):
            assert status == 0
            if note.exists():
                environment["STATUS"] = note.read_text().strip().removeprefix("status=")
            script = steps[name]["run"].replace("fetch --due", "fetch")  # all this happens within a second
            command = ["bash", "-eo", "pipefail", "-c", script]
            ran = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, check=False)
            status = ran.returncode
        return status

    assert once(1) == 0
    site.routes["/privacy"] = page(TWO)
    assert once(2) == 1  # a right was removed
    assert once(3) == 0
    log = [str(BIN / "tracker"), "log", "quillmoor"]
    told = subprocess.run(log, cwd=tmp_path / "run3", capture_output=True, text=True, check=True).stdout
    assert told.count("\n") >= 2 and "portability" in told
