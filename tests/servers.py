"""The server of a built project as a process, and programs of Debian that tests drive."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tarfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import project
import pytest

from tests import projects

PATIENCE = 120


@dataclass(frozen=True)
class Server:
    """A running server: its two ports, its process, and the file it logs to."""

    port: int
    admin: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def get(self, path: str, *, admin: bool = False) -> tuple[int, str]:
        """Return the code and the text of one answer."""
        try:
            address = f"http://127.0.0.1:{self.admin if admin else self.port}{path}"
            with urllib.request.urlopen(address, timeout=PATIENCE) as got:
                return got.status, got.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def ready(self) -> bool:
        """Tell whether it says that it is ready."""
        with contextlib.suppress(OSError):
            return self.get("/ready", admin=True)[0] == 200
        return False


class Probes(threading.Thread):
    """Asks the admin port as an orchestrator does, until told to stop."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._server = server
        self.stopped = threading.Event()
        self.codes: set[int] = set()
        self.seconds: list[float] = []

    def run(self) -> None:
        """Ask both probes in turn."""
        while not self.stopped.wait(0.02):
            for path in ("/live", "/ready"):
                begun = time.perf_counter()
                self.codes.add(self._server.get(path, admin=True)[0])
                self.seconds.append(time.perf_counter() - begun)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def two_free_ports() -> tuple[int, int]:
    """Return two of them: asked for one after the other, they may be the same."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return int(one.getsockname()[1]), int(other.getsockname()[1])


@contextlib.contextmanager
def serving(built: projects.Project, log: Path, *options: str) -> Iterator[Server]:
    """Serve what a project packed until the block ends."""
    port, admin = two_free_ports()
    command = [str(built.folder / ".venv" / "bin" / "ml"), "serve", "--port", str(port), "--admin-port", str(admin)]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, *options], cwd=built.folder, env=project.environment(built.python), stderr=file
        )
    server = Server(port, admin, process, log)
    try:
        deadline = time.monotonic() + PATIENCE
        while not server.ready():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


def golden(built: projects.Project) -> dict[str, Any]:
    """Return the golden rows of what a project packed, and their predictions."""
    with tarfile.open(built.bundle / "model.tar.gz") as archive:
        file = archive.extractfile("golden.json")
        assert file
        return dict(json.load(file))


def program(name: str) -> str:
    """Return where a program is; without it a test is skipped, or fails where REQUIRE_PROGRAMS=1 asks for it."""
    found = shutil.which(name)
    if not found and os.environ.get("REQUIRE_PROGRAMS") == "1":
        pytest.fail(f"{name} is missing, and REQUIRE_PROGRAMS=1 asks for it", pytrace=False)
    if not found:
        pytest.skip(f"{name} is missing: this was not tried here")
    return found
