"""Images go through the real engine and a real registry, with the rights of the job's token."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.runner import events, tokens
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.records import Run
from tests.runner.runner import Runner

WORKFLOW = (Path(__file__).parent / "image.yml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def engine() -> None:
    """Go on only where an engine answers; where one is required, its absence is a failure."""
    docker = shutil.which("docker")
    if docker and not subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        return
    if os.environ.get("REQUIRE_DOCKER") == "1":
        pytest.fail("no Docker engine answers, and REQUIRE_DOCKER=1 asks for one")
    pytest.skip("no Docker engine answers, so nothing was pushed")


def run(hub: Hub, runner: Runner, text: str) -> Run:
    """Run the workflow as a push would."""
    hub.repository.commit({".github/workflows/image.yml": text})
    return runner.run("image.yml", events.push(hub))


def test_an_image_travels_by_artifact_and_registry(hub: Hub, runner: Runner) -> None:
    """Each job has an engine that seems its own, and uses only the rights that it declares."""
    done = run(hub, runner, WORKFLOW)
    assert done.conclusion == "success", done.log
    used = {job: tokens.used(hub, done.id, job) for job in done.jobs}
    assert used == {"build": {}, "push": {"packages": "write"}, "move": {"packages": "write"}}


def test_the_engine_keeps_no_image_of_a_hub_that_stopped(hub: Hub, runner: Runner) -> None:
    """Tests that release a hundred images leave none behind."""
    assert run(hub, runner, WORKFLOW).conclusion == "success"
    fetched = ("docker", "images", "--quiet", "--filter", f"reference=127.0.0.1:{registry.port(hub)}/*/*")
    assert registry.docker(*fetched)
    registry.stop(hub)
    assert not registry.docker(*fetched)


def test_a_token_that_reads_packages_moves_no_tag(hub: Hub, runner: Runner) -> None:
    """The registry refuses as GitHub's does."""
    before, move = WORKFLOW.split("  move:\n")
    done = run(hub, runner, f"{before}  move:\n{move.replace('packages: write', 'packages: read')}")
    assert done.jobs["move"].failed_step == "move", done.log
    assert "denied: permission_denied: write_package" in done.jobs["move"].log
