"""The stages of one project's life: pushed, released, in production."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.slow import life


@pytest.fixture(scope="session", autouse=True)
def engine() -> None:
    """Go on only where a Docker engine answers; where one is required, its absence is a failure."""
    docker = shutil.which("docker")
    if docker and not subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        return
    if os.environ.get("REQUIRE_DOCKER") == "1":
        pytest.fail("no Docker engine answers, and REQUIRE_DOCKER=1 asks for one")
    pytest.skip("no Docker engine answers, so no workflow was run")


@pytest.fixture(scope="session")
def begun(session_folder: Path, template: Path) -> life.Stage:
    """Return the project after its first push."""
    stage = life.kept(session_folder / "begun", life.first_push(template))
    assert stage.told["conclusion"] == "success", stage.told["log"]
    return stage


@pytest.fixture(scope="session")
def released(session_folder: Path, begun: life.Stage) -> life.Stage:
    """Return the project after its first release."""
    stage = life.kept(session_folder / "released", life.later(begun, life.release))
    assert stage.told["conclusion"] == "success", stage.told["log"]
    return stage


@pytest.fixture(scope="session")
def live(session_folder: Path, released: life.Stage) -> life.Stage:
    """Return the project with its first release in production."""
    stage = life.kept(session_folder / "live", life.later(released, life.promote))
    assert stage.told["conclusion"] == "success", stage.told["log"]
    return stage


def copy(stage: life.Stage, folder: Path) -> Iterator[Hub]:
    """Give a copy of a stage's repository to one test."""
    hub = stage.hub.copy(folder)
    yield hub
    registry.stop(hub)


@pytest.fixture
def hub(begun: life.Stage, tmp_path: Path) -> Iterator[Hub]:
    """Return a copy of the repository after its first push."""
    yield from copy(begun, tmp_path / "hub")


@pytest.fixture
def released_hub(released: life.Stage, tmp_path: Path) -> Iterator[Hub]:
    """Return a copy of the repository after its first release."""
    yield from copy(released, tmp_path / "hub")


@pytest.fixture
def live_hub(live: life.Stage, tmp_path: Path) -> Iterator[Hub]:
    """Return a copy of the repository with its first release in production."""
    yield from copy(live, tmp_path / "hub")


@pytest.fixture(scope="session")
def twice(session_folder: Path, live: life.Stage) -> life.Stage:
    """Return the project with the first release in production and a second one published."""
    stage = life.kept(session_folder / "twice", life.later(live, life.release_next))
    assert stage.told["conclusion"] == "success", stage.told["log"]
    return stage


@pytest.fixture
def twice_hub(twice: life.Stage, tmp_path: Path) -> Iterator[Hub]:
    """Return a copy of that repository."""
    hub = twice.hub.copy(tmp_path / "hub")
    yield hub
    registry.stop(hub)
