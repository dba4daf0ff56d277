"""What needs a Docker engine or a database is skipped without one, unless one is required."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = ("REQUIRE_DOCKER", "REQUIRE_POSTGRES")


def without(tests: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run these tests where something is hidden by this environment."""
    kept = {name: value for name, value in os.environ.items() if name not in REQUIRED and "PYTEST" not in name}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests]
    return subprocess.run(command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False)


def without_engine(**more: str) -> "subprocess.CompletedProcess[str]":
    """Run the tests of the image where no engine answers."""
    return without("tests/service/test_image.py", DOCKER_HOST="unix:///nowhere/docker.sock", **more)


def without_postgres(**more: str) -> "subprocess.CompletedProcess[str]":
    """Run the tests of a database where no server is installed."""
    return without("tests/sources/test_postgres.py", POSTGRES_HOME="/nowhere", PATH="/nowhere", **more)


def test_image_is_skipped_with_a_sentence() -> None:
    """A laptop without Docker has a green run that says what it did not try."""
    done = without_engine()
    assert done.returncode == 0, done.stdout
    assert "no Docker engine answers, so no image was built" in done.stdout


def test_required_engine_is_missed() -> None:
    """Where CI requires the engine, a skip cannot pass for a success."""
    done = without_engine(REQUIRE_DOCKER="1")
    assert done.returncode == 1, done.stdout
    assert "no Docker engine answers, and REQUIRE_DOCKER=1 asks for one" in done.stdout


def test_database_is_skipped_with_a_sentence() -> None:
    """A laptop without PostgreSQL has a green run that says what it did not try, and builds no project for it."""
    done = without_postgres()
    assert done.returncode == 0, done.stdout
    assert "no PostgreSQL server is installed, so no table was read from one" in done.stdout


def test_required_database_is_missed() -> None:
    """Where CI requires the server, a skip cannot pass for a success."""
    done = without_postgres(REQUIRE_POSTGRES="1")
    assert done.returncode == 1, done.stdout
    assert "no PostgreSQL server is installed, and REQUIRE_POSTGRES=1 asks for one" in done.stdout


@pytest.mark.parametrize("name", ["REQUIRE_DOCKER", "REQUIRE_PROGRAMS", "REQUIRE_POSTGRES"])
def test_run_without_github_requires_everything(name: str) -> None:
    """What `.ci/run` installs, it also insists on."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("export ") and f" {name}=1" in line for line in lines)
