"""Start one server, ask it under load, and measure what it gives and takes."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import process

SCRIPT = Path(__file__).resolve().parent / "wrk.lua"
PATIENCE = 120.0


@dataclass(frozen=True)
class Started:
    """How one server is started and asked."""

    name: str
    command: Sequence[str]
    folder: Path
    address: str
    one: bytes
    many: bytes
    first: Callable[[Any], float]
    wanted: float | None


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def ask(address: str, body: bytes) -> Any:  # noqa: ANN401 (parsed JSON)
    """Return one answer."""
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
        return json.load(answer)


def measured(server: Started, seconds: int) -> dict[str, float]:
    """Return the numbers of one run of one server."""
    begun = time.perf_counter()
    # One thread, for all: more of them make small models slower.
    path = f"{Path(server.command[0]).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": path}
    with (server.folder / "log").open("wb") as log:
        running = subprocess.Popen(server.command, cwd=server.folder, env=environment, stdout=log, stderr=log)
    try:
        answer = waited(server, running)
        found = {"first answer s": time.perf_counter() - begun}
        said = server.first(answer)
        if server.wanted is not None and abs(said - server.wanted) > 1e-5:
            raise SystemExit(f"{server.name} answers {said}, not {server.wanted}: it serves another model.")
        load(server, running.pid, server.one, 1, 1)
        for connections in (1, 16):
            told = load(server, running.pid, server.one, connections, seconds)
            found |= {f"{name} at {connections}": value for name, value in told.items()}
        told = load(server, running.pid, server.many, 1, seconds)
        found["batches/s"] = told["requests/s"]
        found["MB"] = process.megabytes(running.pid)
        return found
    finally:
        process.end(running, 20)


def waited(server: Started, running: "subprocess.Popen[bytes]") -> Any:  # noqa: ANN401 (parsed JSON)
    """Ask until there is an answer."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and running.poll() is None:
        try:
            return ask(server.address, server.one)
        except urllib.error.HTTPError as error:
            # Some listen before they have a model.
            told = error.read()[-500:]
        except OSError as error:
            told = repr(error).encode()
        time.sleep(0.02)
    raise SystemExit(f"{server.name} does not answer ({told!r}); see {server.folder / 'log'}.")


def load(server: Started, pid: int, body: bytes, connections: int, seconds: int) -> Mapping[str, float]:
    """Ask for so long on so many connections."""
    path = server.folder / "body.json"
    path.write_bytes(body)
    before = process.seconds(pid)
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
    command += ["--timeout", "30s", "--script", str(SCRIPT), server.address]
    done = subprocess.run(
        command, env={**os.environ, "BODY": str(path)}, capture_output=True, text=True, check=True
    ).stdout
    told = json.loads(done.splitlines()[-1])
    if told["failed"] or not told["requests"]:
        lost = f"{told['failed']} of {told['requests']} requests failed"
        raise SystemExit(f"{server.name}: {lost}; see {server.folder / 'log'}.")
    used = process.seconds(pid) - before
    return {
        "requests/s": told["requests"] / told["seconds"],
        "p50 ms": told["p50"],
        "p99 ms": told["p99"],
        "CPU ms": 1000 * used / told["requests"],
    }
