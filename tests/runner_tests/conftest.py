"""A hub, a runner, and small workflows."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.runner import events
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.records import Run
from tests.runner.runner import Runner

Try = Callable[..., Run]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Return an empty public repository."""
    made = Hub.create(tmp_path / "hub")
    yield made
    registry.stop(made)


@pytest.fixture
def runner(hub: Hub, tmp_path: Path) -> Runner:
    """Return a runner for it."""
    return Runner(hub, tmp_path / "jobs")


@pytest.fixture
def attempt(hub: Hub, runner: Runner) -> Try:
    """Return a function that commits a workflow's jobs and runs them as a push to main would."""

    def _attempt(jobs: str, top: str = "", files: dict[str, str] | None = None) -> Run:
        hub.repository.commit({".github/workflows/ci.yml": workflow(jobs, top), **(files or {})})
        return runner.run("ci.yml", events.push(hub))

    return _attempt


def workflow(jobs: str, top: str = "") -> str:
    """Return the text of a workflow with these jobs; each needs only what it is about."""
    body = textwrap.indent(textwrap.dedent(jobs).strip("\n"), "  ")
    on = "" if top.startswith("on:") else "on: {push: , workflow_dispatch: }"
    return f"name: ci\n{on}\n{textwrap.dedent(top)}\njobs:\n{body}\n"
