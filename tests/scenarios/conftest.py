"""A fresh project in a repository of its own, for what is judged without training; and the template in one."""

from pathlib import Path

import pytest
from filelock import FileLock

from tests import projects
from tests.rendered import FOLDER, ROOT, Render
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


@pytest.fixture
def template_hub(tmp_path: Path) -> Hub:
    """Return a repository of the template itself, with as much of it as its workflows use without running tests."""
    hub = Hub.create(tmp_path / "template-hub", "acme/cookiecutter-ml-cicd")
    kept = [*(ROOT / ".github" / "workflows").iterdir(), *(ROOT / FOLDER / "scripts").iterdir()]
    kept += [ROOT / "cookiecutter.json", ROOT / "pyproject.toml"]
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in kept}
    hub.repository.commit({**files, "CHANGELOG.md": "# Changelog\n\n## [0.1.0]\n\n- The first.\n"})
    return hub


@pytest.fixture
def template_runner(template_hub: Hub, tmp_path: Path) -> Runner:
    """Return a runner for it."""
    return Runner(template_hub, tmp_path / "template-jobs", haste=1000)
