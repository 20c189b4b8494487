"""Pages that need their scripts, rendered by a real Chromium over loopback."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import Reply, Site, serve

from tracker import fetch
from tracker.config import Policy, Settings
from tracker.fetch import FetchError, Manners, browser
from tracker.fetch.transport import Deadline, Resolve
from tracker.model import Snapshot
from tracker.pipeline.judging import judged
from tracker.pipeline.workbench import Workbench

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(browser.missing()), reason=browser.missing()),
]
NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
LOCAL = Settings(allow_private=True, host_gap=0, connect_timeout=2, read_timeout=2, deadline=20, retries=0)
CLAUSES = "".join(f"<p>Record {n} is kept for {n + 2} months by desk {n * 31}.</p>" for n in range(20))
SCRIPT = """
fetch('/clauses').then(answer => answer.text()).then(clauses => {
  document.querySelector('#root').innerHTML = '<h1>Privacy policy of Nordwind</h1>' + clauses;
  const card = document.createElement('nordwind-card');
  card.attachShadow({mode: 'open'}).innerHTML = '<p>Written in the shadows by desk 77.</p>';
  document.querySelector('#root').append(card);
});
"""
SHELL = Reply(b"<!doctype html><title>Nordwind</title><div id=root></div><script src=/app.js></script>")
ROUTES = {
    "/privacy": SHELL,
    "/app.js": Reply(SCRIPT.encode(), headers={"Content-Type": "text/javascript"}),
    "/clauses": Reply(CLAUSES.encode()),
}


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(dict(ROUTES)) as running:
        yield running


def rendered(url: str, settings: Settings = LOCAL, **keys: object) -> Snapshot:
    manners = Manners(0, time.sleep)
    found = fetch.get(
        replace(Policy("nordwind", url), **keys),  # type: ignore[arg-type]
        settings,
        clock=lambda: NOW,
        sleep=time.sleep,
        random=random.random,
        manners=manners,
        rendered=True,
    ).snapshot
    assert found is not None
    return found


def test_scripts_are_run_and_what_they_write_is_read(site: Site) -> None:
    found = rendered(f"{site.url}/privacy", headers={"X-Region": "kz"})
    look = judged(found)
    assert look.suspicion is None and look.document is not None
    assert "Record 19 is kept for 21 months" in look.document.text and "in the shadows" in look.document.text
    assert found.provenance == "fetch:browser"
    [asked] = site.asked("/privacy")
    assert asked["user-agent"].startswith("tracker/") and asked["x-region"] == "kz"
    assert len(site.asked("/robots.txt")) == 1


def test_a_page_that_never_ends_its_script_ends_at_the_deadline(site: Site) -> None:
    site.routes["/privacy"] = Reply(b"<p>Wait.</p><script>while (true) {}</script>")
    began = time.monotonic()
    with pytest.raises(FetchError) as caught:
        rendered(f"{site.url}/privacy", replace(LOCAL, deadline=4))
    assert caught.value.kind == "deadline" and time.monotonic() - began < 8


def test_scripts_reach_no_private_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's own host is let pass as if it were public; what its scripts reach for is dialled checked."""
    guarded = replace(LOCAL, allow_private=False)
    real, checked = browser.Dialler, list[str]()

    def dialler(
        settings: Settings, deadline: Deadline, resolve: Resolve
    ) -> Callable[[str, int], socket.socket]:
        strict = real(settings, deadline, resolve)

        def dial(host: str, port: int) -> socket.socket:
            if host == "page.example":
                return socket.create_connection(("127.0.0.1", port))
            checked.append(host)
            return strict(host, port)

        return dial

    monkeypatch.setattr(browser, "Dialler", dialler)
    with serve({"/secret": Reply(b"secret", headers={"Access-Control-Allow-Origin": "*"})}) as inner:
        places = [
            inner.url,
            inner.url.replace("localhost", "127.1"),
            inner.url.replace("localhost", "in.example"),
        ]
        reach = "".join(f"fetch('{place}/secret').catch(() => 0);" for place in places)
        site.routes["/privacy"] = Reply(f"<p>Words.</p><script>{reach}</script>".encode())
        url = site.url.replace("localhost", "page.example") + "/privacy"
        args = (url, Policy("n", url), guarded, "tracker/test", lambda host, port: ["127.0.0.1"])
        assert b"Words" in browser.render(*args).body
        assert checked == ["in.example"] and inner.requests == []
        with pytest.raises(FetchError) as caught:
            browser.render(inner.url.replace("localhost", "in.example") + "/secret", *args[1:])
        assert caught.value.kind == "private_address"


def test_an_error_page_is_a_failure(site: Site) -> None:
    with pytest.raises(FetchError) as caught:
        rendered(f"{site.url}/nothing")
    assert caught.value.kind == "http_404"


def test_an_empty_shell_is_rendered_by_itself(site: Site, tmp_path: Path) -> None:
    from tracker import config

    config.init(tmp_path)
    table = "[settings]\nallow_private = true\nhost_gap = 0\n"
    (tmp_path / "policies.toml").write_text(f'{table}[policies.nordwind]\nurl = "{site.url}/privacy"\n')
    workspace = config.find_workspace(tmp_path)
    with Workbench(workspace) as bench:
        assert bench.fetch(workspace.policies[0]).check.outcome == "new"
        assert bench.fetch(workspace.policies[0]).check.outcome == "unchanged"
        plain = replace(workspace.policies[0], browser="never")
        assert bench.fetch(plain).kind == "empty_shell"


def test_nothing_is_left_running(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDERED_BY", str(site.url))
    rendered(f"{site.url}/privacy")
    until = time.monotonic() + 10
    while (left := list(_left(site.url))) and time.monotonic() < until:
        time.sleep(0.1)
    assert not left


def _left(mark: str) -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (
                f"RENDERED_BY={mark}".encode() in (process / "environ").read_bytes()
                and int(process.name) != os.getpid()
            ):
                yield (process / "cmdline").read_text()
