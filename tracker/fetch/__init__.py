"""Fetches a policy's pages: politely, safely, within limits. ``tracker.fetch.gate`` judges what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from tracker import __version__, bundle
from tracker.config import Policy, Settings
from tracker.fetch.decoding import ACCEPTED
from tracker.fetch.errors import FetchError
from tracker.fetch.http import Page, Validators, Visit, page, wait_for_leave
from tracker.fetch.politeness import Manners
from tracker.fetch.transport import Deadline, Resolve, resolve, session
from tracker.model import Snapshot

__all__ = ["RENDERED", "FetchError", "Fetched", "Manners", "Validators", "get", "user_agent", "validators"]

RENDERED = "fetch:browser"  # the provenance of a page whose scripts were run
_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.5"
_LONGEST_VALIDATOR = 1_000  # characters; the archive shortens longer ones, and no server means them


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: a snapshot, or None where the server says that nothing changed since (304)."""

    at: datetime
    snapshot: Snapshot | None


def get(
    policy: Policy,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], object],
    random: Callable[[], float],
    manners: Manners,
    validators: Sequence[Validators] = (),
    resolve: Resolve = resolve,
    rendered: bool = False,
) -> Fetched:
    """Fetch all pages of a policy, in order; raises FetchError, whose ``kind`` tells what failed.

    ``clock`` gives the time in UTC, ``sleep`` waits for seconds, ``random`` gives numbers from 0 to 1 for the
    jitter of retries; ``manners`` is shared by all fetches of a process. ``validators`` are those of the last
    good capture: where every page answers 304, nothing changed. With ``rendered`` a browser runs the pages'
    scripts, without validators.

    The snapshot's ``url`` is the policy's own, ``redirects`` are the addresses after it, the last of them the
    page's final one. A policy of several pages is one snapshot of ``bundle.MEDIA_TYPE``.
    """
    deadline = Deadline()
    with closing(deadline), session(settings, deadline, resolve) as opened:
        opened.headers.clear()
        opened.headers.update(_headers(policy, settings))
        hosts = _own_hosts(policy)
        visit = Visit(opened, deadline, settings, manners, clock, sleep, random, policy.headers, hosts)
        pages = _rendered(visit, policy, resolve) if rendered else _pages(visit, policy, validators)
    at = clock()
    if not pages:
        return Fetched(at, None)
    found = _one(policy, at, pages[0]) if len(pages) == 1 else _several(policy, at, pages)
    return Fetched(at, replace(found, provenance=RENDERED) if rendered else found)


def validators(snapshot: Snapshot) -> tuple[Validators, ...]:
    """What the servers gave with a stored snapshot, for the next ``get``; () where any page has none."""
    if snapshot.media_type == bundle.MEDIA_TYPE:
        found = [Validators(part.url, part.etag, part.last_modified) for part in bundle.split(snapshot.raw)]
    else:
        final = snapshot.redirects[-1] if snapshot.redirects else snapshot.url
        given = {name.lower(): value for name, value in snapshot.headers.items()}
        found = [Validators(final, given.get("etag", ""), given.get("last-modified", ""))]
    usable = [each for each in found if 0 < len(each.etag + each.last_modified) <= _LONGEST_VALIDATOR]
    return tuple(usable) if len(usable) == len(found) else ()


def user_agent(settings: Settings) -> str:
    """Who we say that we are: the truth."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return settings.user_agent or f"tracker/{__version__}{contact}"


def _pages(visit: Visit, policy: Policy, known: Sequence[Validators]) -> list[Page]:
    """All pages whole; none where all are unchanged."""
    usable = len(known) == len(policy.pages)
    asked = [page(visit, url, known[number] if usable else None) for number, url in enumerate(policy.pages)]
    if all(each.status == 304 for each in asked):
        return []
    return [
        page(visit, url) if each.status == 304 else each
        for url, each in zip(policy.pages, asked, strict=True)
    ]


def _rendered(visit: Visit, policy: Policy, resolve: Resolve) -> list[Page]:
    """All pages as they stand once their scripts have run."""
    from tracker.fetch.browser import render  # few policies need it

    pages = []
    for url in policy.pages:
        wait_for_leave(visit, url)
        pages.append(render(url, policy, visit.settings, user_agent(visit.settings), resolve))
    return pages


def _one(policy: Policy, at: datetime, found: Page) -> Snapshot:
    return Snapshot(
        policy=policy.id,
        url=policy.url,
        captured=at,
        raw=found.body,
        media_type=found.media_type,
        status=found.status,
        redirects=found.redirects,
        headers=found.headers,
        tls=found.tls,
    )


def _several(policy: Policy, at: datetime, pages: Sequence[Page]) -> Snapshot:
    parts = [
        bundle.Part(
            each.url,
            _content_type(each),
            each.body,
            each.headers.get("etag", ""),
            each.headers.get("last-modified", ""),
        )
        for each in pages
    ]
    return Snapshot(
        policy=policy.id,
        url=policy.url,
        captured=at,
        raw=bundle.join(parts),
        media_type=bundle.MEDIA_TYPE,
        status=pages[-1].status,
        redirects=pages[0].redirects,
        tls=pages[0].tls,
    )


def _content_type(found: Page) -> str:
    """The media type as recognised, with the charset as served."""
    _, mark, parameters = found.headers.get("content-type", "").partition(";")
    return f"{found.media_type}{mark}{parameters}"


def _own_hosts(policy: Policy) -> frozenset[tuple[str, str]]:
    """Where the policy's own headers go: to its hosts, and never from https back to http."""
    named = {(urlsplit(url).scheme, urlsplit(url).hostname or "") for url in policy.pages}
    return frozenset(named | {("https", host) for _, host in named})


def _headers(policy: Policy, settings: Settings) -> dict[str, str]:
    wanted = settings.accept_language
    if policy.language:
        wanted = policy.language if policy.language == "en" else f"{policy.language}, en;q=0.5"
    return {
        "User-Agent": user_agent(settings),
        "Accept": _ACCEPT,
        "Accept-Language": wanted,
        "Accept-Encoding": ACCEPTED,
    }
