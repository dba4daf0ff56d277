"""Many requests at once, over plain sockets: connections are kept, and renewed where the server closes them."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any


@dataclass
class Report:
    """What many requests got: codes, 503s that do not say when to come again, seconds, and failures."""

    codes: Counter[int] = field(default_factory=Counter)
    mute: int = 0
    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def request(rows: Sequence[Any]) -> bytes:
    """Return the bytes of one request."""
    body = json.dumps({"rows": rows}).encode()
    head = f"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def one(reader: asyncio.StreamReader, report: Report) -> bool:
    """Read one answer; tell whether the connection stays."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    code = int(head.split()[1])
    report.codes[code] += 1
    report.mute += code == 503 and b"retry-after:" not in head
    return b"connection: close" not in head


async def client(port: int, sent: bytes, go_on: Callable[[], bool], report: Report) -> None:
    """Ask again and again, each time as soon as the last answer is here."""
    writer = None
    while go_on():
        begun = time.perf_counter()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            stays = await one(reader, report)
        except (OSError, EOFError) as error:
            report.lost.append(repr(error))
            stays = False
        report.seconds.append(time.perf_counter() - begun)
        if not stays and writer:
            writer.close()
            writer = None
    if writer:
        writer.close()


async def closed(port: int, sent: bytes, clients: int, go_on: Callable[[], bool]) -> Report:
    """Let so many clients ask in turn."""
    report = Report()
    await asyncio.gather(*(client(port, sent, go_on, report) for _ in range(clients)))
    return report


async def opened(port: int, sent: bytes, rate: float, seconds: float) -> Report:
    """Ask so many times a second, whether the answers come or not."""
    report, tasks = Report(), []
    begun = time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0, begun + number / rate - time.perf_counter()))
        once = partial(next, iter([True]), False)  # noqa: FBT003 (what to say from then on)
        tasks.append(asyncio.create_task(client(port, sent, once, report)))
    await asyncio.gather(*tasks)
    return report


async def idle(port: int, count: int) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open so many connections and say nothing."""
    return [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Return what says yes for so long."""
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() < end


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of them does not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def pipelined(port: int, sent: bytes, count: int, at_once: int = 50) -> Report:
    """Ask many times on one connection, several requests in a packet: the fastest way to many answers."""

    async def run() -> Report:
        report = Report()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(writer):
            for _ in range(count // at_once):
                writer.write(sent * at_once)
                for _ in range(at_once):
                    await one(reader, report)
        return report

    return asyncio.run(run())
