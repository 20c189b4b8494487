"""Drives Chromium in a process of its own (``python -m`` this), which can be ended however a page behaves.

Standard input is an order as JSON (fields of ``Order``); standard output one line of JSON (``status`` and
``url``, or ``error``), then the page's bytes.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tracker.fetch.addresses import is_private_literal

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

_NOT_NEEDED = frozenset({"image", "media", "font"})  # a policy's words do without
_STEP, _QUIET, _LONGEST = 250, 1_000, 10_000  # milliseconds in which the text must not grow; waited at most
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-bypass-list=<-loopback>",  # loopback too goes through the proxy
)
_LENGTH = "document.body ? document.body.innerText.length : 0"
# What stands in shadow trees is copied into the page, as a visitor sees it
_SOURCE = """() => {
  for (const host of [...document.querySelectorAll('*')].filter(each => each.shadowRoot)) {
    const copy = document.createElement('div');
    copy.append(...[...host.shadowRoot.childNodes].map(node => node.cloneNode(true)));
    for (const slot of copy.querySelectorAll('slot'))
      slot.replaceWith(...[...host.childNodes].map(node => node.cloneNode(true)));
    host.replaceChildren(copy);
  }
  return '<!doctype html>' + document.documentElement.outerHTML;
}"""


@dataclass(frozen=True, slots=True)
class Order:
    """What to render and how; ``timeout`` in seconds, ``own_headers`` go to ``url``'s host alone."""

    url: str
    program: str
    proxy: str
    user_agent: str
    language: str
    own_headers: dict[str, str]
    timeout: float
    max_size: int
    allow_private: bool


def main() -> None:
    """Carry out the order on standard input."""
    from playwright.sync_api import Error, sync_playwright

    order = Order(**json.load(sys.stdin))
    body = b""
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=order.program,
                args=list(_ARGUMENTS),
                chromium_sandbox=os.geteuid() != 0,  # as root Chromium does not start with its sandbox
                proxy={"server": order.proxy},
            )
            told, body = _rendered(chromium, order)
            chromium.close()
    except Error as error:
        told = {"error": str(error).partition("\n")[0][:300], "kind": type(error).__name__}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + body)


def _rendered(chromium: Any, order: Order) -> tuple[dict[str, Any], bytes]:
    context = chromium.new_context(
        user_agent=order.user_agent,
        locale=order.language or "en",
        accept_downloads=False,
        service_workers="block",
    )
    context.set_default_timeout(order.timeout * 1_000)
    context.route("**/*", lambda route: _decide(route, order))
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    response = page.goto(order.url, wait_until="domcontentloaded")
    _wait_for_words(page)
    body = str(page.evaluate(_SOURCE)).encode("utf-8", "replace")
    if len(body) > order.max_size:
        return {"error": "too large", "kind": "TooLarge"}, b""
    return {"status": response.status if response else 0, "url": page.url}, body


def _decide(route: Route, order: Order) -> None:
    """Let through what a page's words may need, over http and https; own headers go to their own host."""
    request = route.request
    parts = urlsplit(request.url)
    private = not order.allow_private and is_private_literal(parts.hostname or "")
    if request.resource_type in _NOT_NEEDED or parts.scheme not in ("http", "https") or private:
        route.abort()
    elif order.own_headers and parts.netloc == urlsplit(order.url).netloc:
        route.continue_(headers={**request.headers, **order.own_headers})
    else:
        route.continue_()


def _wait_for_words(page: Page) -> None:
    """Wait until the page's text stands still."""
    length, still = -1, 0
    for _ in range(_LONGEST // _STEP):
        page.wait_for_timeout(_STEP)
        now = page.evaluate(_LENGTH)
        still = still + _STEP if now == length else 0
        length = now
        if still >= _QUIET and now:
            return


if __name__ == "__main__":
    main()
