"""Fetching over real HTTP: what a good server gives, and every way in which a bad one fails."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from servers import CERTIFICATE, Reply, serve

from tracker import bundle, fetch
from tracker.config import Policy, Settings
from tracker.fetch import FetchError, Manners
from tracker.model import Snapshot

PAGE = "<html><h1>Privacy policy of Nordwind</h1><p>Grüße</p></html>".encode()
NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
LOCAL = Settings(allow_private=True, robots=False, host_gap=0, connect_timeout=2, read_timeout=2, deadline=10)
HTML = {"Content-Type": "text/html"}


class Naps:
    """Counts what would have been slept."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def get(url: str, settings: Settings = LOCAL, naps: Naps | None = None, **more: Any) -> fetch.Fetched:
    sleep = naps or Naps()
    policy = more.pop("policy", Policy("nordwind", url))
    more.setdefault("manners", Manners(settings.host_gap, sleep))
    return fetch.get(policy, settings, clock=lambda: NOW, sleep=sleep, random=lambda: 0.5, **more)


def snapshot(url: str, settings: Settings = LOCAL, **more: Any) -> Snapshot:
    found = get(url, settings, **more).snapshot
    assert found is not None
    return found


def failure(url: str, settings: Settings = LOCAL, **more: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, settings, **more)
    assert "\n" not in str(caught.value) and str(caught.value).isprintable()
    return caught.value


def once_each(*replies: Reply) -> Callable[[BaseHTTPRequestHandler], Reply]:
    """Answers that follow each other; the last one stays."""
    waiting = list(replies)
    return lambda handler: waiting.pop(0) if len(waiting) > 1 else waiting[0]


# --- what a good server gives -------------------------------------------------------------------------


def test_a_page_with_its_circumstances() -> None:
    reply = Reply(
        PAGE, headers={"Content-Type": "text/html; charset=utf-8", "ETag": 'W/"7"', "Set-Cookie": "id=1"}
    )
    with serve({"/privacy": reply}) as site:
        found = snapshot(f"{site.url}/privacy#rights", replace(LOCAL, contact="https://watch.example"))
        [asked] = site.asked("/privacy")
    assert (found.raw, found.media_type, found.status, found.captured) == (PAGE, "text/html", 200, NOW)
    assert found.redirects == () and found.headers["etag"] == 'W/"7"' and "set-cookie" not in found.headers
    assert asked["user-agent"].startswith("tracker/") and asked["user-agent"].endswith(
        "(+https://watch.example)"
    )
    assert asked["accept-encoding"] == "gzip, deflate"


def test_the_policys_language_and_headers_are_sent_to_its_own_host_alone() -> None:
    with serve({"/new": Reply(PAGE)}) as other:
        elsewhere = Reply(
            status=302, headers={"Location": other.url.replace("localhost", "127.0.0.1") + "/new"}
        )
        with serve({"/old": elsewhere}) as site:
            policy = Policy("nordwind", f"{site.url}/old", language="ru", headers={"X-Region": "kz"})
            get(policy.url, policy=policy)
            [first], [second] = site.asked("/old"), other.asked("/new")
    assert first["accept-language"].startswith("ru") and first["x-region"] == "kz"
    assert "x-region" not in second


def test_redirects_are_followed_and_recorded() -> None:
    routes = {
        "/a": Reply(status=301, headers={"Location": "/b?x=1"}),
        "/b?x=1": Reply(status=307, headers={"Location": "c"}),
        "/c": Reply(PAGE),
    }
    with serve(dict(routes)) as site:
        found = snapshot(f"{site.url}/a")
        assert (found.url, found.redirects) == (f"{site.url}/a", (f"{site.url}/b?x=1", f"{site.url}/c"))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("gzip", gzip.compress(PAGE[:20], mtime=0) + gzip.compress(PAGE[20:], mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0)),
        ("identity", PAGE),
    ],
)
def test_packed_bodies_are_unpacked(coding: str, packed: bytes) -> None:
    with serve({"/p": Reply(packed, headers=HTML | {"Content-Encoding": coding})}) as site:
        assert snapshot(f"{site.url}/p").raw == PAGE


@pytest.mark.parametrize(
    ("content_type", "body", "media_type"),
    [
        ("text/html", b"%PDF-1.7 ...", "application/pdf"),
        ("application/octet-stream", PAGE, "text/html"),
        ("application/xhtml+xml; charset=utf-8", PAGE, "text/html"),
        ("", b"Privacy policy\n\nWe keep logs.", "text/plain"),
        ("text/markdown", b"# Privacy", "text/markdown"),
    ],
)
def test_the_media_type_is_what_the_page_is(content_type: str, body: bytes, media_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    with serve({"/p": Reply(body, headers=headers)}) as site:
        assert snapshot(f"{site.url}/p").media_type == media_type


# --- conditional requests ------------------------------------------------------------------------------


def test_validators_are_replayed_verbatim_and_304_is_unchanged() -> None:
    given = {"Content-Type": "text/html", "ETag": '"a-1"', "Last-Modified": "Tuesday, 05-Mar-24 01:02:03 GMT"}

    def answer(handler: BaseHTTPRequestHandler) -> Reply:
        return (
            Reply(status=304, headers=given)
            if handler.headers.get("If-None-Match")
            else Reply(PAGE, headers=given)
        )

    with serve({"/old": Reply(status=302, headers={"Location": "/new"}), "/new": answer}) as site:
        first = snapshot(f"{site.url}/old")
        second = get(f"{site.url}/old", validators=fetch.validators(first))
        assert second == fetch.Fetched(NOW, None)
        assert site.asked("/new")[1]["if-none-match"] == '"a-1"'
        assert site.asked("/new")[1]["if-modified-since"] == "Tuesday, 05-Mar-24 01:02:03 GMT"
        assert "if-none-match" not in site.asked("/old")[1]


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    with serve({"/p": Reply(status=304)}) as site:
        assert failure(f"{site.url}/p").kind == "http_304"


# --- several pages -------------------------------------------------------------------------------------


def test_several_pages_are_one_source_in_order() -> None:
    with serve({"/1": Reply(PAGE), "/2": Reply(b"<p>two\r\n--</p>", headers=HTML | {"ETag": '"2"'})}) as site:
        policy = Policy("nordwind", f"{site.url}/1", also=(f"{site.url}/2",))
        found = snapshot("", policy=policy)
        assert found.media_type == bundle.MEDIA_TYPE
        one, two = bundle.split(found.raw)
        assert (one.body, one.url, one.content_type) == (PAGE, f"{site.url}/1", "text/html; charset=utf-8")
        assert (two.body, two.etag) == (b"<p>two\r\n--</p>", '"2"')
        assert fetch.validators(found) == ()  # the first page gave none


def test_one_changed_page_of_several_brings_all_of_them() -> None:
    def page(path: str, changed: bool) -> Callable[[BaseHTTPRequestHandler], Reply]:
        headers = HTML | {"ETag": f'"{path}"'}

        def answer(handler: BaseHTTPRequestHandler) -> Reply:
            same = handler.headers.get("If-None-Match") and not changed
            return Reply(status=304, headers=headers) if same else Reply(path.encode(), headers=headers)

        return answer

    with serve({"/1": page("one", False), "/2": page("two", False)}) as site:
        policy = Policy("nordwind", f"{site.url}/1", also=(f"{site.url}/2",))
        known = fetch.validators(snapshot("", policy=policy))
        assert get("", policy=policy, validators=known).snapshot is None
        site.routes["/2"] = page("new", True)
        found = snapshot("", policy=policy, validators=known)
        assert [part.body for part in bundle.split(found.raw)] == [b"one", b"new"]


# --- failures by kind ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(b"gone", 404), "http_404", "answers 404 Not Found"),
        (Reply(b"no", 403, HTML | {"cf-mitigated": "challenge"}), "http_403", "sent by Cloudflare"),
        (Reply(b"", 204), "http_204", "answers 204"),
        (Reply(b""), "not_a_page", "the answer is empty"),
        (Reply(b"{}", headers={"Content-Type": "application/json"}), "not_a_page", "is no page but"),
        (Reply(b"\x89PNG\0", headers={}), "not_a_page", "unknown data"),
        (Reply(PAGE, headers=HTML | {"Content-Encoding": "gzip"}), "decode", "badly packed"),
        (
            Reply(gzip.compress(PAGE, mtime=0)[:-9], headers=HTML | {"Content-Encoding": "gzip"}),
            "decode",
            "cut off",
        ),
        (Reply(PAGE, headers=HTML | {"Content-Encoding": "br"}), "decode", "'br'"),
        (Reply(PAGE, headers=HTML | {"Content-Length": "9999"}), "incomplete", "cut off"),
        (Reply(status=302, headers={}), "http_302", "without saying where to"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "bad_scheme", "file"),
        (Reply(status=302, headers={"Location": "/p"}), "too_many_redirects", "more than 3 times"),
        (Reply(status=302, headers={"Location": "http://[broken/"}), "bad_url", ""),
        (Reply(PAGE, headers=HTML | {f"X-{n}": "y" * 900 for n in range(90)}), "too_large", "headers"),
    ],
)  # fmt: skip
def test_answers_that_are_no_page(reply: Reply, kind: str, words: str) -> None:
    with serve({"/p": reply}) as site:
        error = failure(f"{site.url}/p", replace(LOCAL, retries=0, max_redirects=3))
    assert error.kind == kind and words in error.detail
    assert str(error).startswith(f"{site.url}/p: ")


def test_nobody_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/", replace(LOCAL, retries=0)).kind == "refused"


def test_a_name_that_does_not_resolve() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    error = failure("https://nowhere.example/", replace(LOCAL, retries=0), resolve=resolve)
    assert error.kind == "dns" and "nowhere.example" in str(error)


@pytest.mark.parametrize("url", ["http://.example/", "http://exa mple/", "http://" + "a" * 70 + ".example/"])
def test_an_address_that_is_none(url: str) -> None:
    assert failure(url, replace(LOCAL, retries=0)).kind in ("bad_url", "dns")


def test_what_a_server_says_cannot_steer_the_terminal() -> None:
    with serve({"/p": Reply(status=302, headers={"Location": "evil:\x1b[2J\x07"})}) as site:
        failure(f"{site.url}/p")  # checks that the message is printable


# --- retries -------------------------------------------------------------------------------------------


def test_a_passing_failure_is_tried_again_with_growing_waits() -> None:
    naps = Naps()
    with serve({"/p": once_each(Reply(b"", 500), Reply(b"", 503), Reply(PAGE))}) as site:
        assert snapshot(f"{site.url}/p", naps=naps).raw == PAGE
    assert naps.seconds == [2.0, 4.0]


@pytest.mark.parametrize(
    ("value", "waits"),
    [
        ("3", [3.0]),
        ("Mon, 06 May 2024 07:08:14 GMT", [5.0]),
        ("Mon, 06 May 2024 07:00:00 GMT", [0.0]),
        ("soon", [2.0]),
    ],
)
def test_retry_after_is_honoured_in_both_forms(value: str, waits: list[float]) -> None:
    naps = Naps()
    with serve({"/p": once_each(Reply(b"", 429, {"Retry-After": value}), Reply(PAGE))}) as site:
        get(f"{site.url}/p", naps=naps)
    assert naps.seconds == waits


def test_a_wait_beyond_the_deadline_is_not_waited() -> None:
    naps = Naps()
    with serve({"/p": Reply(b"", 503, {"Retry-After": "3600"})}) as site:
        error = failure(f"{site.url}/p", naps=naps)
    assert (error.kind, error.retry_after, naps.seconds) == ("http_503", 3600.0, [])


def test_a_lasting_failure_is_not_tried_again() -> None:
    with serve({"/p": Reply(b"", 404)}) as site:
        failure(f"{site.url}/p")
        assert len(site.asked("/p")) == 1


# --- limits --------------------------------------------------------------------------------------------


def drip(handler: BaseHTTPRequestHandler) -> None:
    with suppress(OSError):
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)


@pytest.mark.parametrize("length", ["1000000", None])
@pytest.mark.parametrize("tls", [False, True])
def test_a_slow_drip_ends_at_the_deadline(length: str | None, tls: bool) -> None:
    headers = HTML | ({"Content-Length": length} if length else {})
    settings = replace(LOCAL, deadline=0.4, ca_file=str(CERTIFICATE))
    with serve({"/p": Reply(headers=headers, length=False, drip=drip)}, tls=tls) as site:
        began = time.monotonic()
        assert failure(f"{site.url}/p", settings).kind == "deadline"
        assert time.monotonic() - began < 2


def test_a_drip_of_headers_ends_at_the_deadline() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> Reply:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        drip(handler)
        return Reply()

    with serve({"/p": answer}) as site:
        assert failure(f"{site.url}/p", replace(LOCAL, deadline=0.4)).kind == "deadline"


def test_silence_is_a_timeout() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> Reply:
        time.sleep(1)
        return Reply(PAGE)

    with serve({"/p": answer}) as site:
        assert failure(f"{site.url}/p", replace(LOCAL, read_timeout=0.2, retries=0)).kind == "timeout"


def test_a_bomb_fails_early_and_takes_little_memory() -> None:
    machine = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1_000_000)
    bomb = b"".join(machine.compress(block) for _ in range(200)) + machine.flush()
    settings = replace(LOCAL, max_size=5_000_000)
    with serve({"/p": Reply(bomb, headers=HTML | {"Content-Encoding": "gzip"})}) as site:
        tracemalloc.start()
        try:
            assert failure(f"{site.url}/p", settings).kind == "too_large"
            assert tracemalloc.get_traced_memory()[1] < 20_000_000
        finally:
            tracemalloc.stop()


def test_empty_gzip_members_without_end_are_refused() -> None:
    body = gzip.compress(b"") * 20_000
    with serve({"/p": Reply(body, headers=HTML | {"Content-Encoding": "gzip"})}) as site:
        assert "too many parts" in failure(f"{site.url}/p").detail


def test_a_download_is_capped() -> None:
    with serve({"/p": Reply(bytes(100_000))}) as site:
        error = failure(f"{site.url}/p", replace(LOCAL, max_download=50_000))
    assert error.kind == "too_large" and "50,000" in str(error)


# --- addresses and trust -------------------------------------------------------------------------------

GUARDED = replace(LOCAL, allow_private=False, retries=0)


def test_private_addresses_are_refused() -> None:
    with serve({"/p": Reply(PAGE)}) as site:
        for url in (f"{site.url}/p", "http://127.1/", "http://0x7f000001/", "http://[::ffff:127.0.0.1]/"):
            error = failure(url, GUARDED)
            assert error.kind == "private_address" and "allow_private" in str(error)
        assert site.requests == []


def test_a_redirect_into_a_private_network_is_refused() -> None:
    """Behind a proxy no connection is dialled here, yet a literal address is seen."""
    with serve({"/p": Reply(status=302, headers={"Location": "http://10.0.0.8/admin"})}) as site:
        error = failure(f"{site.url}/p", replace(GUARDED, proxy=site.url))
        assert error.kind == "private_address"


def test_a_name_is_resolved_once_for_each_connection() -> None:
    """A rebinding name: public when checked, loopback when asked again. The connection must not ask again."""
    answers = [["203.0.113.7", "10.0.0.1"], ["127.0.0.1"]]
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    error = failure("http://rebind.example/", replace(GUARDED, connect_timeout=0.2), resolve=resolve)
    assert asked == ["rebind.example"] and error.kind == "private_address"  # 203.0.113.0/24 is documentation


def test_an_untrusted_certificate_is_a_failure() -> None:
    with serve({"/p": Reply(PAGE)}, tls=True) as site:
        error = failure(f"{site.url}/p")
        assert error.kind == "tls" and "self-signed" in str(error) and site.requests == []
        assert snapshot(f"{site.url}/p", replace(LOCAL, ca_file=str(CERTIFICATE))).raw == PAGE


def test_the_servers_certificate_is_noted() -> None:
    with serve({"/p": Reply(PAGE)}, tls=True) as site:
        told = snapshot(f"{site.url}/p", replace(LOCAL, ca_file=str(CERTIFICATE))).tls
    mark = "-----BEGIN CERTIFICATE"
    certificate = ssl.PEM_cert_to_DER_cert(mark + CERTIFICATE.read_text().partition(mark)[2])
    assert told["sha256"] == sha256(certificate).hexdigest()
    assert "localhost" in told["subject"] and told["protocol"].startswith("TLSv1.")
    assert {"issuer", "serial", "not_before", "not_after"} <= told.keys()


def test_a_proxy_is_used_where_the_user_names_one() -> None:
    with serve({"http://nordwind.example/p": Reply(PAGE)}) as proxy:
        found = snapshot("http://nordwind.example/p", replace(GUARDED, proxy=proxy.url))
        assert found.raw == PAGE and len(proxy.requests) == 1


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve({"/p": Reply(PAGE)}) as site:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert snapshot(f"{site.url}/p").raw == PAGE


# --- manners -------------------------------------------------------------------------------------------

POLITE = replace(LOCAL, robots=True)


def test_robots_are_asked_once_and_obeyed() -> None:
    rules = b"User-agent: *\nDisallow: /private\n"
    with serve({"/robots.txt": Reply(rules), "/p": Reply(PAGE), "/private/p": Reply(PAGE)}) as site:
        manners = Manners(0, Naps())
        get(f"{site.url}/p", POLITE, manners=manners)
        assert failure(f"{site.url}/private/p", POLITE, manners=manners).kind == "robots"
        assert len(site.asked("/robots.txt")) == 1 and site.asked("/private/p") == []


def test_a_redirect_to_a_forbidden_path_is_not_followed() -> None:
    routes = {
        "/robots.txt": Reply(b"User-agent: tracker\nDisallow: /b\n"),
        "/a": Reply(status=302, headers={"Location": "/b"}),
        "/b": Reply(PAGE),
    }
    with serve(dict(routes)) as site:
        assert failure(f"{site.url}/a", POLITE).kind == "robots"


def test_robots_that_fail_forbid_and_missing_ones_allow() -> None:
    with serve({"/robots.txt": Reply(b"", 503), "/p": Reply(PAGE)}) as site:
        error = failure(f"{site.url}/p", replace(POLITE, retries=0))
        assert error.kind == "http_503" and "robots.txt" in str(error)
        site.routes["/robots.txt"] = Reply(b"", 403)
        assert snapshot(f"{site.url}/p", POLITE).raw == PAGE


def test_requests_to_one_host_keep_their_distance() -> None:
    naps = Naps()
    settings = replace(LOCAL, host_gap=5)
    with serve({"/1": Reply(PAGE), "/2": Reply(PAGE)}) as site:
        policy = Policy("nordwind", f"{site.url}/1", also=(f"{site.url}/2",))
        get("", settings, naps=naps, policy=policy)
    assert len(naps.seconds) == 1 and 4 < naps.seconds[0] <= 5


def test_a_clock_of_another_zone_is_no_matter() -> None:
    later = NOW + timedelta(seconds=7)
    with serve(
        {
            "/p": once_each(
                Reply(b"", 503, {"Retry-After": f"{later:%a, %d %b %Y %H:%M:%S} -0000"}), Reply(PAGE)
            )
        }
    ) as site:
        naps = Naps()
        get(f"{site.url}/p", naps=naps)
    assert naps.seconds == [7.0]
