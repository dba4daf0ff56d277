"""A server follows what is in production, by what docs/deploy.md says."""

import json
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.slow import life
from tests.slow.test_promote import digest


@pytest.fixture
def server(twice_hub: Hub, tmp_path: Path) -> Iterator[Callable[[], list[str]]]:
    """Return what pulls and starts what production names, by the compose file of the page, and tells its digests."""
    page = twice_hub.repository.file("main", "docs/deploy.md")
    text = page.split("```yaml\n")[1].partition("```")[0]
    for written, here in (("IMAGE", f"127.0.0.1:{registry.port(twice_hub)}/acme/churn"), (":8000:8000", "::8000")):
        assert written in text
        text = text.replace(written, here)
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    named = ("--project-name", f"follows-{uuid.uuid4().hex[:8]}", "--file", str(tmp_path / "compose.yaml"))

    def compose(*words: str) -> str:
        return registry.docker(servers.program("docker-compose"), *named, *words)

    def follow() -> list[str]:
        compose("pull", "--quiet")
        compose("up", "--detach")
        address = f"http://{compose('port', 'model', '8000')}/health"
        wait = ("--retry", "60", "--retry-delay", "1", "--retry-all-errors")
        asked = subprocess.run(["curl", "--silent", "--fail", *wait, address], check=True, capture_output=True)
        assert json.loads(asked.stdout)["status"] == "ok"
        image = registry.docker("docker", "inspect", "--format", "{{.Image}}", compose("ps", "--quiet", "model"))
        known = json.loads(registry.docker("docker", "image", "inspect", "--format", "{{json .RepoDigests}}", image))
        return [name.partition("@")[2] for name in known if "/acme/churn@" in name]

    yield follow
    compose("down", "--timeout", "1")


def test_a_server_follows_the_channel_as_the_page_says(
    twice_hub: Hub, server: Callable[[], list[str]], tmp_path: Path
) -> None:
    """What answers is what production names: after a promotion the next version, after a rollback the one before."""
    first, second = digest(twice_hub, life.VERSION), digest(twice_hub, life.NEXT)
    assert first != second
    assert first in server()
    assert life.promote(twice_hub, tmp_path / "forward", life.NEXT, reason="better").conclusion == "success"
    assert second in server()
    assert life.promote(twice_hub, tmp_path / "back", reason="rollback").conclusion == "success"
    assert first in server()
