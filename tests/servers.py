"""Real servers over loopback that behave, or misbehave, as a test wants."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# self-signed, for localhost and 127.0.0.1
CERTIFICATE = Path(__file__).parent / "data" / "tls" / "localhost.pem"


@dataclass(frozen=True)
class Reply:
    """What a server answers; without ``length`` no Content-Length; ``drip`` writes the body as it likes."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    length: bool = True
    drip: Callable[[BaseHTTPRequestHandler], None] | None = None


Route = Reply | Callable[[BaseHTTPRequestHandler], Reply]


@dataclass
class Site:
    """A running server: its address, its routes by path, and the requests that came, in order."""

    url: str
    routes: dict[str, Route]
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def asked(self, path: str) -> list[dict[str, str]]:
        """The headers, with lower-case names, of each request for the path."""
        return [headers for asked, headers in self.requests if asked == path]


@contextmanager
def serve(routes: dict[str, Route], *, tls: bool = False, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve the routes until the block ends; other paths answer 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            route = routes.get(self.path, Reply(b"<h1>Not found</h1>", 404))
            _send(self, route(self) if callable(route) else route)

        def log_message(self, *arguments: object) -> None:
            """Tests are quiet."""

    server = _Server((host, 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site = Site(f"{'https' if tls else 'http'}://localhost:{server.server_port}", routes)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if reply.length and "Content-Length" not in reply.headers:
        handler.send_header("Content-Length", str(len(reply.body)))
    else:
        handler.close_connection = True
    handler.end_headers()
    if reply.drip:
        reply.drip(handler)
    elif reply.status != 304:
        handler.wfile.write(reply.body)


def peak_memory() -> int:
    """The most memory that this process has held, in kB; getrusage would tell of its parent's as well."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0])
