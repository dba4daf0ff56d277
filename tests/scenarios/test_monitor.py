"""The monitor's one issue, and what it starts."""

import pytest

from tests.runner import events, tokens
from tests.runner.hub import Hub
from tests.runner.records import JobRun, Run
from tests.runner.runner import Runner

REPORT = {"monitor.md": "| column | drifted |\n|---|---|\n| tenure | yes |\n"}


def watch(runner: Runner, code: str, result: str = "success") -> Run:
    """Let the comparison end with this exit code (none where nothing is in production), and run what follows."""
    left = {"monitor": REPORT} if code else {}
    drift = JobRun("drift", result, outputs={"code": code}, artifacts=left)
    return runner.run("monitor.yml", events.schedule(runner.hub, "23 5 * * *"), given={"drift": drift})


def issues(hub: Hub) -> list[tuple[str, str]]:
    """Return title and state of each issue."""
    return [(one["title"], one["state"]) for one in hub.read()["issues"]]


def said(hub: Hub) -> list[str]:
    """Return the comments, in their order."""
    return [one["body"] for one in hub.read()["comments"]]


def test_drift_opens_still_drifting_updates_and_calm_closes(hub: Hub, runner: Runner) -> None:
    """One issue goes through the cycle; the next drift opens another."""
    watch(runner, "3")
    assert issues(hub) == [("The model in production: drift", "open")]
    assert "| tenure | yes |" in hub.read()["issues"][0]["body"]
    watch(runner, "3")
    assert len(issues(hub)) == 1
    assert "| tenure | yes |" in said(hub)[0]
    watch(runner, "0")
    assert issues(hub) == [("The model in production: drift", "closed")]
    assert "Calm again" in said(hub)[-1]
    watch(runner, "0")
    assert len(issues(hub)) == 1
    watch(runner, "3")
    assert sorted(state for _, state in issues(hub)) == ["closed", "open"]


@pytest.mark.parametrize("result", ["failure", "cancelled"], ids=["crash", "out-of-time"])
def test_a_monitor_that_breaks_is_as_loud_as_drift(hub: Hub, runner: Runner, result: str) -> None:
    """Nobody takes a crash for calm, nor a job that never ended."""
    run = watch(runner, "", result)
    assert issues(hub) == [("The model in production: broken", "open")]
    assert tokens.used(hub, run.id, "issue") == {"issues": "write"}


def test_with_nothing_in_production_there_is_nothing_to_say(hub: Hub, runner: Runner) -> None:
    """The schedule runs, the comparison does not, and the run is green: no issue, no uv, no training."""
    run = runner.run("monitor.yml", events.schedule(hub, "23 5 * * *"))
    assert run.results == {"drift": "success", "issue": "skipped", "retrain": "skipped"}, run.log
    assert tokens.used(hub, run.id, "drift") == {"contents": "read", "deployments": "read"}
    assert "nothing is in production yet" in run.log


@pytest.mark.parametrize(("code", "asked"), [("3", "true"), ("3", ""), ("0", "true")], ids=["on", "off", "calm"])
def test_drift_starts_retraining_only_where_somebody_asked_for_it(
    hub: Hub, runner: Runner, code: str, asked: str
) -> None:
    """The variable AUTO_RETRAIN switches it on; calm never retrains."""
    hub.variable("AUTO_RETRAIN", asked)
    run = watch(runner, code)
    wanted = (code, asked) == ("3", "true")
    assert [one["workflow"] for one in hub.read()["dispatches"]] == ["retrain.yml"] * wanted
    assert run.results["retrain"] == ("success" if wanted else "skipped")
