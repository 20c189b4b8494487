"""From exceptions of requests, urllib3 and the system to the kinds of failure."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import requests
import urllib3

from tracker.fetch.decoding import BadCoding
from tracker.fetch.errors import FetchError

_HTTP = urllib3.exceptions
# The first row that fits an exception or a cause of it tells the kind; {} is the innermost cause's words
_KINDS: tuple[tuple[str, tuple[type[BaseException], ...], str], ...] = (
    ("proxy", (requests.exceptions.ProxyError, _HTTP.ProxyError), "the proxy fails ({})"),
    ("tls", (requests.exceptions.SSLError, _HTTP.SSLError), "no trusted connection ({})"),
    ("timeout", (requests.Timeout, _HTTP.TimeoutError, TimeoutError), "the server fell silent"),
    ("incomplete", (http.client.IncompleteRead,), "the answer was cut off"),
    ("decode", (BadCoding, _HTTP.DecodeError), "the answer cannot be unpacked: {}"),
    (
        "bad_url",
        (requests.exceptions.InvalidURL, _HTTP.LocationValueError, ValueError),
        "is no address ({})",
    ),
)
_DEEPEST = 16


def failure(url: str, error: BaseException) -> FetchError:
    """The failure that an exception stands for."""
    causes = list(_causes(error))
    words = str(causes[-1]) or type(causes[-1]).__name__
    for kind, types, detail in _KINDS:
        if any(isinstance(each, types) for each in causes):
            return FetchError(kind, url, detail.format(words))
    return FetchError("connection", url, f"the connection broke ({words})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it wraps, outermost first: urllib3 wraps in ``reason`` and in ``args``."""
    waiting = [error]
    for _ in range(_DEEPEST):
        if not waiting:
            return
        here = waiting.pop(0)
        yield here
        inside = (getattr(here, "reason", None), *here.args)
        waiting += [each for each in inside if isinstance(each, BaseException) and each is not here]
