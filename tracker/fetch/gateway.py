"""A proxy on loopback through which a browser reaches the network: only checked addresses are dialled."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tracker.fetch.errors import FetchError

Dial = Callable[[str, int], socket.socket]

_HEAD = 65_536  # bytes of a request's head
_CHUNK = 65_536
_MOST = 64  # connections at once
_PATIENCE = 30.0  # seconds of silence
_ERRANDS = re.compile(  # where Chromium calls by itself, whatever it is told
    r"(?:update|safebrowsing|optimizationguide-pa|content-autofill|android\.clients|clients\d?)\.google(?:apis)?\.com|"
    r"accounts\.google\.com|redirector\.gvt1\.com|edgedl\.me\.gvt1\.com"
)
_HOP = re.compile(rb"(?im)^(?:proxy-[\w-]+|connection|keep-alive)[ \t]*:[^\r\n]*\r\n")


class Gateway:
    """Serves until the block ends. ``dial`` connects to a host and port or raises FetchError.

    ``most`` is how many bytes may come through in all.
    """

    def __init__(self, dial: Dial, most: int) -> None:
        self._dial, self._left = dial, most
        self._room = threading.BoundedSemaphore(_MOST)
        self._mutex = threading.Lock()
        self._open: set[socket.socket] = set()
        self._failed: dict[str, FetchError] = {}
        self._server = socket.create_server(("127.0.0.1", 0), backlog=_MOST)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, name="gateway", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._mutex:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def failure(self, host: str) -> FetchError | None:
        """Why the host could not be reached; None where it could, or nobody asked."""
        with self._mutex:
            return self._failed.get(host)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                if not self._room.acquire(blocking=False):
                    client.close()
                    continue
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        try:
            with client, contextlib.suppress(OSError, ValueError):
                self._watch(client)
                head, rest = _head_of(client)
                self._connect(client, head, rest)
        finally:
            with self._mutex:
                self._open.discard(client)
            self._room.release()

    def _connect(self, client: socket.socket, head: bytes, rest: bytes) -> None:
        method, target, version = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        if not parts.hostname or (not tunnel and parts.scheme != "http"):
            client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        try:
            if _ERRANDS.fullmatch(parts.hostname):
                raise FetchError("refused", parts.hostname, "is Chromium's own errand")
            server = self._dial(parts.hostname, parts.port or (443 if tunnel else 80))
        except FetchError as error:
            with self._mutex:
                self._failed[parts.hostname] = error
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with server:
            self._watch(server)
            if tunnel:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                server.sendall(_forwarded(f"{method} {_origin_form(target)} {version}", head))
            server.sendall(rest)
            self._both_ways(client, server)

    def _watch(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE)
        with self._mutex:
            self._open.add(connection)

    def _both_ways(self, client: socket.socket, server: socket.socket) -> None:
        sending = threading.Thread(target=self._pour, args=(client, server), daemon=True)
        sending.start()
        self._pour(server, client)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        sending.join()
        with self._mutex:
            self._open.discard(server)

    def _pour(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                with self._mutex:
                    self._left -= len(data)
                    if self._left < 0:
                        break
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def _head_of(client: socket.socket) -> tuple[bytes, bytes]:
    """A request's head, and what of its body came with it."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(_CHUNK)
        if not more or len(data) > _HEAD:
            raise ValueError("no request")
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head + b"\r\n", rest


def _origin_form(target: str) -> str:
    parts = urlsplit(target)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _forwarded(line: str, head: bytes) -> bytes:
    """The head as the server is to see it: one request a connection, nothing said to the proxy."""
    fields = _HOP.sub(b"", head.partition(b"\r\n")[2])
    return line.encode("latin-1") + b"\r\n" + fields + b"Connection: close\r\n\r\n"
