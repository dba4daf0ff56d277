"""What needs a Docker engine or a database is skipped without one, unless one is required."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What hides each of them, the tests that need it, and what these say without it.
HIDDEN = {
    "REQUIRE_DOCKER": (
        {"DOCKER_HOST": "unix:///nowhere/docker.sock"},
        "tests/service/test_image.py",
        "no Docker engine answers",
        "so no image was built",
    ),
    "REQUIRE_POSTGRES": (
        {"POSTGRES_HOME": "/nowhere", "PATH": "/nowhere"},
        "tests/sources/test_postgres.py",
        "no PostgreSQL server is installed",
        "so no table was read from one",
    ),
}


def without(tests: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run these tests where something is hidden by this environment."""
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN and "PYTEST" not in name}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests]
    return subprocess.run(command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_missing_is_skipped_with_a_sentence(name: str) -> None:
    """A laptop without it has a green run that says what it did not try, and builds no project for it."""
    hidden, tests, missing, untried = HIDDEN[name]
    done = without(tests, **hidden)
    assert done.returncode == 0, done.stdout
    assert f"{missing}, {untried}" in done.stdout


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_required_is_missed(name: str) -> None:
    """Where CI requires it, a skip cannot pass for a success."""
    hidden, tests, missing, _ = HIDDEN[name]
    done = without(tests, **hidden, **{name: "1"})
    assert done.returncode == 1, done.stdout
    assert f"{missing}, and {name}=1 asks for one" in done.stdout


@pytest.mark.parametrize("name", ["REQUIRE_DOCKER", "REQUIRE_PROGRAMS", "REQUIRE_POSTGRES"])
def test_run_without_github_requires_everything(name: str) -> None:
    """What `.ci/run` installs, it also insists on."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("export ") and f" {name}=1" in line for line in lines)
