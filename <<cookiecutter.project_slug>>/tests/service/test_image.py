"""The image around the packed model: unprivileged, on a read-only file system, it answers as the bundle says."""

import contextlib
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from << cookiecutter.package_name >> import bundle, model

PATIENCE = 120
LOCKED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "10001:10001")
SOON = ("--health-interval", "1s")  # the image's own check, without its wait of ten seconds
FOREIGN = ("sklearn", "pandas", "scipy", "pandera")


def docker(*arguments: str) -> str:
    """Run docker and return what it says."""
    ran = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"docker {arguments[0]}: {ran.stderr[-2000:]}"
    return ran.stdout.strip()


@pytest.fixture(scope="module")
def image(root: Path, packed: Path) -> Iterator[str]:
    """Return a name of the image, built around the packed model and afterwards gone, unless it has another name."""
    assert packed.is_file()
    asked = ["docker", "info", "--format", "{{.ServerVersion}}"]
    answering = bool(shutil.which("docker")) and subprocess.run(asked, capture_output=True, check=False).returncode == 0
    if not answering and os.environ.get("REQUIRE_DOCKER") == "1":
        pytest.fail("no container engine answers, and REQUIRE_DOCKER=1 demands one", pytrace=False)
    if not answering:
        pytest.skip("no container engine answers: the image is not built here")
    base = os.environ.get("PYTHON_IMAGE")
    chosen = ["--build-arg", f"PYTHON_IMAGE={base}"] if base else []
    name = f"tested:{uuid.uuid4().hex}"
    build = ["docker", "build", "--quiet", *chosen, "--tag", name, str(root)]
    made = subprocess.run(build, capture_output=True, text=True, check=False)
    if made.returncode:
        told = "if its base cannot be had here, name another: make service PYTHON_IMAGE=python:3.13-slim"
        pytest.fail(f"the image cannot be built; {told}\n{made.stderr[-2000:]}", pytrace=False)
    yield name
    docker("image", "rm", name)


@contextlib.contextmanager
def running(image: str) -> Iterator[tuple[httpx.Client, str]]:
    """Run the image, locked down, until it answers; give a client and the container's id, and remove it."""
    started = docker("run", "--detach", *LOCKED, *SOON, "--publish", "127.0.0.1::8000", image)
    try:
        address = docker("port", started, "8000/tcp").splitlines()[0]
        with httpx.Client(base_url=f"http://{address}", timeout=PATIENCE) as client:
            deadline = time.monotonic() + PATIENCE
            while not answers(client):
                assert time.monotonic() < deadline, docker("logs", started)
                time.sleep(0.2)
            yield client, started
    finally:
        docker("rm", "--force", "--volumes", started)


def answers(client: httpx.Client) -> bool:
    """Tell whether the server is there."""
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def served(image: str) -> Iterator[tuple[httpx.Client, str]]:
    """Return a client of a container, and the container's id."""
    with running(image) as both:
        yield both


def test_golden_rows_are_answered_as_the_bundle_says(served: tuple[httpx.Client, str], packed: Path) -> None:
    """What was judged is what ships."""
    opened = bundle.open_file(packed)
    golden = opened.json("golden.json")
    answer = served[0].post("/predict", json={"rows": golden["rows"]}).json()
    assert model.same(answer["predictions"], golden["predictions"], opened.manifest["spread"])
    assert answer["model"]["digest"] == opened.digest


def test_container_becomes_healthy(served: tuple[httpx.Client, str]) -> None:
    """The image's own check finds the server."""
    deadline = time.monotonic() + PATIENCE
    while (state := docker("inspect", "--format", "{{.State.Health.Status}}", served[1])) == "starting":
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert state == "healthy"


def test_image_holds_nothing_that_only_training_needs(served: tuple[httpx.Client, str]) -> None:
    """Less to pull, less to patch."""
    code = f"import importlib.util; print([name for name in {FOREIGN} if importlib.util.find_spec(name)])"
    assert docker("exec", served[1], "python", "-c", code) == "[]"


def test_image_runs_as_nobody(image: str) -> None:
    """Also for who forgets --user."""
    assert docker("inspect", "--format", "{{.Config.User}}", image) == "10001:10001"


def test_server_is_held_by_the_engines_own_filter_of_calls(served: tuple[httpx.Client, str]) -> None:
    """It needs no call that the default seccomp profile forbids, and can gain no right."""
    status = docker("exec", served[1], "python", "-c", "print(open('/proc/1/status').read())")
    held = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert (held["NoNewPrivs"], held["CapBnd"].strip("0")) == ("1", "")
    filtered = "seccomp" in docker("info", "--format", "{{.SecurityOptions}}")
    assert held["Seccomp"] == ("2" if filtered else "0")


def test_asked_to_stop_it_exits_0(image: str) -> None:
    """The server is the first process and hears SIGTERM."""
    with running(image) as (_, started):
        docker("stop", "--timeout", "60", started)
        assert docker("inspect", "--format", "{{.State.ExitCode}}", started) == "0"
