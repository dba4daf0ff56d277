"""Find a cluster fit within seconds, or say in one sentence why it is not."""

import importlib.metadata
import logging
import platform
import socket
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from .. import PROJECT
from ..contract import InputError

# What must be the same everywhere, or the same work gives other results.
LIBRARIES = (PROJECT, "numpy", "onnxruntime", "pandas", "pyarrow", "scikit-learn", "distributed")
PROBE = 3  # seconds until a port has to say something; a scheduler speaks first
# Seconds until the cluster has to be found fit; Dask's own timeouts do not cover a port that is none of it.
DEADLINE = 9


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Connect to a scheduler whose workers have our versions, or raise an InputError within ten seconds."""
    try:
        import distributed  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise InputError(f"--scheduler needs the extra dask ({error}); install it: uv sync --extra dask") from error
    # What it logs on the way to a failure is told below in one sentence.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    until = time.monotonic() + DEADLINE
    address = _probed(address)
    found: list[Any] = []

    def connect() -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # versions are compared below
                found.append(distributed.Client(address, timeout=PROBE))
                found.append(found[0].run(versions))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is told in one sentence)
            found.append(error)

    helper = threading.Thread(target=connect, daemon=True)
    helper.start()
    helper.join(max(PROBE, until - time.monotonic()))
    try:
        _fit(found, address)
        yield found[0]
    finally:
        if found and isinstance(found[0], distributed.Client):
            found[0].close(timeout=PROBE)


def _probed(address: str) -> str:
    """Return the address with its protocol, after something there has spoken as a scheduler does."""
    full = address if "://" in address else f"tcp://{address}"
    try:
        parts = urlsplit(full)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.scheme not in ("tcp", "tls"):
        raise InputError(f"--scheduler {address}: is no address; write it as tcp://HOST:PORT")
    try:
        with socket.create_connection((host, port), PROBE) as connection:
            connection.settimeout(PROBE)
            if parts.scheme == "tcp" and not connection.recv(1):
                raise InputError(f"--scheduler {address}: hangs up; name the port of a Dask scheduler")
    except TimeoutError as error:
        raise InputError(f"--scheduler {address}: is no Dask scheduler; name the port of one") from error
    except OSError as error:
        raise InputError(f"--scheduler {address}: does not answer ({error}); start it, or name another") from error
    return full


def versions() -> dict[str, str]:
    """Return the versions of what the results depend on, wherever this runs."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "none"
    return found


def _fit(found: Sequence[Any], address: str) -> None:
    """Refuse a cluster that did not answer, has no workers, or other versions than ours."""
    if len(found) < 2:
        said = found[0] if found and isinstance(found[0], Exception) else f"no answer in {DEADLINE} seconds"
        raise InputError(f"--scheduler {address}: is no Dask scheduler of our version ({line(said)})")
    if isinstance(found[1], Exception):
        raise InputError(
            f"--scheduler {address}: its workers cannot run {PROJECT} ({line(found[1])}); install it there"
        )
    if not found[1]:
        raise InputError(f"--scheduler {address}: has no workers; start some")
    ours = versions()
    for worker, theirs in found[1].items():
        for name, version in ours.items():
            if theirs.get(name) != version:
                raise InputError(
                    f"--scheduler {address}: the worker {worker} has {name} {theirs.get(name)}, we have {version}; "
                    "install the same lock on both"
                )


def line(error: object) -> str:
    """Return what an error says on one short line."""
    return " ".join(str(error).split())[:200]
