"""What a server's answer holds: status, headers and the unpacked body, with caps on all of them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

import requests

from tracker.config import Settings
from tracker.fetch import decoding
from tracker.fetch.errors import FetchError
from tracker.model import NO_ATTRIBUTES

_LONGEST_FACT = 500  # characters of one fact of a certificate
_REDIRECTS = {301, 302, 303, 307, 308}
_CHUNK = 65_536
_MOST_HEADERS = 65_536  # characters of headers in all
_VISITORS = frozenset({"set-cookie", "set-cookie2"})  # headers about the visitor, not the page
_BLOCKERS = (  # who stands before a site, by a header that only they send: name, what its value begins with
    ("cf-mitigated", "", "Cloudflare"),
    ("server", "cloudflare", "Cloudflare"),
    ("x-datadome", "", "DataDome"),
    ("x-sucuri-id", "", "Sucuri"),
    ("x-iinfo", "", "Imperva"),
    ("server", "akamaighost", "Akamai"),
)


def redirect(response: requests.Response, here: str) -> str | None:
    """The address that the answer sends us to; None where it is no redirect."""
    if response.status_code not in _REDIRECTS:
        return None
    location = (
        response.headers.get("location", "").encode("latin-1", "replace").decode("utf-8", "replace").strip()
    )
    if not location:
        raise FetchError(f"http_{response.status_code}", here, "redirects without saying where to")
    return urljoin(here, location)


def headers(response: requests.Response, here: str) -> Mapping[str, str]:
    """The headers with lower-case names in order, without cookies; too many are a failure."""
    if sum(len(name) + len(value) for name, value in response.headers.items()) > _MOST_HEADERS:
        raise FetchError("too_large", here, "sends more headers than a page has")
    kept = {name.lower(): value for name, value in response.headers.items() if name.lower() not in _VISITORS}
    return MappingProxyType(dict(sorted(kept.items())))


def certificate(response: requests.Response) -> Mapping[str, str]:
    """What the server's certificate says and how it hashes; nothing where there is none."""
    connection = getattr(response.raw, "connection", None)
    sock = getattr(connection, "sock", None)
    if not isinstance(sock, ssl.SSLSocket):
        return NO_ATTRIBUTES
    told: Any = sock.getpeercert() or {}
    found = {
        "subject": _name(told.get("subject", ())),
        "issuer": _name(told.get("issuer", ())),
        "serial": str(told.get("serialNumber", "")),
        "not_before": str(told.get("notBefore", "")),
        "not_after": str(told.get("notAfter", "")),
        "sha256": sha256(sock.getpeercert(binary_form=True) or b"").hexdigest(),
        "protocol": sock.version() or "",
    }
    return MappingProxyType({name: value[:_LONGEST_FACT] for name, value in found.items() if value})


def _name(parts: Any) -> str:
    return ", ".join(f"{name}={value}" for part in parts for name, value in part)


def refusal(response: requests.Response, here: str, now: datetime) -> FetchError:
    """The failure that an answer without a page stands for, with the blocker's name where it tells."""
    status = response.status_code
    detail = f"the server answers {status} {response.reason or ''}".rstrip()
    blocker = _blocker(response.headers) if status in (403, 429, 503) else ""
    wait = retry_after(response.headers.get("retry-after", ""), now)
    return FetchError(f"http_{status}", here, f"{detail}, sent by {blocker}" if blocker else detail, wait)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait, from either form of Retry-After; None where it says nothing that can be read."""
    value = value.strip()
    if value.isdecimal() and len(value) < 10:
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)


def body(settings: Settings, response: requests.Response, here: str) -> bytes:
    """The unpacked body; raises FetchError as soon as a cap is passed."""
    found = bytearray()
    for piece in _unpacked(settings, response, here):
        found += piece
        if len(found) > settings.max_size:
            raise FetchError("too_large", here, f"unpacks to more than {settings.max_size:,} bytes")
    return bytes(found)


def beginning(settings: Settings, response: requests.Response, here: str, most: int) -> bytes:
    """The first bytes of the unpacked body, at least ``most`` where there are so many."""
    found = bytearray()
    for piece in _unpacked(settings, response, here):
        found += piece
        if len(found) >= most:
            break
    return bytes(found)


def _unpacked(settings: Settings, response: requests.Response, here: str) -> Iterator[bytes]:
    return decoding.unpack(_wire(settings, response, here), response.headers.get("content-encoding", ""))


def _wire(settings: Settings, response: requests.Response, here: str) -> Iterator[bytes]:
    taken = 0
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        taken += len(chunk)
        if taken > settings.max_download:
            raise FetchError("too_large", here, f"sends more than {settings.max_download:,} bytes")
        yield chunk


def _blocker(found: Mapping[str, str]) -> str:
    for name, value, blocker in _BLOCKERS:
        if name in found and found[name].lower().startswith(value):
            return blocker
    return ""
