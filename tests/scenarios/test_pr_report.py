"""The comment on a pull request, whoever wrote the file that it is made from."""

import json
from typing import Any

import pytest

from tests.runner import events, history
from tests.runner.hub import Hub
from tests.runner.records import JobRun, Run
from tests.runner.rest import pulls
from tests.runner.runner import Runner

LIGHT = ("changes", "lint", "unit", "data", "gates", "image")
HOSTILE = "<img src=x onerror=alert(1)> @acme/all [x](https://example.com) ![x](https://example.com) | ` \u202e#1"


def verdicts(verdict: str = "pass", gate: str = "quality", **more: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """Return the file that a run leaves."""
    one = {"gate": gate, "verdict": verdict, "measured": "0.71", "promised": "0.70", "advice": "look", **more}
    return {
        "model_sha256": "a" * 64,
        "training_sha256": "b" * 64,
        "passed": verdict in ("pass", "not asked"),
        "verdicts": [one],
    }


def report(runner: Runner, left: object, *, fork: str = "", branch: str = "change", title: str = "Change") -> list[Run]:
    """Open a pull request whose run leaves this file, and return what pr-report.yml did."""
    hub = runner.hub
    if hub.repository.find(f"refs/heads/{branch}") is None:
        hub.repository.commit({"params.toml": f"# {title}\n"}, branch, start="main")
    number = pulls.open_pull(hub, branch, fork=fork, title=title)["number"]
    return judged(runner, number, left)


def judged(runner: Runner, number: int, left: object) -> list[Run]:
    """Let ci.yml end on a pull request with this file, and return what followed."""
    text = left if isinstance(left, (str, bytes)) else json.dumps(left)
    beside = {"index.html": "x" * 30_000}
    model = JobRun("model", "success", artifacts={"report": beside, "verdicts": {"verdicts.json": text}})
    given = {**{name: JobRun(name, "success") for name in LIGHT}, "model": model}
    run = runner.run("ci.yml", events.pull_request(runner.hub, number), given=given)
    return runner.deliver(events.workflow_run(runner.hub, history.find(runner.hub, run.id)))


def comments(hub: Hub) -> list[str]:
    """Return every comment that was written."""
    return [one["body"] for one in hub.read()["comments"]]


@pytest.mark.parametrize("fork", ["", "mallory"], ids=["own-branch", "fork"])
def test_a_pull_request_has_one_comment_that_follows_it(hub: Hub, runner: Runner, fork: str) -> None:
    """The first run writes it, the next rewrites it, from forks too."""
    report(runner, verdicts("fail"), fork=fork)
    assert len(comments(hub)) == 1
    assert "Refused by: quality" in comments(hub)[0]
    hub.repository.commit({"params.toml": "# better\n"}, "change")
    pulls.move_pull(hub, 1)
    judged(runner, 1, verdicts())
    assert len(comments(hub)) == 1
    assert "Accepted" in comments(hub)[0]


def test_what_a_report_says_is_shown_and_means_nothing(hub: Hub, runner: Runner) -> None:
    """Neither HTML nor links, mentions, images or another cell of the table come from the pull request's code."""
    report(runner, verdicts("fail", measured=HOSTILE, advice=HOSTILE), fork="mallory")
    (body,) = comments(hub)
    inside = "<img src=x onerror=alert(1)> @acme/all [x](https://example.com) ![x](https://example.com) / ' #1"
    assert body.count(f"`{inside}`") == 2
    assert all(word not in body.replace(f"`{inside}`", "") for word in ("<img", "@acme", "example.com"))


FORGED = {
    "no-json": "{",
    "another-shape": {"passed": True},
    "another-key": {**verdicts(), "more": 1},
    "a-lie": {**verdicts("fail"), "passed": True},
    "a-gate-that-is-a-path": verdicts(gate="../../x"),
    "a-gate-with-markup": verdicts(gate="quality**"),
    "an-unknown-verdict": verdicts("great"),
    "a-number": verdicts(measured=1),
    "a-command": "::error::x\n::add-mask::y",
    "too-many": {**verdicts(), "verdicts": verdicts()["verdicts"] * 21},
    "deep": "[" * 9000,
}


@pytest.mark.parametrize("left", FORGED.values(), ids=FORGED)
def test_a_forged_report_is_refused(hub: Hub, runner: Runner, left: object) -> None:
    """The run is red, nothing is posted, and nothing of the file is repeated in the log."""
    (run,) = report(runner, left, fork="mallory")
    assert (run.results, comments(hub)) == ({"read": "failure", "comment": "skipped"}, []), run.log
    assert run.jobs["read"].failed_step == "Write the comment"
    assert [error.split(" refused: ")[0] for error in run.errors] == [
        "comment.py: the verdicts of this pull request are"
    ]


@pytest.mark.parametrize(
    "files",
    [{"other.json": "{}"}, {"verdicts.json/deeper": "{}"}, {"verdicts.json": ""}],
    ids=["absent", "folder", "empty"],
)
def test_an_artifact_of_another_shape_is_refused(hub: Hub, runner: Runner, files: dict[str, str]) -> None:
    """A fork may leave whatever it likes under the name that is read."""
    hub.repository.commit({"params.toml": "# x\n"}, "change", start="main")
    number = pulls.open_pull(hub, "change", fork="mallory")["number"]
    model = JobRun("model", "success", artifacts={"verdicts": files})
    given = {**{name: JobRun(name, "success") for name in LIGHT}, "model": model}
    run = runner.run("ci.yml", events.pull_request(hub, number), given=given)
    (told,) = runner.deliver(events.workflow_run(hub, history.find(hub, run.id)))
    assert told.jobs["read"].failed_step == "Write the comment", told.log
    assert comments(hub) == []


def test_a_report_that_is_too_large_is_not_even_fetched(hub: Hub, runner: Runner) -> None:
    """Its size is asked first."""
    (run,) = report(runner, json.dumps(verdicts(advice="x" * 30_000)), fork="mallory")
    assert run.jobs["read"].failed_step == "Find its verdicts"
    assert comments(hub) == []


def test_nothing_is_said_of_a_head_that_has_moved_on(hub: Hub, runner: Runner) -> None:
    """The run that judges the new head will speak."""
    hub.repository.commit({"params.toml": "# a\n"}, "change", start="main")
    number = pulls.open_pull(hub, "change")["number"]
    given = dict.fromkeys((*LIGHT, "model"), "success")
    run = runner.run("ci.yml", events.pull_request(hub, number), given=given)
    hub.repository.commit({"params.toml": "# b\n"}, "change")
    pulls.move_pull(hub, number)
    (told,) = runner.deliver(events.workflow_run(hub, history.find(hub, run.id)))
    assert (told.conclusion, comments(hub)) == ("success", [])


def test_nothing_is_said_where_the_head_moves_while_the_comment_is_written(hub: Hub, runner: Runner) -> None:
    """The last step asks once more, before it posts."""
    (told,) = report(runner, verdicts())
    with hub.change() as state:
        state["comments"].clear()
    hub.repository.commit({"params.toml": "# b\n"}, "change")
    pulls.move_pull(hub, 1)
    ended = next(one for one in hub.read()["runs"] if one["path"].endswith("/ci.yml"))
    event = events.workflow_run(hub, ended)
    again = runner.run("pr-report.yml", event, again=told.id, jobs=["comment"])
    assert (again.results["comment"], comments(hub)) == ("success", [])


def test_a_run_on_main_is_not_commented(hub: Hub, runner: Runner) -> None:
    """There is nobody to tell."""
    run = runner.run("ci.yml", events.push(hub), given=dict.fromkeys((*LIGHT, "model", "provenance"), "success"))
    (told,) = runner.deliver(events.workflow_run(hub, history.find(hub, run.id)))
    assert set(told.results.values()) == {"skipped"}


@pytest.mark.parametrize(
    ("branch", "title"),
    [
        ("$(touch${IFS}/tmp/owned)", "`id`"),
        ("a;id", "'; exit 1 #"),
        ('"&&id', '"; exit 1 #'),
        ("a'b", "${{ github.token }}"),
        ("x%26state=all", "::error::x"),
    ],
)
def test_names_are_data(hub: Hub, runner: Runner, branch: str, title: str) -> None:
    """What a branch or a title says is run nowhere, and the comment still finds its pull request."""
    (run,) = report(runner, verdicts(), branch=branch, title=title)
    assert run.conclusion == "success", run.log
    assert len(comments(hub)) == 1
    assert title not in comments(hub)[0]
