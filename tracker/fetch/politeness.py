"""Good manners towards sites: a pause between requests to one host, and robots.txt (RFC 9309)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

AGENT = "tracker"  # what robots.txt knows us by
ROBOTS_SIZE = 500_000  # bytes of robots.txt that are read, as the RFC asks for at least

_TRUSTED_FOR = 24 * 3_600.0  # seconds
_LONGEST_DELAY = 30.0  # seconds of Crawl-delay that are obeyed


class Manners:
    """What one process owes to the sites it visits; shared by all its threads.

    ``sleep`` waits for seconds, ``monotonic`` tells them; ``jitter`` gives numbers from 0 to 1 that lengthen
    each pause by up to a quarter.
    """

    def __init__(
        self,
        gap: float,
        sleep: Callable[[float], object],
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = float,
    ) -> None:
        self._gap, self._sleep, self._monotonic, self._jitter = gap, sleep, monotonic, jitter
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}
        self._robots: dict[str, tuple[float, Protego]] = {}
        self._asking: dict[str, threading.Lock] = {}

    def wait(self, url: str) -> None:
        """Wait until the host's turn has come; requests to one host queue up, in the order they asked."""
        parts = urlsplit(url)
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._free_at.get(parts.netloc, now))
            self._free_at[parts.netloc] = turn + self._gap_of(_origin(url)) * (1 + self._jitter() / 4)
        if turn > now:
            self._sleep(turn - now)

    def until(self, url: str) -> float:
        """Seconds until the host's turn; nought or less where it has come."""
        with self._lock:
            return self._free_at.get(urlsplit(url).netloc, 0.0) - self._monotonic()

    def allows(self, url: str, ask: Callable[[str], bytes]) -> bool:
        """Whether robots.txt lets us fetch the address.

        ``ask`` gets the address of robots.txt and gives its bytes, b"" where there is none; what it raises
        goes through, and it is asked anew the next time.
        """
        origin = _origin(url)
        with self._lock:
            asking = self._asking.setdefault(origin, threading.Lock())
        with asking:  # one question for each host, however many of its pages are waited for
            known = self._robots.get(origin)
            if known is None or known[0] < self._monotonic():
                text = ask(f"{origin}/robots.txt")[:ROBOTS_SIZE].decode("utf-8", "replace")
                known = (self._monotonic() + _TRUSTED_FOR, Protego.parse(text))
                self._robots[origin] = known
        return bool(known[1].can_fetch(url, AGENT))

    def _gap_of(self, origin: str) -> float:
        known = self._robots.get(origin)
        delay = known[1].crawl_delay(AGENT) if known else None
        return max(self._gap, min(float(delay or 0), _LONGEST_DELAY))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
