"""What HTTP libraries do not send: requests that are endless or broken, over plain sockets."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from _sockets import BODY, PATIENCE, ROW, START, WHOLE, answer, connected, sent_until_closed
from prometheus_client.parser import text_string_to_metric_families

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def served(made: tuple[Path, object], serve: Serve) -> Iterator[Any]:
    """Return the small project's server."""
    with serve(made[0] / "build" / "bundle" / "model.tar.gz") as served:
        yield served


def test_whole_request_is_answered(served: Any) -> None:
    """These bytes are right: what follows spoils them."""
    with connected(served) as connection:
        connection.sendall(WHOLE.replace(b"host: x", b"host: x\r\nconnection: close"))
        assert answer(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(START + b"content-length: abc\r\n\r\n" + BODY, id="length-that-is-a-word"),
        pytest.param(START + b"content-length: -5\r\n\r\n" + BODY, id="length-below-zero"),
        pytest.param(START + b"content-length: 5\r\ncontent-length: 9\r\n\r\n" + BODY, id="two-lengths"),
        pytest.param(
            START + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", id="length-and-chunks"
        ),
        pytest.param(START + b"transfer-encoding: chunked\r\n\r\nzz\r\n", id="broken-chunk"),
        pytest.param(b"GET / HTTP/9.9\r\n\r\n", id="no-such-version"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="tls-on-a-plain-port"),
        pytest.param(WHOLE[:-5].replace(b"content-length", b"connection: close\r\nx"), id="no-length"),
    ],
)
def test_broken_request_is_refused(served: Any, sent: bytes) -> None:
    """With 400, and without a trace."""
    with connected(served) as connection:
        connection.sendall(sent)
        told = answer(connection)
    assert told.startswith(b"HTTP/1.1 400 ")
    assert b"Traceback" not in told


@pytest.mark.parametrize("path", [b"/health/../predict", b"/./predict", b"/predict;x", b"/predict/../../etc/passwd"])
def test_detour_leads_nowhere(served: Any, path: bytes) -> None:
    """A path is what it says, and 404 is what it gets."""
    with connected(served) as connection:
        connection.sendall(WHOLE.replace(b" /predict ", b" " + path + b" ").replace(b"host: x", b"connection: close"))
        assert answer(connection).startswith(b"HTTP/1.1 404 ")


def test_headers_without_end_are_cut_off(served: Any) -> None:
    """They would fill the memory."""
    with connected(served) as connection:
        connection.sendall(START)
        assert sent_until_closed(connection, b"x-more: " + b"y" * 2**16 + b"\r\n", 1000) < 1000


def test_large_body_is_refused_after_it_was_sent(served: Any) -> None:
    """50 MB get their 413; an answer before that would be lost in a reset."""
    with connected(served) as connection:
        connection.sendall(START + b"connection: close\r\ncontent-length: %d\r\n\r\n" % (50 * 10**6))
        for _ in range(50):
            connection.sendall(b"x" * 10**6)
        assert answer(connection).startswith(b"HTTP/1.1 413 ")


def test_chunks_without_end_are_refused(served: Any) -> None:
    """The server reads so much, answers, and hangs up."""
    chunk = b"%x\r\n" % 2**20 + b"x" * 2**20 + b"\r\n"
    with connected(served) as connection:
        connection.sendall(START + b"transfer-encoding: chunked\r\n\r\n")
        assert sent_until_closed(connection, chunk, 200) < 200


def test_requests_in_one_packet_are_all_answered(served: Any) -> None:
    """Pipelined, and in their order."""
    last = WHOLE.replace(b"host: x", b"host: x\r\nconnection: close")
    with connected(served) as connection:
        connection.sendall(WHOLE * 5 + last)
        assert answer(connection).count(b"HTTP/1.1 200 ") == 6


def test_requests_at_the_same_time_are_answered_as_alone(served: Any) -> None:
    """They are predicted together, and each gets its own."""
    sizes = [float(size) for size in range(1, 100)]

    def asked(size: float) -> bytes:
        body = json.dumps({"rows": [{**ROW, "size": size}]}).encode()
        return START + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body

    together = []
    connections = [connected(served) for _ in sizes]
    for connection, size in zip(connections, sizes, strict=True):
        connection.sendall(asked(size))
    for connection in connections:
        with connection:
            together.append(json.loads(answer(connection).partition(b"\r\n\r\n")[2])["predictions"][0])
    alone = [served.client.post("/predict", json={"rows": [{**ROW, "size": size}]}).json() for size in sizes]
    assert [each["label"] for each in together] == [each["predictions"][0]["label"] for each in alone]
    for found, wanted in zip(together, alone, strict=True):
        assert found["probability"] == pytest.approx(wanted["predictions"][0]["probability"], abs=1e-6)


def test_who_hangs_up_is_counted_as_gone(served: Any) -> None:
    """In the middle of a body: nobody is paged for it."""
    for _ in range(3):
        with connected(served) as connection:
            connection.sendall(WHOLE[:-5])
    deadline = time.monotonic() + PATIENCE
    while counted(served, "499") < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert counted(served, "499") >= 3


def counted(served: Any, code: str) -> float:
    """Return how many answers with this code the metrics count."""
    families = text_string_to_metric_families(served.admin.get("/metrics").text)
    samples = [each for family in families for each in family.samples if each.name == "ml_requests_total"]
    return sum(each.value for each in samples if each.labels["code"] == code)


def test_request_that_has_begun_is_answered_though_the_server_stops(made: tuple[Path, object], serve: Serve) -> None:
    """The listener is closed first, and what has half arrived is waited for."""
    with serve(made[0] / "build" / "bundle" / "model.tar.gz") as stopping, connected(stopping) as connection:
        connection.sendall(WHOLE[:-5])
        stopping.process.terminate()
        deadline = time.monotonic() + PATIENCE
        while asked(stopping, b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n") and time.monotonic() < deadline:
            time.sleep(0.05)
        connection.sendall(WHOLE[-5:])
        assert answer(connection).startswith(b"HTTP/1.1 200 OK\r\n")
        assert stopping.process.wait(PATIENCE) == 0


def asked(served: Any, request: bytes) -> bytes:
    """Return the begin of an answer, or nothing from who listens no more."""
    try:
        with connected(served) as connection:
            connection.sendall(request)
            return connection.recv(2**16)
    except OSError:
        return b""


def test_nothing_of_this_was_our_fault(served: Any) -> None:
    """The log holds no trace, no 500 is counted, and the next request is answered."""
    assert "trace" not in served.log.read_text()
    assert counted(served, "500") == 0
    assert served.client.post("/predict", json={"rows": [ROW]}).status_code == 200
