"""Requests that are slow, or of which only a part arrives, over plain sockets."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from _sockets import BODY, PATIENCE, START, WHOLE, answer, connected, sent_until_closed

from << cookiecutter.package_name >>.service import protocol

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def served(made: tuple[Path, object], serve: Serve) -> Iterator[Any]:
    """Return the small project's server."""
    with serve(made[0] / "build" / "bundle" / "model.tar.gz") as served:
        yield served


@pytest.mark.long
def test_requests_that_do_not_arrive_are_given_up(served: Any) -> None:
    """Nothing, half a line, headers that do not end, no body, most of it: 408, and the connection is closed."""
    length = b"content-length: %d\r\n\r\n" % len(BODY)
    chunk = b"transfer-encoding: chunked\r\n\r\n5\r\n"
    halves = [b"", b"POST /predict HT", START, START + length, WHOLE[:-5], START + chunk]
    connections = [connected(served) for _ in halves]
    for connection, half in zip(connections, halves, strict=True):
        connection.sendall(half)
    for connection in connections:
        with connection:
            assert answer(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.long
def test_second_request_that_does_not_arrive_is_given_up(served: Any) -> None:
    """On a kept connection too, after the answer to the first."""
    with connected(served) as connection:
        connection.sendall(WHOLE + START)
        told = answer(connection)
    assert [code[:3] for code in told.split(b"HTTP/1.1 ")[1:]] == [b"200", b"408"]


@pytest.mark.long
def test_request_that_was_answered_before_it_ended_is_answered_once(served: Any) -> None:
    """Its body is awaited in vain, and the connection closed."""
    with connected(served) as connection:
        connection.sendall(START.replace(b"/predict", b"/nowhere") + b"content-length: 100\r\n\r\nabc")
        told = answer(connection)
    assert [code[:3] for code in told.split(b"HTTP/1.1 ")[1:]] == [b"404"]


@pytest.mark.parametrize("half", [WHOLE[:-5], START], ids=["body", "headers"])
def test_answer_to_a_first_request_is_not_taken_by_a_second(monkeypatch: pytest.MonkeyPatch, half: bytes) -> None:
    """Of which only half has come, while the first takes its time."""

    async def slow(scope: Any, _receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await asyncio.sleep(0.5)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.1)
    server = uvicorn.Server(uvicorn.Config(slow, port=0, http=protocol.Protocol, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        with socket.create_connection(server.servers[0].sockets[0].getsockname(), PATIENCE) as connection:
            connection.sendall(WHOLE + half)
            told = answer(connection)
    finally:
        server.should_exit = True
        thread.join()
    assert [code[:3] for code in told.split(b"HTTP/1.1 ")[1:]] == [b"200", b"408"]


@pytest.mark.long
def test_a_byte_now_and_then_wins_no_time(served: Any) -> None:
    """What drips is given up like what stands still."""
    with connected(served) as connection:
        connection.sendall(START)
        drops = 0
        while drops < 100 and sent_until_closed(connection, b"x", 1):
            drops += 1
            time.sleep(0.2)
        assert drops < 100
