"""One page over HTTP: redirects followed by hand, retries, robots.txt and the host's turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urldefrag, urlsplit

import requests
import urllib3

from tracker.config import Settings
from tracker.fetch import answer, media, refresh
from tracker.fetch.addresses import is_private_literal
from tracker.fetch.errors import FetchError
from tracker.fetch.failures import failure
from tracker.fetch.politeness import ROBOTS_SIZE, Manners
from tracker.fetch.transport import Deadline
from tracker.model import NO_ATTRIBUTES

_ROBOTS_SECONDS = 20.0
_DISCLOSING = (
    "tls",
    "private_address",
    "deadline",
)  # failures of robots.txt that the page would meet as well


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask by later whether a page changed, verbatim, and the address it is for."""

    url: str
    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """The request headers that replay them."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: the final address, the redirects to it, and the unpacked body (b"" for status 304)."""

    url: str
    status: int
    redirects: tuple[str, ...]
    headers: Mapping[str, str]
    media_type: str
    body: bytes
    tls: Mapping[str, str] = field(default_factory=lambda: NO_ATTRIBUTES)  # the server's certificate


@dataclass(frozen=True, slots=True)
class Visit:
    """What the pages of one policy share while they are fetched."""

    session: requests.Session
    deadline: Deadline
    settings: Settings
    manners: Manners
    clock: Callable[[], datetime]
    sleep: Callable[[float], object]
    random: Callable[[], float]
    own_headers: Mapping[str, str]  # the policy's, sent to its own hosts only
    own_hosts: frozenset[tuple[str, str]]  # (scheme, host)


def page(visit: Visit, url: str, validators: Validators | None = None) -> Page:
    """The page at ``url``, tried again while a failure may pass and the deadline allows; raises FetchError.

    Waiting for the host's turn does not count against the deadline, waiting before a retry does.
    """
    settings, left = visit.settings, visit.settings.deadline
    for tried in range(settings.retries + 1):
        began = time.monotonic()
        try:
            _ask_leave(visit, url)
            visit.manners.wait(url)
            began = time.monotonic()
            return _attempt(visit, url, left, lambda: _follow(visit, url, validators))
        except FetchError as error:
            left -= time.monotonic() - began
            wait = error.retry_after
            if wait is None:
                wait = settings.backoff * 2**tried * (0.75 + visit.random() / 2)
            if not error.passing or tried == settings.retries or wait >= left:
                raise
            visit.sleep(wait)
            left -= wait
    raise AssertionError("the last attempt returns or raises")


def _attempt(visit: Visit, url: str, seconds: float, run: Callable[[], Page]) -> Page:
    """Run one try within ``seconds``, with every failure told as a FetchError about ``url``."""
    try:
        with visit.deadline.within(seconds):
            found = run()
    except FetchError as error:
        if visit.deadline.passed:
            raise _too_late(visit, url) from None
        detail = error.detail if error.url == urldefrag(url).url else f"{error.url} {error.detail}"
        raise FetchError(error.kind, url, detail, error.retry_after) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        if visit.deadline.passed:
            raise _too_late(visit, url) from None
        raise failure(url, error) from None
    if visit.deadline.passed:  # a body without a length ends quietly when its connection is shut
        raise _too_late(visit, url)
    return found


def _follow(visit: Visit, url: str, validators: Validators | None, robots: bool = False) -> Page:
    """The answer at the end of the redirects."""
    here, gone = urldefrag(url).url, list[str]()
    while True:
        with closing(_request(visit, here, validators)) as response:
            target = answer.redirect(response, here)
            if target is None:
                read = _robots_answer if robots else _page_answer
                found = read(visit, response, here, tuple(gone), validators)
                target = None if robots else _sent_on(found)
                if target is None:
                    return found
        gone.append(target)
        if len(gone) > visit.settings.max_redirects:
            raise FetchError(
                "too_many_redirects", here, f"redirects more than {visit.settings.max_redirects} times"
            )
        if not robots:
            _ask_leave(visit, target)
            if urlsplit(target).netloc != urlsplit(here).netloc:
                visit.manners.wait(target)
        here = urldefrag(target).url


def _sent_on(found: Page) -> str | None:
    return refresh.target(found.body, found.url) if found.media_type == "text/html" else None


def _request(visit: Visit, url: str, validators: Validators | None) -> requests.Response:
    _check(visit, url)
    parts, settings = urlsplit(url), visit.settings
    headers = dict(visit.own_headers) if (parts.scheme, parts.hostname) in visit.own_hosts else {}
    if validators is not None and validators.url == url:
        headers |= validators.headers()
    timeout = (settings.connect_timeout, settings.read_timeout)
    return visit.session.get(url, headers=headers, stream=True, allow_redirects=False, timeout=timeout)


def _check(visit: Visit, url: str) -> None:
    """Refuse what is never fetched; behind a proxy nothing is dialled here that could be checked later."""
    parts, settings = urlsplit(url), visit.settings
    if parts.scheme not in ("http", "https"):
        raise FetchError("bad_scheme", url, f"is not fetched over {parts.scheme or 'no scheme'!r}")
    if settings.proxy and not settings.allow_private and is_private_literal(parts.hostname or ""):
        raise FetchError("private_address", url, "stands at a private address")


def _page_answer(
    visit: Visit, response: requests.Response, here: str, gone: tuple[str, ...], validators: Validators | None
) -> Page:
    headers = answer.headers(response, here)
    if response.status_code == 304 and validators is not None and validators.url == here:
        return Page(here, 304, gone, headers, "", b"")
    if response.status_code not in (200, 203):
        raise answer.refusal(response, here, visit.clock())
    tls = answer.certificate(response)  # the connection is given back once the body is read
    body = answer.body(visit.settings, response, here)
    if not body.strip():
        raise FetchError("not_a_page", here, "the answer is empty")
    kind = media.media_type(headers.get("content-type", ""), body)
    if not kind:
        raise FetchError(
            "not_a_page", here, f"is no page but {headers.get('content-type') or 'unknown data'}"
        )
    return Page(here, response.status_code, gone, headers, kind, body, tls)


def _robots_answer(
    visit: Visit, response: requests.Response, here: str, gone: tuple[str, ...], _: Validators | None
) -> Page:
    if response.status_code != 200:
        raise answer.refusal(response, here, visit.clock())
    body = answer.beginning(visit.settings, response, here, ROBOTS_SIZE)
    return Page(here, 200, gone, answer.headers(response, here), "text/plain", body)


def wait_for_leave(visit: Visit, url: str) -> None:
    """Ask robots.txt and wait for the host's turn, for whoever then fetches otherwise; raises FetchError."""
    _ask_leave(visit, url)
    visit.manners.wait(url)


def _ask_leave(visit: Visit, url: str) -> None:
    """Ask the host's robots.txt; raises FetchError where it forbids the address, or cannot be had for now."""
    _check(visit, url)
    if not visit.settings.robots:
        return
    try:
        allowed = visit.manners.allows(url, lambda address: _robots(visit, address))
    except FetchError as error:
        detail = f"robots.txt: {error.detail}" if error.kind.startswith("http_") else error.detail
        raise FetchError(error.kind, url, detail, error.retry_after) from None
    if not allowed:
        raise FetchError("robots", url, "robots.txt forbids it")


def _robots(visit: Visit, url: str) -> bytes:
    """The bytes of robots.txt, b"" where there is none; a server that fails forbids all (RFC 9309)."""
    seconds = min(_ROBOTS_SECONDS, visit.settings.deadline)
    try:
        return _attempt(visit, url, seconds, lambda: _follow(visit, url, None, robots=True)).body
    except FetchError as error:
        if error.passing or error.kind in _DISCLOSING:
            raise
        return b""


def _too_late(visit: Visit, url: str) -> FetchError:
    return FetchError("deadline", url, f"took longer than {visit.settings.deadline:g} seconds")
