"""The operations port: plain HTTP for probes and for Prometheus, with no data of anybody.

Threads answer, a few at once and each for a few seconds at most, so that no client of this port keeps another one of it
waiting, nor a call. Whoever comes when all are taken ends the connection that is there for longest.
"""

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from time import monotonic
from typing import Any, NamedTuple

log = logging.getLogger("seawall.server")

MOST_CONNECTIONS = 32
CONNECTION_SECONDS = 5.0
TEXT = "text/plain; charset=utf-8"


class Answer(NamedTuple):
    """What a path answers."""

    status: int
    body: bytes
    content_type: str = TEXT


Page = Callable[[], Answer]


class OperationsRefused(RuntimeError):
    """An operations address that is none, or that cannot be bound."""


@contextmanager
def operations_port(address: str, pages: Mapping[str, Page]) -> Iterator[str]:
    """Serves pages by their paths while the block runs, and logs and gives the address with the port that it got.

    Raises `OperationsRefused`.
    """
    host, port = _host_and_port(address)
    try:
        server = _Server(host, port, pages)
    except OSError as error:
        raise OperationsRefused(f"the operations address {address} cannot be used: {error.strerror}") from None
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="operations", daemon=True)
    thread.start()
    bound = f"{host}:{server.server_address[1]}"
    log.info("Operations port: http://%s", bound)
    try:
        yield bound
    finally:
        server.shutdown()
        server.server_close()


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    try:
        bare = host.removeprefix("[").removesuffix("]")
        if bare != "localhost":
            ip_address(bare)
        if not port.isascii() or not port.isdigit() or int(port) > 65_535:
            raise ValueError
    except ValueError:
        raise OperationsRefused(
            f"the operations address {address} is not HOST:PORT with an IP address or localhost. Write it as"
            " 127.0.0.1:9464."
        ) from None
    return host, int(port)


class _Server(ThreadingHTTPServer):
    """At most so many connections, and none for longer than its seconds."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = MOST_CONNECTIONS

    def __init__(self, host: str, port: int, pages: Mapping[str, Page]) -> None:
        bare = host.removeprefix("[").removesuffix("]")
        self.address_family = socket.AF_INET6 if ":" in bare else socket.AF_INET
        self.pages = pages
        self._since: dict[socket.socket, float] = {}  #: oldest first
        self._changing = threading.Lock()
        super().__init__((bare, port), _Handler)

    def server_bind(self) -> None:
        """Without the look-up of its name, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changing:
            if len(self._since) >= MOST_CONNECTIONS:
                _end(next(iter(self._since)))
                del self._since[next(iter(self._since))]
            self._since[request] = monotonic()
        super().process_request(request, client_address)

    def service_actions(self) -> None:
        """Several times a second: ends connections whose time is over."""
        over = monotonic() - CONNECTION_SECONDS
        with self._changing:
            for connection in [connection for connection, since in self._since.items() if since < over]:
                _end(connection)
                del self._since[connection]

    def shutdown_request(self, request: Any) -> None:
        with self._changing:
            self._since.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is nobody's trouble."""
        log.debug("operations port: a connection ended", exc_info=True)


def _end(connection: socket.socket) -> None:
    """Its thread then reads the end of it, and goes."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One request a connection: GET of a page."""

    server: _Server
    server_version, sys_version = "seawall", ""
    timeout = CONNECTION_SECONDS

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path.partition("?")[0])
        answer = page() if page else Answer(404, f"allowed: {' '.join(self.server.pages)}\n".encode())
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: Any) -> None:
        """Probes come every few seconds: they leave no lines."""
