"""Connections that go only to checked addresses and end at their deadline; TLS is always verified.

A name is resolved once, its addresses are checked, and the connection goes to a checked address: a name that
resolves otherwise the next moment (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from tracker.config import Settings
from tracker.fetch.addresses import is_public
from tracker.fetch.errors import FetchError

Resolve = Callable[[str, int], list[str]]

_MOST_ADDRESSES = 4  # tried in turn before a host counts as unreachable


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, in the system's order; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Deadline:
    """Ends what a page takes too long for: at its time every connection of the session is shut.

    Timeouts of sockets bound only the silence between two bytes; a server that drips goes on for ever.
    """

    def __init__(self) -> None:
        self.passed = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []

    def watch(self, connection: socket.socket) -> None:
        """Shut this connection too when the time has come. A duplicate is kept: TLS takes the socket away."""
        with self._lock:
            self._sockets.append(connection.dup())
        if self.passed:
            self._shut()

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Run the body under the deadline; ``passed`` tells afterwards whether it was hit."""
        self.passed = False
        timer = threading.Timer(max(seconds, 0.001), self._shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            for each in self._sockets:
                each.close()
            self._sockets.clear()

    def _shut(self) -> None:
        self.passed = True
        with self._lock:
            for each in self._sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


class Dialler:
    """Opens connections, to checked addresses only."""

    def __init__(self, settings: Settings, deadline: Deadline, resolve: Resolve) -> None:
        self._timeout = settings.connect_timeout
        # With a proxy the connection goes to the user's own proxy, and the proxy resolves the names
        self._any_address = settings.allow_private or bool(settings.proxy)
        self._deadline, self._resolve = deadline, resolve

    def __call__(self, host: str, port: int) -> socket.socket:
        """A connected socket; raises FetchError."""
        failure: OSError | None = None
        for address in self._checked(host, port)[:_MOST_ADDRESSES]:
            if self._deadline.passed:
                raise FetchError("deadline", host, "it took too long")
            try:
                connection = socket.create_connection((address, port), self._timeout)
            except OSError as error:
                failure = failure or error
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._deadline.watch(connection)
            return connection
        raise _unconnected(host, port, failure)

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            words = getattr(error, "strerror", None) or "not a name"
            raise FetchError("dns", host, f"the host's name cannot be resolved ({words})") from None
        public = [address for address in addresses if self._any_address or is_public(address)]
        if not public:
            raise FetchError("private_address", host, f"stands at a private address ({', '.join(addresses)})")
        return public


def _unconnected(host: str, port: int, failure: OSError | None) -> FetchError:
    if isinstance(failure, ConnectionRefusedError):
        return FetchError("refused", host, f"refuses connections on port {port}")
    if isinstance(failure, TimeoutError):
        return FetchError("timeout", host, f"does not answer on port {port}")
    return FetchError(
        "unreachable", host, f"cannot be reached on port {port} ({getattr(failure, 'strerror', '')})"
    )


def session(settings: Settings, deadline: Deadline, resolve: Resolve) -> requests.Session:
    """A session that knows no environment (proxies, netrc) and dials as above."""
    made = requests.Session()
    made.trust_env = False
    adapter = _Adapter(Dialler(settings, deadline, resolve), _tls(settings.ca_file))
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    if settings.proxy:
        made.proxies = {"http": settings.proxy, "https": settings.proxy}
    return made


@lru_cache(maxsize=4)
def _tls(ca_file: str) -> ssl.SSLContext:
    """One context for all sessions: reading the authorities takes longer than a fetch."""
    context = ssl.create_default_context(cafile=ca_file or DEFAULT_CA_BUNDLE_PATH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Adapter(HTTPAdapter):
    """requests' adapter over connections of our own."""

    def __init__(self, dial: Dialler, tls: ssl.SSLContext) -> None:
        self._pools = _pools(dial)
        self._tls = tls
        super().__init__(max_retries=0, pool_connections=8, pool_maxsize=2)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, _ = super().build_connection_pool_key_attributes(request, True, None)
        return host, {"ssl_context": self._tls, "cert_reqs": "CERT_REQUIRED"}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The context verifies, always; nothing is to be set on the pool."""


def _pools(dial: Dialler) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools with connections dialled by us: it takes a class of connection, not a function."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return dial(self._dns_host, int(self.port or 80))

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return dial(self._dns_host, int(self.port or 443))

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
