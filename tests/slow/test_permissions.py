"""What a job may do is what it does, and one right less is too little."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rendered import FOLDER, ROOT
from tests.runner import events
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.records import Run
from tests.runner.runner import Runner
from tests.scenarios import rights
from tests.slow import life

WORKFLOWS = ROOT / FOLDER / ".github" / "workflows"


@pytest.mark.parametrize(("stage", "file"), [("begun", "ci.yml"), ("released", "release.yml"), ("live", "promote.yml")])
def test_declared_rights_are_used_rights(request: pytest.FixtureRequest, stage: str, file: str) -> None:
    """No job of a whole run holds a right that it did not use, or used one that it did not declare."""
    lived: life.Stage = request.getfixturevalue(stage)
    assert rights.used(lived.hub, int(lived.told["run"]), file) == {}


@pytest.fixture(scope="module")
def copied(released: life.Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Return one copy of the released project for all jobs that are to fail."""
    hub = released.hub.copy(tmp_path_factory.mktemp("rights") / "hub")
    yield hub
    registry.stop(hub)


@pytest.fixture
def shared(copied: Hub, released: life.Stage) -> Hub:
    """Return the copy as it was made: the failure of another test is forgotten."""
    before = released.hub.read()
    with copied.change() as state:
        state.update(before, registry=state["registry"])
    return copied


def release_again(hub: Hub, jobs: Path, job: str) -> Run:
    """Run one job of the release again, as if it had ended half way; only its last job needs it published."""
    with hub.change() as state:
        state["releases"][0]["draft"] = job != "verify"
    number = next(one["databaseId"] for one in hub.read()["runs"] if one["path"].endswith("/release.yml"))
    return Runner(hub, jobs).run("release.yml", events.tag(hub, "v0.1.0"), again=number, jobs=[job])


def promote_again(hub: Hub, jobs: Path, job: str) -> Run:
    """Run one job of a promotion."""
    with hub.change() as state:
        state["releases"][0]["draft"] = False
    assets = hub.folder / "assets" / str(hub.read()["releases"][0]["id"])
    digest = (assets / "image.txt").read_text(encoding="utf-8").strip().partition("@")[2]
    given = {} if job == "verify" else {"verify": life.ended("verify", digest=digest, before="")}
    form = {"version": life.VERSION, "channel": "staging", "reason": "rights"}
    return Runner(hub, jobs).run("promote.yml", events.dispatch(hub, form), given=given)


AGAIN: dict[str, Callable[[Hub, Path, str], Run]] = {"release.yml": release_again, "promote.yml": promote_again}


@pytest.mark.parametrize("right", rights.declared(WORKFLOWS, *AGAIN), ids=rights.named)
def test_a_job_without_one_of_its_rights_fails(shared: Hub, tmp_path: Path, right: rights.Right) -> None:
    """GitHub or its registry refuses the first thing that the right is for, and the job is red."""
    file, job, scope, level = right
    shared.withhold(scope, level)
    run = AGAIN[file](shared, tmp_path / "jobs", job)
    assert rights.refused(run.jobs[job]), run.log
