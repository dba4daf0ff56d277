"""No job can do its work with one right less than it declares: the workflows that need no release to begin with."""

import pytest

from tests.rendered import FOLDER, ROOT
from tests.runner import events, history
from tests.runner.hub import Hub
from tests.runner.records import JobRun, Run
from tests.runner.rest import pulls
from tests.runner.runner import Runner
from tests.scenarios import rights

OURS, PROJECT = ROOT / ".github" / "workflows", ROOT / FOLDER / ".github" / "workflows"
LIGHT = ("ci.yml", "monitor.yml", "pr-report.yml", "retrain.yml", "weekly.yml")
LEFT = {
    "model": JobRun("model", "success", artifacts={"bundle": {"SHA256SUMS": f"{'a' * 64}  model.tar.gz\n"}}),
    "drift": JobRun("drift", "success", outputs={"code": "3"}, artifacts={"monitor": {"monitor.md": "moved\n"}}),
    "challenger": JobRun(
        "challenger",
        "success",
        outputs={"verdict": "better"},
        artifacts={"proposal": {"report.md": "Better.\n", "pyproject.toml": "x\n"}},
    ),
    "changes": JobRun("changes", "success", outputs={"heavy": "true"}),
    "read": JobRun(
        "read", "success", outputs={"number": "1", "written": "true"}, artifacts={"comment": {"comment.md": "Hello\n"}}
    ),
    "newest": JobRun("newest", "failure"),
}
# What a job waits for that has nothing to do with it.
BEFORE = {"weekly.yml": {"audit": "failure"}}


def event(runner: Runner, file: str) -> events.Event:
    """Return what starts a workflow."""
    hub = runner.hub
    if file == "pr-report.yml":
        hub.repository.commit({"params.toml": "# x\n"}, "change", start="main")
        number = pulls.open_pull(hub, "change")["number"]
        given = dict.fromkeys(runner.workflow("ci.yml", events.push(hub)).jobs, "success")
        left = JobRun("model", "success", artifacts={"verdicts": {"verdicts.json": "{}"}})
        run = runner.run("ci.yml", events.pull_request(hub, number), given={**given, "model": left})
        return events.workflow_run(hub, history.find(hub, run.id))
    return events.push(hub) if file == "ci.yml" else events.dispatch(hub)


def alone(runner: Runner, file: str, job: str) -> Run:
    """Run one job of a workflow; those before it ended as it needs them, and none comes after it."""
    begun = event(runner, file)
    jobs = runner.workflow(file, begun).jobs
    others = {name: BEFORE.get(file, {}).get(name, "success") for name in jobs if name != job}
    given = {**others, **{name: left for name, left in LEFT.items() if name in others}}
    return runner.run(file, begun, given=given)


@pytest.mark.parametrize("right", rights.declared(PROJECT, *LIGHT), ids=rights.named)
def test_a_job_without_one_of_its_rights_fails(hub: Hub, runner: Runner, right: rights.Right) -> None:
    """GitHub refuses the first thing that the right is for, and the job is red."""
    file, job, scope, level = right
    hub.configure(can_approve_pull_request_reviews=True)
    hub.variable("AUTO_RETRAIN", "true")
    hub.withhold(scope, level)
    run = alone(runner, file, job)
    assert rights.refused(run.jobs[job]), run.log


@pytest.mark.parametrize("right", rights.declared(OURS, "canary.yml", "ci.yml"), ids=rights.named)
def test_a_job_of_the_template_without_one_of_its_rights_fails(
    template_hub: Hub, template_runner: Runner, right: rights.Right
) -> None:
    """The same for the template's own jobs, but for its release, which has a test of its own."""
    file, job, scope, level = right
    template_hub.withhold(scope, level)
    run = alone(template_runner, file, job)
    assert rights.refused(run.jobs[job]), run.log


@pytest.mark.parametrize("file", ["canary.yml", "weekly.yml"])
def test_what_fails_by_the_clock_opens_one_issue_and_keeps_it_up_to_date(
    request: pytest.FixtureRequest, file: str
) -> None:
    """The first failure opens it, the next comments on it, and a success says nothing."""
    kind = "template_" if file == "canary.yml" else ""
    hub, runner = request.getfixturevalue(f"{kind}hub"), request.getfixturevalue(f"{kind}runner")
    for comments in (0, 1):
        run = alone(runner, file, "issue")
        assert run.results["issue"] == "success", run.log
        assert [one["state"] for one in hub.read()["issues"]] == ["open"]
        assert len(hub.read()["comments"]) == comments
    well = dict.fromkeys([name for name in run.jobs if name != "issue"], "success")
    assert runner.run(file, events.dispatch(hub), given=well).results["issue"] == "skipped"
