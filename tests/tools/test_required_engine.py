"""What needs a Docker engine is skipped without one, unless one is required."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def without_engine(**more: str) -> "subprocess.CompletedProcess[str]":
    """Run the tests of the image where no engine answers."""
    kept = {name: value for name, value in os.environ.items() if name != "REQUIRE_DOCKER" and "PYTEST" not in name}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/service/test_image.py"]
    environment = {**kept, "DOCKER_HOST": "unix:///nowhere/docker.sock", **more}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


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
