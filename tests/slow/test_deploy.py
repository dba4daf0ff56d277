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


@pytest.fixture
def server(twice_hub: Hub, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Return what pulls and starts what production names, by the compose file of the page, and asks its version."""
    page = twice_hub.repository.file("main", "docs/deploy.md")
    text = page.split("```yaml\n")[1].partition("```")[0]
    for written, here in (("IMAGE", f"127.0.0.1:{registry.port(twice_hub)}/acme/churn"), (":8000:8000", "::8000")):
        assert written in text
        text = text.replace(written, here)
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    command = [servers.program("docker-compose"), "--project-name", f"follows-{uuid.uuid4().hex[:8]}"]

    def compose(*words: str) -> str:
        done = subprocess.run([*command, *words], cwd=tmp_path, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout.strip()

    def follow() -> str:
        compose("pull", "--quiet")
        compose("up", "--detach")
        address = f"http://{compose('port', 'model', '8000')}/health"
        wait = ["curl", "--silent", "--fail", "--retry", "60", "--retry-delay", "1", "--retry-all-errors", address]
        asked = subprocess.run(wait, check=True, capture_output=True, text=True)
        return str(json.loads(asked.stdout)["model"]["version"])

    yield follow
    compose("down", "--timeout", "1")


def test_a_server_follows_the_channel_as_the_page_says(
    twice_hub: Hub, server: Callable[[], str], tmp_path: Path
) -> None:
    """What answers is what production names: after a promotion the next version, after a rollback the one before."""
    assert server() == "0.1.0"
    assert life.promote(twice_hub, tmp_path / "forward", life.NEXT, reason="better").conclusion == "success"
    assert server() == life.NEXT
    assert life.promote(twice_hub, tmp_path / "back", reason="rollback").conclusion == "success"
    assert server() == "0.1.0"
