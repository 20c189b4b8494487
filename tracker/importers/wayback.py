"""Captures of one address in the Wayback Machine, or in an archive that answers as it does.

Pages are taken as they were captured ("id_"), never as the archive shows them, and their bytes are compared
with the digest in its list. The list alone tells which captures are byte for byte the same as the one before.
"""

from __future__ import annotations

import time
from base64 import b32encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from tracker.errors import Exit, TrackerError, UsageError
from tracker.model import Snapshot

if TYPE_CHECKING:
    from wayback import WaybackClient

T = TypeVar("T")
PROVENANCE = "import:wayback"
_SERVER = "https://web.archive.org"
_REVISIT = "warc/revisit"
_PAUSES = 5  # times that the archive may ask to wait before the import stops
_TIMEOUT = 60.0  # seconds of silence
_NEAR = timedelta(days=1)  # where a redirect leads was captured within it
_ANY_TIME = timedelta(days=36_500)  # the bytes that a revisit names by their digest may be of any age
_LARGEST = 64 << 20  # bytes of one page


class NoWaybackLibrary(TrackerError):
    """The optional library is not installed."""

    def __init__(self) -> None:
        super().__init__("the library 'wayback' is not installed", "pip install 'tracker[imports]'")


class ArchiveUnreachable(TrackerError):
    """The archive does not answer, or not as the Wayback Machine does."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: the web archive: {why}", "what was imported is safe; run it again to go on")


class Overloaded(TrackerError):
    """The archive keeps asking to wait."""

    exit = Exit.PARTLY

    def __init__(self, url: str) -> None:
        super().__init__(
            f"{url}: the web archive asks for fewer requests", "wait an hour, then run it again: it goes on"
        )


class BadServer(UsageError):
    """An address at which there can be no web archive."""

    def __init__(self, server: str) -> None:
        super().__init__(f"{server!r} is no web archive's address", "write it like https://web.archive.org")


@dataclass(frozen=True, slots=True)
class Capture:
    """One line of the archive's list. ``redirect``: it answered with another address."""

    at: datetime
    url: str
    digest: str
    length: int
    redirect: bool = False
    revisit: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Captures that are byte for byte the same, oldest first: the first is fetched, the others confirm it."""

    first: Capture
    again: tuple[Capture, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplayable:
    """A capture of which no page came."""

    reason: str


class Machine:
    """An open connection to the archive; ``rate`` are pages asked for in a second."""

    def __init__(
        self,
        agent: str,
        rate: float,
        server: str = _SERVER,
        sleep: Callable[[float], None] = time.sleep,
        retries: int = 4,
    ) -> None:
        try:
            from wayback import WaybackClient, WaybackSession
        except ImportError:
            raise NoWaybackLibrary from None
        if urlsplit(server).scheme not in ("http", "https") or not urlsplit(server).hostname:
            raise BadServer(server)
        session = WaybackSession(
            retries=retries,
            timeout=_TIMEOUT,
            user_agent=agent,
            memento_calls_per_second=rate,
            search_calls_per_second=min(rate, 0.4) if server == _SERVER else rate,
        )
        if server != _SERVER:
            session.mount(_SERVER, _elsewhere(server))
        self._client: WaybackClient = WaybackClient(session)
        self._sleep = sleep

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()

    def captures(self, url: str, since: datetime | None, until: datetime | None) -> list[Capture]:
        """What the archive holds of an address: pages, redirects and revisits, oldest first.

        Raises ArchiveUnreachable, Overloaded.
        """

        def ask() -> list[Capture]:
            found = self._client.search(url, from_date=since, to_date=until, limit=10_000)
            return [capture for record in found if (capture := _capture(record))]

        listed = self._patiently(url, ask)
        if isinstance(listed, Unplayable):
            raise ArchiveUnreachable(url, listed.reason)
        return sorted(listed, key=lambda it: it.at)

    def page(self, policy: str, capture: Capture) -> Snapshot | Unplayable:
        """One capture as it came then. Raises ArchiveUnreachable, Overloaded."""
        return self._patiently(capture.url, lambda: self._page(policy, capture))

    def _page(self, policy: str, capture: Capture) -> Snapshot | Unplayable:
        from wayback import Mode

        memento = self._client.get_memento(
            capture.url,
            timestamp=capture.at,
            mode=Mode.original,
            exact=not capture.revisit,
            exact_redirects=False,
            target_window=_ANY_TIME if capture.revisit else _NEAR,
        )
        raw = memento.content
        headers = {name.lower(): value for name, value in memento.headers.items()}
        if len(raw) > _LARGEST:
            return Unplayable("the page is too large")
        if memento.status_code != 200:
            return Unplayable(f"it was answered with {memento.status_code}")
        if not memento.history and not _is_whole(raw, capture, headers):
            return Unplayable("its bytes are not those that the archive lists: cut off or altered")
        told = {"memento-datetime": f"{memento.timestamp:%a, %d %b %Y %H:%M:%S} GMT"}
        return Snapshot(
            policy,
            capture.url,
            capture.at,
            raw,
            headers.get("content-type", "").partition(";")[0].strip() or "text/html",
            f"{PROVENANCE}:{memento.memento_url}",
            memento.status_code,
            tuple(it.url for it in memento.history[1:]) + ((memento.url,) if memento.history else ()),
            {**headers, **told},
        )

    def _patiently(self, url: str, ask: Callable[[], T]) -> T | Unplayable:
        from requests import RequestException
        from wayback.exceptions import MementoPlaybackError, RateLimitError, WaybackException

        for _ in range(_PAUSES):
            try:
                return ask()
            except RateLimitError as error:
                self._sleep(max(1.0, float(error.retry_after or 60)))
            except (MementoPlaybackError, EOFError) as error:
                return Unplayable(_words(error))
            except RequestException as error:
                if "IncompleteRead" in str(error) or "Connection broken" in str(error):
                    return Unplayable("the body was cut off")
                raise ArchiveUnreachable(url, _words(error)) from None
            except WaybackException as error:
                raise ArchiveUnreachable(url, _words(error)) from None
        raise Overloaded(url)


def runs(captures: Sequence[Capture]) -> Iterator[Run]:
    """The captures in runs of the same bytes; a redirect is a run of its own: its target may differ."""
    run: list[Capture] = []
    for capture in captures:
        if run and (capture.redirect or run[0].redirect or capture.digest != run[0].digest):
            yield Run(run[0], tuple(run[1:]))
            run = []
        run.append(capture)
    if run:
        yield Run(run[0], tuple(run[1:]))


def estimate(captures: Sequence[Capture], rate: float) -> str:
    """What an import would cost, in a line."""
    if not captures:
        return "the archive holds no page of this address"
    heads = [run.first for run in runs(captures)]
    megabytes = sum(head.length for head in heads) / 1e6
    took = timedelta(seconds=round(len(heads) / rate))
    span = f"{captures[0].at:%Y-%m-%d} to {captures[-1].at:%Y-%m-%d}"
    return (
        f"{len(captures)} captures from {span}, {len(heads)} of them to be fetched: "
        f"about {megabytes:.1f} MB (compressed), {took} at {rate:g} a second"
    )


def _capture(record: Any) -> Capture | None:
    status, revisit = record.statuscode, record.mimetype == _REVISIT
    redirect = status is not None and 300 <= status < 400
    if not (status == 200 or redirect or (status is None and revisit)):
        return None
    at = record.timestamp.astimezone(UTC)
    return Capture(at, record.original, record.digest, record.length or 0, redirect, revisit)


def _is_whole(raw: bytes, capture: Capture, headers: Mapping[str, str]) -> bool:
    """Whether the bytes are those of the list; it lists those of an encoded body as they were sent."""
    if capture.redirect or headers.get("content-encoding", "identity") != "identity":
        return True
    told = headers.get("content-length", "")
    if told.isdecimal() and len(raw) < int(told):
        return False
    digest = b32encode(sha1(raw, usedforsecurity=False).digest()).decode()
    return len(capture.digest) != len(digest) or digest == capture.digest


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _elsewhere(server: str) -> Any:
    """What sends the requests for the Wayback Machine to another archive, which does not notice."""
    from requests.adapters import HTTPAdapter

    class Elsewhere(HTTPAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            asked = request.url
            request.url = server.rstrip("/") + asked.removeprefix(_SERVER)
            try:
                response = super().send(request, *args, **kwargs)
            finally:
                request.url = asked
            response.url = asked
            return response

    return Elsewhere()
