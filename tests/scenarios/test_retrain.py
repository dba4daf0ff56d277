"""What a retrained model may propose."""

from collections.abc import Mapping

import pytest

from tests.runner import events, tokens
from tests.runner.hub import Hub
from tests.runner.records import JobRun, Run
from tests.runner.rest import pulls
from tests.runner.runner import Runner

ALLOWED = {"data/data.lock", "pyproject.toml", "uv.lock", "CHANGELOG.md", "data/sample.csv"}


def propose(runner: Runner, files: Mapping[str, str | bytes], **form: str) -> Run:
    """Let a challenger win that leaves these files, and run what follows."""
    left = {"proposal": {"report.md": "It is better.\n", **files}}
    job = JobRun("challenger", "success", outputs={"verdict": "better"}, artifacts=left)
    event = events.dispatch(runner.hub, form) if form else events.schedule(runner.hub, "41 4 1 * *")
    return runner.run("retrain.yml", event, given={"challenger": job})


@pytest.fixture
def allowed(hub: Hub) -> Hub:
    """Return the repository in which Actions may open pull requests, as the settings script has it."""
    hub.configure(can_approve_pull_request_reviews=True)
    return hub


def changed(hub: Hub) -> set[str]:
    """Return the paths that the newest pull request changes."""
    head = hub.read()["pulls"][-1]["head"]["sha"]
    return set(hub.repository.changed(hub.repository.head("main"), head))


def test_a_better_challenger_becomes_one_pull_request(allowed: Hub, runner: Runner) -> None:
    """It changes the allow-list alone, has its report as text, starts its checks, and uses only what it declares."""
    run = propose(runner, dict.fromkeys(ALLOWED, "changed\n"))
    assert run.conclusion == "success", run.log
    (pull,) = allowed.read()["pulls"]
    assert changed(allowed) == ALLOWED
    assert pull["body"] == "It is better.\n"
    assert [(one["workflow"], one["ref"]) for one in allowed.read()["dispatches"]] == [("ci.yml", pull["head"]["ref"])]
    declared = runner.workflow("retrain.yml", events.push(allowed)).jobs["propose"].permissions
    assert tokens.used(allowed, run.id, "propose") == declared


def test_whatever_else_it_leaves_stays_behind(allowed: Hub, runner: Runner) -> None:
    """No workflow, no code, no gate, and no odd name of a table comes into the proposal."""
    more = [".github/workflows/ci.yml", "src/churn/gates.py", "gates.toml", "data/x.py", "data/a b.csv", "data/d/e.csv"]
    run = propose(runner, dict.fromkeys([*ALLOWED, *more, "data/$(id).csv"], "changed\n"))
    assert run.conclusion == "success", run.log
    assert changed(allowed) == ALLOWED


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(["CHANGELOG.md"], id="no-version"),
        pytest.param(["pyproject.toml", "data/data.lock", "data/a.csv", "data/b.csv"], id="two-tables"),
    ],
)
def test_a_proposal_that_is_none_is_refused(allowed: Hub, runner: Runner, paths: list[str]) -> None:
    """It raises the version, and brings one table at most; otherwise nothing is written."""
    run = propose(runner, dict.fromkeys(paths, "changed\n"))
    assert run.jobs["propose"].failed_step == "Take from it the allow-list and nothing else", run.log
    assert allowed.read()["pulls"] == []
    assert allowed.repository.git("for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"


def test_there_is_one_proposal_at_a_time(allowed: Hub, runner: Runner) -> None:
    """While one is open no second is written; somebody's own branch of that name does not count."""
    allowed.repository.commit({"a": "1"}, "retrain/1-1", start="main")
    pulls.open_pull(allowed, "retrain/1-1", fork="mallory")
    propose(runner, dict.fromkeys(ALLOWED, "changed\n"))
    assert len(allowed.read()["pulls"]) == 2
    run = propose(runner, dict.fromkeys(ALLOWED, "changed again\n"))
    assert run.conclusion == "success"
    assert "Merge or close the open proposal first" in run.summary
    assert len(allowed.read()["pulls"]) == 2
    allowed.repository.commit({"b": "1"}, "retrain/2-1", start="main")
    pulls.open_pull(allowed, "retrain/2-1")
    run = propose(runner, dict.fromkeys(ALLOWED, "changed again\n"))
    assert run.conclusion == "success", run.log
    assert len(allowed.read()["pulls"]) == 3


def test_a_reason_is_data(allowed: Hub, runner: Runner) -> None:
    """What somebody types is repeated, and run nowhere."""
    reason = "$(touch owned) `id` '; exit 1 #\" ${{ github.token }}"
    run = propose(runner, dict.fromkeys(ALLOWED, "changed\n"), reason=reason)
    assert run.conclusion == "success", run.log
    (pull,) = allowed.read()["pulls"]
    assert pull["title"] == f"A retrained model beats the champion ({reason})"
    message = allowed.repository.git("log", "-1", "--format=%s", pull["head"]["sha"])
    assert message == f"Retrain on newer data ({reason})"


def test_with_nothing_in_production_nothing_is_trained(hub: Hub, runner: Runner) -> None:
    """The schedule runs, and ends green."""
    run = runner.run("retrain.yml", events.schedule(hub, "41 4 1 * *"))
    assert run.results == {"challenger": "success", "propose": "skipped"}, run.log
