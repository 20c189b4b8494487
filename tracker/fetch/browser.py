"""Pages that need their scripts, rendered by the system's Chromium through Playwright (extra ``browser``).

Chromium reaches the network only through ``Gateway``, which dials checked addresses as plain fetches do:
whatever a page's scripts ask for, no private address is reached, and no name is resolved twice. It runs in a
process group of its own that is ended at the deadline.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import asdict
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any
from urllib.parse import urldefrag, urlsplit

from tracker.config import Policy, Settings
from tracker.fetch.errors import FetchError, printable
from tracker.fetch.gateway import Gateway
from tracker.fetch.http import Page
from tracker.fetch.rendering import Order
from tracker.fetch.transport import Deadline, Dialler, Resolve

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ONE_AT_A_TIME = threading.Lock()  # a browser takes hundreds of megabytes
_PAGES_WORTH = 4  # a page's scripts and styles may be so many times as large as a page
_HEADERS = MappingProxyType({"content-type": "text/html; charset=utf-8"})


def missing() -> str:
    """What is missing to render pages; "" where nothing is."""
    if find_spec("playwright") is None:
        return "install tracker[browser] and Chromium"
    return "" if _program() else "install Chromium"


def render(url: str, policy: Policy, settings: Settings, user_agent: str, resolve: Resolve) -> Page:
    """The page as it stands once its scripts have run; raises FetchError."""
    program = _program()
    if program is None or (lacking := missing()):
        raise FetchError("no_browser", url, f"needs a browser: {missing() or lacking}")
    deadline = Deadline()
    most = settings.max_download * _PAGES_WORTH
    with _ONE_AT_A_TIME, closing(deadline), Gateway(Dialler(settings, deadline, resolve), most) as gateway:
        order = Order(
            url=urldefrag(url).url,
            program=program,
            proxy=settings.proxy or gateway.url,
            user_agent=user_agent,
            language=policy.language,
            own_headers=dict(policy.headers),
            timeout=settings.deadline,
            max_size=settings.max_size,
            allow_private=settings.allow_private,
        )
        told, body = _carried_out(order)
        if failure := gateway.failure(urlsplit(url).hostname or ""):
            raise FetchError(failure.kind, url, failure.detail)
    return _page(order, told, body)


def _program() -> str | None:
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def _carried_out(order: Order) -> tuple[dict[str, Any], bytes]:
    """What the process that renders told, and the page; the whole group is ended at the deadline."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.fetch.rendering"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(json.dumps(asdict(order)).encode(), order.timeout)
    except subprocess.TimeoutExpired:
        return {"error": "", "kind": "TimeoutError"}, b""
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    head, _, body = out.partition(b"\n")
    try:
        told = json.loads(head)
    except ValueError:
        told = {"error": "it ended without an answer", "kind": "Error"}
    return (told if isinstance(told, dict) else {}), body


def _page(order: Order, told: dict[str, Any], body: bytes) -> Page:
    url, kind = order.url, told.get("kind", "")
    if kind == "TimeoutError":
        raise FetchError("deadline", url, f"took longer than {order.timeout:g} seconds to render")
    if kind == "TooLarge":
        raise FetchError("too_large", url, f"renders to more than {order.max_size:,} bytes")
    words = printable(str(told.get("error", "")))
    if words or "status" not in told:
        certificate = "ERR_CERT" in words or "ERR_SSL" in words
        raise FetchError("tls" if certificate else "browser", url, f"the browser fails ({words})")
    status, came = int(told["status"]), str(told["url"])
    if status not in (200, 203, 304):
        raise FetchError(f"http_{status}", url, f"the server answers {status}")
    return Page(came, status, () if came == url else (came,), _HEADERS, "text/html", body)
