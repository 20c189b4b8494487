"""The Wayback Machine's captures, out of an archive on this machine that behaves as the real one does."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from servers import Reply, Route, Site, serve

from tracker.archive import Archive
from tracker.cli import main
from tracker.importers.wayback import ArchiveUnreachable, Capture, Machine, Overloaded, Unplayable, runs

URL = "https://acme.example/privacy"
WORDS = " ".join(["We keep the data that you give us for as long as your account exists."] * 20)


def page(text: str, volatile: str = "") -> bytes:
    title = "<title>Privacy policy</title>"
    main = f"<main><h1>Privacy policy</h1><p>We keep {text}.</p><p>{WORDS}</p></main>"
    return f"<html><head>{title}</head>{main}<!-- {volatile} -->".encode()


@dataclass
class Memento:
    """One capture: ``location`` makes it a redirect, ``revisit`` a mere line, ``cut`` sends too little."""

    stamp: str
    body: bytes = b""
    status: int = 200
    location: str = ""
    revisit: bool = False
    cut: bool = False
    url: str = URL

    @property
    def digest(self) -> str:
        return b32encode(sha1(self.body or self.location.encode()).digest()).decode()


@dataclass
class Fake(dict[str, Route]):
    """The archive's two services; ``busy`` are the answers that it gives before it answers."""

    mementos: list[Memento] = field(default_factory=list)
    busy: list[Reply] = field(default_factory=list)

    def get(self, path: str, default: Route | None = None) -> Route:  # type: ignore[override]
        if self.busy:
            return self.busy.pop(0)
        if path.startswith("/cdx/"):
            return self._list(parse_qs(urlsplit(path).query))
        found = re.fullmatch(r"/web/(\d{14})id_/(.+)", path)
        assert found is not None, f"pages are asked for as they were captured: {path}"
        return self._page(found[1], found[2])

    def _list(self, query: dict[str, list[str]]) -> Reply:
        assert "collapse" not in query
        lines = [
            f"example,acme)/privacy {m.stamp} {m.url} {'warc/revisit' if m.revisit else 'text/html'} "
            f"{'-' if m.revisit else m.status} {m.digest} {len(m.body) // 3}"
            for m in self.mementos
            if m.url == query["url"][0] and query.get("from", [""])[0] <= m.stamp
        ]
        return Reply("\n".join(lines).encode(), headers={"Content-Type": "text/plain"})

    def _page(self, stamp: str, url: str) -> Reply:
        there = [m for m in self.mementos if m.url == url]
        memento = next((m for m in there if m.stamp == stamp), None)
        if memento is None or memento.revisit:
            nearest = next((m for m in there if not m.revisit), None)
            if nearest is None:
                return Reply(b"never archived", 404)
            at = f"https://web.archive.org/web/{nearest.stamp}id_/{url}"
            return Reply(b"", 302, {"Location": at})
        at = datetime.strptime(memento.stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Memento-Datetime": format_datetime(at, usegmt=True),
            "Link": f'<{url}>; rel="original"',
            "x-archive-orig-etag": f'"{stamp}"',
        }
        if memento.location:
            target = f"https://web.archive.org/web/{stamp}id_/{memento.location}"
            return Reply(b"", 302, {**headers, "Location": target})
        if memento.cut:
            headers["Content-Length"] = str(len(memento.body))
            return Reply(
                memento.body[:50], memento.status, headers, drip=lambda it: _hang_up(it, memento.body)
            )
        return Reply(memento.body, memento.status, headers)


def _hang_up(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(body[:50])
    handler.close_connection = True


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def server(fake: Fake) -> Iterator[Site]:
    with serve(fake) as site:
        yield site


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies.toml").write_text(f'[policies.acme]\nurl = "{URL}"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bring(server: Site, *more: str) -> int:
    return main(["import", "wayback", "acme", "--server", server.url, "--rate", "8", *more])


def told(workspace: Path) -> list[tuple[str, str]]:
    with Archive.open(workspace / "snapshots") as archive:
        return [
            (f"{version.captured:%Y-%m-%d}", archive.text(version).split("\n\n")[1][8:-1])
            for version in reversed(archive.history("acme"))
        ]


def pages_asked(server: Site) -> list[str]:
    return [path[5:13] for path, _ in server.requests if path.startswith("/web/")]


ABA = [
    Memento("20200101000000", page("A")),
    Memento("20200201000000", page("A")),
    Memento("20200301000000", page("B")),
    Memento("20200401000000", page("A")),
]


def test_every_text_is_kept_also_one_that_returns(workspace: Path, server: Site, fake: Fake) -> None:
    fake.mementos = list(ABA)
    assert bring(server) == 0
    assert told(workspace) == [("2020-01-01", "A"), ("2020-03-01", "B"), ("2020-04-01", "A")]
    assert pages_asked(server) == ["20200101", "20200301", "20200401"]  # the list tells of the second
    with Archive.open(workspace / "snapshots") as archive:
        first = archive.history("acme")[-1]
        assert archive.raw(first) == page("A")
        assert first.provenance == f"import:wayback:https://web.archive.org/web/20200101000000id_/{URL}"
        headers = archive.metadata(first)["headers"]
        assert headers["memento-datetime"] == "Wed, 01 Jan 2020 00:00:00 GMT"
        assert headers["etag"] == '"20200101000000"'
        assert [f"{check.at:%m}" for check in archive.checks("acme")] == ["04", "03", "02", "01"]


def test_an_estimate_comes_first_and_may_be_all(
    workspace: Path, server: Site, fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.mementos = list(ABA)
    assert bring(server, "--dry-run") == 0
    assert "4 captures from 2020-01-01 to 2020-04-01, 3 of them to be fetched" in capsys.readouterr().err
    assert pages_asked(server) == []


def test_an_import_goes_on_where_it_stopped(workspace: Path, server: Site, fake: Fake) -> None:
    fake.mementos = ABA[:2]
    assert bring(server) == 0
    fake.mementos = list(ABA)
    assert bring(server) == 0
    assert pages_asked(server) == ["20200101", "20200301", "20200401"]
    assert bring(server) == 0
    assert len(pages_asked(server)) == 3


def test_redirects_and_revisits_are_followed(workspace: Path, server: Site, fake: Fake) -> None:
    moved = "https://acme.example/legal"
    fake.mementos = [
        Memento("20200101000000", page("A")),
        Memento("20200201000000", status=301, location=moved),
        Memento("20200201000000", page("B"), url=moved),
        Memento("20200301000000", page("A"), revisit=True),
    ]
    assert bring(server) == 0
    assert told(workspace) == [("2020-01-01", "A"), ("2020-02-01", "B"), ("2020-03-01", "A")]
    with Archive.open(workspace / "snapshots") as archive:
        assert archive.metadata(archive.history("acme")[1])["redirects"] == [moved]


def test_pages_that_are_cut_off_or_no_policy_are_passed_over(
    workspace: Path, server: Site, fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.mementos = [
        ABA[0],
        Memento("20200202000000", page("Cut"), cut=True),
        Memento("20200203000000", b"<html><title>404 Not found</title><h1>Page not found</h1></html>"),
        Memento("20200204000000", b"", status=500),
        ABA[2],
    ]
    assert bring(server) == 3
    assert told(workspace) == [("2020-01-01", "A"), ("2020-03-01", "B")]
    reasons = capsys.readouterr().err
    assert "cut off" in reasons
    assert "passed over: not_found" in reasons or "not found" in reasons


def test_bisecting_asks_for_few_pages_of_a_stable_policy(workspace: Path, server: Site, fake: Fake) -> None:
    days = [f"2020{month:02}{day:02}000000" for month in (1, 2, 3) for day in range(1, 29)]
    fake.mementos = [
        Memento(stamp, page("A" if stamp < "20200215" else "B", volatile=stamp)) for stamp in days
    ]
    assert bring(server, "--bisect") == 0
    assert told(workspace) == [("2020-01-01", "A"), ("2020-02-15", "B")]
    assert len(pages_asked(server)) < 12


@pytest.mark.parametrize("headers", [{"Retry-After": "7"}, {}])
def test_an_archive_that_is_busy_is_waited_for(server: Site, fake: Fake, headers: dict[str, str]) -> None:
    fake.mementos = list(ABA)
    fake.busy = [Reply(b"slow down", 429, headers)] * 2
    waits: list[float] = []
    machine = Machine("test", 8, server.url, waits.append)
    assert len(machine.captures(URL, None, None)) == 4
    assert waits == ([7, 7] if headers else [60, 60])
    machine.close()


def test_an_archive_that_stays_busy_ends_the_import_and_keeps_what_came(
    workspace: Path, server: Site, fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.mementos = list(ABA)
    machine = Machine("test", 8, server.url, lambda seconds: None)
    fake.busy = [Reply(b"slow down", 429)] * 9
    with pytest.raises(Overloaded, match="it goes on"):
        machine.captures(URL, None, None)
    machine.close()


def test_runs_are_of_the_same_bytes_and_redirects_stand_alone() -> None:
    def capture(day: int, digest: str, redirect: bool = False) -> Capture:
        return Capture(datetime(2020, 1, day, tzinfo=UTC), URL, digest, 1, redirect)

    listed = [capture(1, "A"), capture(2, "A"), capture(3, "B"), capture(4, "A"), capture(5, "A", True)]
    listed += [capture(6, "A", True), capture(7, "A")]
    assert [(run.first.at.day, len(run.again)) for run in runs(listed)] == [
        *((1, 1), (3, 0), (4, 0)),
        *((5, 0), (6, 0), (7, 0)),
    ]


def test_a_capture_whose_bytes_are_not_listed_is_refused(server: Site, fake: Fake) -> None:
    fake.mementos = [ABA[0]]
    machine = Machine("test", 8, server.url)
    listed = machine.captures(URL, None, None)[0]
    fake.mementos = [Memento(ABA[0].stamp, page("altered"))]
    found = machine.page("acme", listed)
    assert isinstance(found, Unplayable)
    assert "cut off or altered" in found.reason
    machine.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--server", "nowhere"], "no web archive's address"),
        (["--rate", "900"], "too fast"),
        (["--from", "soon"], "is no day"),
    ],
)
def test_wrong_arguments_are_one_clear_line(
    workspace: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["import", "wayback", "acme", *words]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_an_archive_that_is_not_there_is_an_error_that_says_so() -> None:
    machine = Machine("test", 8, "http://127.0.0.1:9", retries=0)
    with pytest.raises(ArchiveUnreachable, match="run it again"):
        machine.captures(URL, None, None)
    machine.close()
