"""An engine, and the image of a built project in it."""

import functools
import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import projects

BASE = "python:3.13-slim"


def docker(*arguments: str, cwd: Path | None = None) -> str:
    """Run docker and return what it prints; a failure shows what it said."""
    done = subprocess.run(["docker", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout.strip()


@pytest.fixture(scope="session")
def engine() -> None:
    """Go on only where a Docker engine answers; where one is required, its absence is a failure."""
    try:
        answers = subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        answers = False
    if not answers and os.environ.get("REQUIRE_DOCKER") == "1":
        pytest.fail("no Docker engine answers, and REQUIRE_DOCKER=1 asks for one")
    if not answers:
        pytest.skip("no Docker engine answers, so no image was built")


@pytest.fixture(scope="session", params=["classification", "regression"])
def served(request: pytest.FixtureRequest, template: Path) -> projects.Project:
    """Return the built project of each task."""
    return projects.build(template, request.param)


@pytest.fixture(scope="session")
def image(engine: None, served: projects.Project) -> Iterator[str]:  # noqa: ARG001 (it has to answer)
    """Return the image of the project, built by its own Dockerfile."""
    name = f"built-project:{uuid.uuid4().hex[:12]}"
    docker("build", "--build-arg", f"PYTHON_IMAGE={BASE}", "--tag", name, ".", cwd=served.folder)
    yield name
    docker("image", "rm", "--force", name)


@pytest.fixture(scope="session")
def container(image: str) -> Iterator[str]:
    """Return the container of the image, started with the fewest rights, once it says that it is well."""
    rights = ["--read-only", "--cap-drop", "ALL", "--user", "10001"]
    name = docker("run", "--detach", *rights, "--publish", "127.0.0.1::8000", image)
    try:
        wait_for_health(name)
        yield name
    finally:
        docker("rm", "--force", name)


def wait_for_health(name: str) -> None:
    """Wait for the image's own health check to pass, as an orchestrator would."""
    watch = functools.partial(docker, "inspect", "--format", "{{.State.Status}} {{.State.Health.Status}}", name)
    for _ in range(120):
        if watch() == "running healthy":
            return
        if not watch().startswith("running"):
            break
        subprocess.run(["sleep", "1"], check=True)
    pytest.fail(f"the container is {watch()}: {docker('logs', name)}")
