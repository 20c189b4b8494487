"""How a watch is: figures that count up, and a small server that tells them when it was asked for.

``/health`` is JSON with status 200, or 503 where nothing was dispatched for minutes; ``/metrics`` is the text
format of Prometheus. The server tells numbers only, and listens on the loopback unless told otherwise.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tracker import __version__
from tracker.errors import UsageError
from tracker.report.as_json import time

_STALE = timedelta(minutes=5)  # without a dispatch: something hangs
_SLOW = 5.0  # seconds that a client may take
_OUTCOMES = ("new", "changed", "unchanged", "suspect", "failed")


class CannotListen(UsageError):
    """An address that the server cannot listen on."""


class Figures:
    """What a watch has done since it started. Threads share it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._mutex = threading.Lock()
        self._looks: Counter[str] = Counter()
        self._seconds = 0.0
        self._started = self._dispatched = clock()
        self._last: datetime | None = None
        self._policies = self._overdue = 0

    def looked(self, outcome: str, seconds: float) -> None:
        """One look is over."""
        with self._mutex:
            self._looks[outcome] += 1
            self._seconds += seconds
            self._last = self._clock()

    def dispatched(self, policies: int, overdue: int) -> None:
        """The scheduler looked who is due."""
        with self._mutex:
            self._policies, self._overdue, self._dispatched = policies, overdue, self._clock()

    def health(self, notifications: Mapping[str, int]) -> dict[str, Any]:
        """The state as data; ``status`` is "ok" or "stalled"."""
        with self._mutex:
            stalled = self._clock() - self._dispatched > _STALE
            return {
                "schema": "tracker.health/1",
                "status": "stalled" if stalled else "ok",
                "version": __version__,
                "started": time(self._started),
                "dispatched": time(self._dispatched),
                "last_look": time(self._last) if self._last else None,
                "policies": self._policies,
                "overdue": self._overdue,
                "looks": {name: self._looks[name] for name in _OUTCOMES},
                "notifications": dict(sorted(notifications.items())),
            }

    def metrics(self, notifications: Mapping[str, int]) -> str:
        """The state in the text format of Prometheus."""
        return "".join(f"{line}\n" for line in self._metrics(notifications))

    def _metrics(self, notifications: Mapping[str, int]) -> Iterator[str]:
        with self._mutex:
            yield from _metric("build_info", "gauge", "The program.", {f'{{version="{__version__}"}}': 1})
            looks = {f'{{outcome="{name}"}}': float(self._looks[name]) for name in _OUTCOMES}
            yield from _metric("looks_total", "counter", "Looks at policies by what came of them.", looks)
            yield "# HELP tracker_look_seconds How long looks took."
            yield "# TYPE tracker_look_seconds summary"
            yield f"tracker_look_seconds_sum {self._seconds:.6f}"
            yield f"tracker_look_seconds_count {self._looks.total()}"
            begun = self._dispatched.timestamp()
            last = self._last.timestamp() if self._last else 0.0
            for name, told, value in (
                ("policies", "Policies that are watched.", self._policies),
                ("policies_overdue", "Policies due at the last dispatch.", self._overdue),
                ("last_look_timestamp_seconds", "When the last look was over.", last),
                ("dispatch_timestamp_seconds", "When it was last seen who is due.", begun),
            ):
                yield from _metric(name, "gauge", told, {"": value})
        if states := {f'{{state="{name}"}}': float(n) for name, n in sorted(notifications.items())}:
            yield from _metric("notifications", "gauge", "Items to tell, by how they stand.", states)
        yield from _metric("memory_max_bytes", "gauge", "The most memory used so far.", {"": _memory()})


@contextmanager
def serving(listen: str, figures: Figures, notifications: Callable[[], Mapping[str, int]]) -> Iterator[str]:
    """Answer on ``listen`` ("PORT" or "HOST:PORT") until the block ends; its address. Raises CannotListen."""
    host, port = _place(listen)

    class Handler(BaseHTTPRequestHandler):
        timeout = _SLOW
        server_version, sys_version = "tracker", ""

        def do_GET(self) -> None:
            if self.path == "/health":
                state = figures.health(notifications())
                body = json.dumps(state, indent=1).encode() + b"\n"
                self._send(200 if state["status"] == "ok" else 503, "application/json", body)
            elif self.path == "/metrics":
                text = figures.metrics(notifications())
                self._send(200, "text/plain; version=0.0.4; charset=utf-8", text.encode())
            else:
                self._send(404, "text/plain", b"/health and /metrics\n")

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            for name, value in (
                ("Content-Type", kind),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Requests are no news."""

    try:
        server = ThreadingHTTPServer((host, port), Handler)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CannotListen(f"--listen {listen}: {why}", "name a free port, or HOST:PORT") from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _place(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535:
        raise CannotListen(f"--listen {listen}: no port", "write it like 9464 or 127.0.0.1:9464")
    return host.strip("[]") or "127.0.0.1", int(port)


def _metric(name: str, kind: str, told: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP tracker_{name} {told}"
    yield f"# TYPE tracker_{name} {kind}"
    for labels, value in values.items():
        yield f"tracker_{name}{labels} {value:.15g}"


def _memory() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most if sys.platform == "darwin" else most * 1024)
