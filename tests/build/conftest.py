"""Built projects: both tasks on the newest Python that is here."""

from pathlib import Path

import pytest

from tests import projects


@pytest.fixture(scope="session", params=["classification", "regression"])
def built(request: pytest.FixtureRequest, template: Path) -> projects.Project:
    """Return the built project of each task."""
    return projects.build(template, request.param)


@pytest.fixture(scope="session")
def churn(template: Path) -> projects.Project:
    """Return the built classification project."""
    return projects.build(template, "classification")


@pytest.fixture
def place(churn: projects.Project, tmp_path: Path) -> Path:
    """Return a copy of the built classification project that a test may spoil."""
    return churn.copy(tmp_path / "place")
