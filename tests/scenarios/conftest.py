"""A fresh project in a repository of its own, for what is judged without training."""

from pathlib import Path

import pytest
from filelock import FileLock

from tests import projects
from tests.rendered import Render
from tests.runner.hub import Hub
from tests.runner.runner import Runner


@pytest.fixture(scope="session")
def pushed(session_folder: Path, render: Render) -> Path:
    """Return the folder of a repository to which a fresh project, without a lock, was pushed."""
    folder = session_folder / "pushed"
    with FileLock(f"{folder}.outer"):
        if not folder.exists():
            made = render(project_name="Churn", project_slug="churn")
            projects.commit(made)
            Hub.create(folder).repository.push(made)
    return folder


@pytest.fixture
def hub(pushed: Path, tmp_path: Path) -> Hub:
    """Return a copy of that repository."""
    return Hub(pushed).copy(tmp_path / "hub")


@pytest.fixture
def runner(hub: Hub, tmp_path: Path) -> Runner:
    """Return a runner for it, in which nobody waits for long."""
    return Runner(hub, tmp_path / "jobs", haste=1000)
