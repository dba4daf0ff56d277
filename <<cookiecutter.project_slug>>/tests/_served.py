"""A running server for tests: started on free ports, asked, and stopped."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

# Coverage measures what `serve` starts, and no other process: tracing doubles what a start costs, and the resource
# tracker of a pool ends after us, so that what it measured would lie about.
MEASURED: dict[str, str] = {}

# Far more than a start takes: a machine may be slow, and a server that died is seen at once.
PATIENCE = 120


@pytest.fixture(scope="session", autouse=True)
def unmeasured() -> None:
    """Keep coverage to the server, which is given what is taken away here."""
    MEASURED.update({name: os.environ.pop(name) for name in [*os.environ] if name.startswith("COVERAGE_PROCESS")})


@dataclass(frozen=True)
class Served:
    """A running server: clients of its two ports, its process, and the file that it logs to."""

    client: httpx.Client
    admin: httpx.Client
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def port(self) -> int:
        """Return the port for requests."""
        return int(self.client.base_url.port or 0)


@pytest.fixture(scope="session")
def serve(ml: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., AbstractContextManager[Served]]:
    """Return a context manager that serves a bundle on free ports, with these options."""

    @contextlib.contextmanager
    def served(bundle: Path, *options: str) -> Iterator[Served]:
        with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
            port, admin = one.getsockname()[1], other.getsockname()[1]
        log = tmp_path_factory.mktemp("served") / "log"
        command = [ml, "serve", "--bundle", str(bundle), "--port", str(port), "--admin-port", str(admin), *options]
        with log.open("wb") as file:
            process = subprocess.Popen(command, stderr=file, env={**os.environ, **MEASURED})
        try:
            with _client(port, Patient) as client, _client(admin) as watching:
                found = Served(client, watching, process, log)
                _await(found)
                yield found
        finally:
            process.terminate()
            process.wait(PATIENCE)

    return served


class Patient(httpx.Client):
    """A client that does as it is told by an overloaded server: comes again a little later."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send until there is another answer than 503; a test that wants one asks the admin port, or a socket."""
        deadline = time.monotonic() + PATIENCE
        while (answer := super().send(request, **options)).status_code == 503 and time.monotonic() < deadline:
            time.sleep(float(answer.headers["retry-after"]) / 10)
        return answer


def _client(port: int, kind: type[httpx.Client] = httpx.Client) -> httpx.Client:
    return kind(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)


def _await(served: Served) -> None:
    """Wait until the server is ready, or fail when it has stopped."""
    deadline = time.monotonic() + PATIENCE
    while served.process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            # Its own answer, not that of a server that took the port first: then ours has stopped, or will.
            if served.admin.get("/ready").status_code == 200 and b'"serving"' in served.log.read_bytes():
                return
        time.sleep(0.05)
    pytest.fail(f"the server does not answer; exit code {served.process.poll()}: {served.log.read_text()[-2000:]}")
