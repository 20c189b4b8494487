"""What can go wrong with a fetch, by kind."""

from __future__ import annotations

from typing import NamedTuple

from tracker.errors import TrackerError


class Kind(NamedTuple):
    """Whether a failure may pass by itself, and what the user can do."""

    passing: bool
    advice: str


KINDS = {
    "bad_url": Kind(False, "correct the address in policies.toml"),
    "bad_scheme": Kind(False, "only http and https are fetched"),
    "private_address": Kind(False, "set allow_private = true under [settings] if that is meant"),
    "dns": Kind(True, "check the address, or the network"),
    "refused": Kind(True, "check the address and the port, or try later"),
    "unreachable": Kind(True, "check the network, or try later"),
    "timeout": Kind(True, "try later, or raise read_timeout or connect_timeout"),
    "deadline": Kind(False, "try later, or raise deadline"),
    "connection": Kind(True, "try later"),
    "tls": Kind(False, "check the address; a certificate that does not hold is never accepted"),
    "proxy": Kind(True, "check proxy under [settings]"),
    "incomplete": Kind(True, "try later"),
    "too_large": Kind(False, "raise max_download or max_size if the page is right"),
    "too_many_redirects": Kind(False, "name the final address in policies.toml"),
    "decode": Kind(False, "report it to the site: the page cannot be unpacked"),
    "not_a_page": Kind(False, "name the address of the policy's page"),
    "browser": Kind(True, 'try later, or set browser = "never" for this policy'),
    "no_browser": Kind(False, 'or set browser = "never" for this policy'),
    "robots": Kind(False, "ask the site, or set robots = false under [settings]"),
    "http": Kind(False, "check the address with a browser"),
}
_PASSING_STATUSES = {408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529}
_STATUS_ADVICE = {
    401: "the page asks for a login",
    403: "the site refuses robots; set contact under [settings], or ask the site",
    404: "the policy may have moved: correct its address",
    410: "the policy is gone: correct its address",
    429: "fetch less often",
}


class FetchError(TrackerError):
    """A page that could not be fetched.

    ``kind`` is a key of KINDS, or ``http_<status>`` for an answer that is no page; ``passing`` tells whether
    it may pass by itself; ``retry_after`` is the wait in seconds that the server asked for, None where none.
    """

    def __init__(self, kind: str, url: str, detail: str, retry_after: float | None = None) -> None:
        self.kind, self.url, self.detail, self.retry_after = (
            kind,
            printable(url),
            printable(detail),
            retry_after,
        )
        known = KINDS.get(kind) or _of_status(int(kind.removeprefix("http_")))
        self.passing = known.passing
        super().__init__(f"{self.url}: {self.detail}", known.advice)


def _of_status(status: int) -> Kind:
    passing = status in _PASSING_STATUSES
    return Kind(passing, _STATUS_ADVICE.get(status, "try later" if passing else KINDS["http"].advice))


def printable(words: str) -> str:
    """One line of bounded length from what a server sent, without what could steer a terminal."""
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in words[:300])
