"""The process: it starts whole or not at all, and stops without losing a request."""

import gc
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from .. import model
from ..bundle import Bundle
from ..contract import InputError
from . import access, log, metrics
from .admin import Admin, Metrics
from .answer import SAFE
from .application import Application
from .journal import Journal
from .limits import CLOSE
from .protocol import Protocol
from .state import State

TICK = 0.1  # seconds between two rounds of uvicorn's main loop
IDLE_SECONDS = 75  # longer than proxies keep a connection, so that it is they who close it
LONGEST_DRAIN = 600
STOP_SECONDS = 10  # for requests that are still answered when the server stops


@dataclass(frozen=True)
class Settings:
    """How to serve: the places to listen, how long to go on when asked to stop, and what to write down."""

    host: str = "127.0.0.1"
    port: int = 8000
    admin_port: int = 8001
    drain: float = 0.0
    token: Path | None = None
    predictions: Path | None = None
    keys: bool = False


def serve(opened: Bundle, where: str, settings: Settings) -> None:
    """Answer requests until SIGTERM or SIGINT.

    Raises:
        InputError: the model, a port, the token or the log does not work; no port was opened for requests.
    """
    if not 0 <= settings.drain <= LONGEST_DRAIN:
        raise InputError(f"--drain is {settings.drain:g}; give 0 to {LONGEST_DRAIN} seconds")
    if settings.port == settings.admin_port != 0:
        raise InputError(f"--port and --admin-port are both {settings.port}; give them two")
    loaded = model.load(opened, where)
    state = State()
    named = {"version": opened.manifest["version"], "digest": opened.digest}
    token = access.token(settings.token) if settings.token else None
    path = settings.predictions
    journal = Journal(path, loaded.contract, named, keys=settings.keys) if path else None
    tally = metrics.Tally(loaded.contract, opened.json("reference.json"), named, state, journal)
    app = Application(opened, loaded, state, tally, journal, token)
    bound = _bound(settings.host, settings.port)
    admin = _listening(settings.host, settings.admin_port, lambda: metrics.exposition(tally), state)
    log.configure()
    admin.start()
    log.event("serving", url=f"http://{settings.host}:{settings.port}", admin_port=settings.admin_port, **named)
    # What was loaded stays: the collector need not look at it again and again.
    gc.freeze()
    Server(app, state, settings.drain).run(sockets=[bound])
    if journal:
        journal.close()
    log.event("stopped", **named)


class Server(uvicorn.Server):
    """uvicorn that measures its lag, and on SIGTERM goes on until nobody sends it anything any more."""

    def __init__(self, app: Application, state: State, drain: float) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                headers=list(SAFE.items()),
                backlog=2048,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        self._state = state
        state.requests = self.server_state.tasks
        self._drain = drain
        self._asked: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 (uvicorn's signature)
        """Begin to drain; asked again, or by the keyboard, stop at once."""
        if self._asked is not None or sig != signal.SIGTERM:
            self.should_exit, self.force_exit = True, self.should_exit
        else:
            self._asked = time.monotonic()

    async def on_tick(self, counter: int) -> bool:
        """Measure how late the loop is, and drain."""
        self._state.tick(TICK)
        if self._asked is not None and not self._state.draining:
            self._state.draining = True
            log.event("draining", seconds=self._drain)
            # Whoever keeps a connection takes the next request elsewhere.
            self.config.encoded_headers.append(CLOSE)
            self.server_state.default_headers = [*self.server_state.default_headers, CLOSE]
        if self._asked is not None and time.monotonic() - self._asked >= self._drain:
            self.should_exit = True
        return await super().on_tick(counter)


def _listening(host: str, port: int, told: Metrics, state: State) -> Admin:
    try:
        return Admin(host, port, state, told)
    except (OSError, OverflowError) as error:
        raise InputError(f"{host}:{port}: cannot listen there ({error}); choose another --admin-port") from error


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket that has its place and does not listen yet: uvicorn lets it, when all else is ready."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        raise InputError(f"{host}:{port}: cannot listen there ({error}); choose another --host or --port") from error
    return bound
