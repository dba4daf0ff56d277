"""More requests than the server can answer, and connections that say nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import load, projects, servers


@pytest.fixture(scope="module")
def built(template: Path) -> projects.Project:
    """Return the built classification project."""
    return projects.build(template, "classification")


@pytest.fixture(scope="module")
def server(built: projects.Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """Return its server."""
    with servers.serving(built, tmp_path_factory.mktemp("load") / "log") as server:
        yield server


def test_more_than_it_can_do_is_answered_or_turned_away(built: projects.Project, server: servers.Server) -> None:
    """Nothing but 200, and 503 that says when to come again; the probes stay well, faster than what is overloaded."""
    sent = load.request((servers.golden(built)["rows"] * 50)[:1000])
    capacity = asyncio.run(load.closed(server.port, sent, 4, load.for_seconds(2)))
    # On a machine that is busy with other things four clients may be too many already.
    assert 200 in capacity.codes
    assert set(capacity.codes) <= {200, 503}
    probes = servers.Probes(server)
    probes.start()
    # A machine that was busy while its capacity was measured can do more than that: ask until it is too much.
    for times in (4, 8, 16, 32):
        over = asyncio.run(load.opened(server.port, sent, times * capacity.codes[200] / 2, 3))
        assert over.lost == []
        if over.codes[503]:
            break
    probes.stopped.set()
    probes.join()
    assert set(over.codes) == {200, 503}
    assert over.mute == 0
    assert probes.codes == {200}
    assert load.quantile(probes.seconds, 0.5) < load.quantile(over.seconds, 0.5)
    after = asyncio.run(load.closed(server.port, load.request(servers.golden(built)["rows"]), 1, load.for_seconds(1)))
    assert 200 in after.codes


def test_many_small_requests_at_once_are_all_answered(built: projects.Project, server: servers.Server) -> None:
    """256 clients that ask for one row each are no overload."""
    sent = load.request(servers.golden(built)["rows"][:1])
    found = asyncio.run(load.closed(server.port, sent, 256, load.for_seconds(3)))
    assert found.lost == []
    assert set(found.codes) <= {200, 503}
    assert found.codes[200] > 256


def test_thousand_idle_connections_are_no_burden(built: projects.Project, server: servers.Server) -> None:
    """Others are answered meanwhile, and who says nothing is sent away."""

    async def run() -> tuple[load.Report, list[bytes]]:
        silent = await load.idle(server.port, 1000)
        found = await load.closed(server.port, load.request(servers.golden(built)["rows"]), 4, load.for_seconds(2))
        # Each is read to its end: the server closes it.
        told = [await asyncio.wait_for(reader.read(), servers.PATIENCE) for reader, _ in silent]
        for _, writer in silent:
            writer.close()
        return found, told

    found, told = asyncio.run(run())
    assert found.lost == []
    assert set(found.codes) == {200}
    assert {each.split()[1] for each in told} == {b"408"}
