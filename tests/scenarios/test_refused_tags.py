"""Tags that must not become releases."""

import pytest

from tests.runner import events, tokens
from tests.runner.hub import Hub
from tests.runner.rest import releases
from tests.runner.runner import Runner

CI = ("changes", "lint", "unit", "data", "model", "gates", "image", "ci-ok", "provenance")


def pass_ci(hub: Hub, runner: Runner, result: str = "success", event: str = "push") -> None:
    """Let ci.yml end on main without running it."""
    moment = events.push(hub) if event == "push" else events.dispatch(hub)
    runner.run("ci.yml", moment, given=dict.fromkeys(CI, result))


def refusal(runner: Runner, tag: str) -> str:
    """Push a tag and return why it was refused: nothing but the check may have run."""
    run = runner.run("release.yml", events.tag(runner.hub, tag))
    assert run.results == {"check-tag": "failure", **dict.fromkeys(list(run.results)[1:], "skipped")}, run.log
    assert len(run.errors) == 1, run.log
    assert run.errors[0] in run.summary
    return run.errors[0]


@pytest.mark.parametrize(
    "tag", ["v1.2", "v01.2.3", "v1.2.3-rc1", "v1.2.3rc1x", "v1.2.3;id", "v1.2.3$(id)", "v1.2.3`id`", 'v1"&&id', "v1'"]
)
def test_a_tag_of_another_form_is_refused(hub: Hub, runner: Runner, tag: str) -> None:
    """Only 1.2.3 and its pre-releases are versions."""
    hub.repository.tag(tag)
    assert "the tag is not of the form v1.2.3" in refusal(runner, tag)


def test_a_tag_that_is_not_the_version_is_refused(hub: Hub, runner: Runner) -> None:
    """The project says another version."""
    hub.repository.tag("v0.2.0")
    assert "the tag says 0.2.0, pyproject.toml says 0.1.0" in refusal(runner, "v0.2.0")


@pytest.mark.parametrize(
    "changelog",
    ["# Changelog\n", "# Changelog\n\n## [0.1.0]\n\n## [0.0.1]\n\n- X\n", "## [0.1.00]\n\n- X\n", "## 0.1.0\n\n- X\n"],
    ids=["nothing", "empty-section", "longer-version", "another-form"],
)
def test_a_tag_without_changes_is_refused(hub: Hub, runner: Runner, changelog: str) -> None:
    """The changelog has no section of exactly this version, or nothing in it."""
    hub.repository.commit({"CHANGELOG.md": changelog})
    pass_ci(hub, runner)
    hub.repository.tag("v0.1.0")
    assert "CHANGELOG.md has no section ## [0.1.0], or nothing in it" in refusal(runner, "v0.1.0")


def test_a_tag_off_main_is_refused(hub: Hub, runner: Runner) -> None:
    """What was never merged is not released."""
    hub.repository.commit({"README.md": "other\n"}, "other", start="main")
    hub.repository.tag("v0.1.0", "other")
    assert "v0.1.0 is not on main" in refusal(runner, "v0.1.0")


@pytest.mark.parametrize(
    ("result", "event", "said"),
    [("failure", "push", "completed failure"), ("cancelled", "push", "completed cancelled"), ("", "", "no run")],
    ids=["red", "cancelled", "absent"],
)
def test_a_tag_whose_commit_is_not_green_is_refused(
    hub: Hub, runner: Runner, result: str, event: str, said: str
) -> None:
    """The run failed, was cancelled, or never ran on main for this commit."""
    if result:
        pass_ci(hub, runner, result, event)
    hub.repository.tag("v0.1.0")
    assert said in refusal(runner, "v0.1.0")


def test_a_green_run_that_is_not_of_a_push_to_main_does_not_count(hub: Hub, runner: Runner) -> None:
    """Anybody who may write can start ci by hand; its bundle is not the one that was signed."""
    pass_ci(hub, runner, event="dispatch")
    hub.repository.tag("v0.1.0")
    assert "no run" in refusal(runner, "v0.1.0")


def test_a_version_is_published_once(hub: Hub, runner: Runner) -> None:
    """A tag that was moved publishes nothing over what users have."""
    pass_ci(hub, runner)
    hub.repository.tag("v0.1.0")
    owner = tokens.find(hub, tokens.mint(hub, {"contents": "write"}, actor="ada"))
    releases.create(owner, {"tag_name": "v0.1.0"})
    assert "v0.1.0 is published already" in refusal(runner, "v0.1.0")
