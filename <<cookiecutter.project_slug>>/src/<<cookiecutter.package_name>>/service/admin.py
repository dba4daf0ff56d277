"""The admin port, in threads of its own: `/live`, `/ready` and `/metrics` are answered while the event loop is busy."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6

from prometheus_client import CONTENT_TYPE_LATEST

from .state import State

Metrics = Callable[[], bytes]


class Admin(ThreadingHTTPServer):
    """Tells whether the server lives, is ready, and what it counted."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, state: State, metrics: Metrics) -> None:
        if ":" in host:
            self.address_family = AF_INET6
        super().__init__((host, port), _Handler)
        self.state = state
        self.metrics = metrics

    def start(self) -> None:
        """Answer from now on, until the process ends."""
        threading.Thread(target=self.serve_forever, name="admin", daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent where a client went away: there is nobody to tell."""


class _Handler(BaseHTTPRequestHandler):
    server: Admin
    timeout = 5.0  # seconds for a request to come

    def do_GET(self) -> None:
        """Answer one probe or scrape."""
        state = self.server.state
        if self.path == "/metrics":
            self._answer(200, self.server.metrics(), CONTENT_TYPE_LATEST)
        elif self.path == "/live":
            self._answer(200 if state.live else 503, b"live\n" if state.live else b"stuck\n")
        elif self.path == "/ready":
            self._answer(200 if state.ready else 503, b"ready\n" if state.ready else b"not ready\n")
        else:
            self._answer(404, b"there are /live, /ready and /metrics\n")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Refuse what is no GET, or no HTTP: the usual page names the server and repeats the request."""
        self._answer(405 if code == 501 else code, b"there are GET /live, /ready and /metrics\n")

    def _answer(self, code: int, content: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response_only(code)  # the other form adds a banner
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Log no probe."""
