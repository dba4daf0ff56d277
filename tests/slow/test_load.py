"""The server over a long time: a hundred thousand requests, and ten times stopped under load."""

import asyncio
import re
from pathlib import Path

import pytest

from tests import load, projects, servers

MEGABYTES = 5
DRAIN = 2.0


@pytest.fixture(scope="module")
def built(template: Path) -> projects.Project:
    """Return the built classification project."""
    return projects.build(template, "classification", whole=False)


def memory(server: servers.Server) -> float:
    """Return the megabytes that the server holds."""
    found = re.search(r"^process_resident_memory_bytes (\S+)$", server.get("/metrics", admin=True)[1], re.MULTILINE)
    assert found
    return float(found[1]) / 1e6


def test_memory_is_flat_over_a_hundred_thousand_requests(built: projects.Project, tmp_path: Path) -> None:
    """After 100,000 it holds no more than 5 MB more than after 1,000: good and bad requests, logged and counted."""
    rows = servers.golden(built)["rows"]
    good, bad = load.request(rows[:1]), load.request([{"no such column": 1}])
    with servers.serving(built, tmp_path / "log", "--log-predictions", str(tmp_path / "predictions")) as server:
        load.pipelined(server.port, good, 1000)
        before = memory(server)
        for _ in range(10):
            assert set(load.pipelined(server.port, good, 9000).codes) == {200}
            assert set(load.pipelined(server.port, bad, 1000).codes) == {422}
        assert memory(server) - before <= MEGABYTES


def test_no_request_is_lost_in_ten_drains_under_load(built: projects.Project, tmp_path: Path) -> None:
    """Stopped while clients ask on, for as long as a load balancer takes to notice: each request is answered."""
    sent = load.request(servers.golden(built)["rows"])

    async def stopped(server: servers.Server) -> load.Report:
        asking = asyncio.create_task(load.closed(server.port, sent, 8, load.for_seconds(0.5 + DRAIN / 2)))
        await asyncio.sleep(0.5)
        server.process.terminate()
        return await asking

    for _ in range(10):
        with servers.serving(built, tmp_path / "log", "--drain", str(DRAIN)) as server:
            found = asyncio.run(stopped(server))
            assert server.process.wait(servers.PATIENCE) == 0
        assert found.lost == []
        assert set(found.codes) == {200}
        assert found.codes[200] > 100
