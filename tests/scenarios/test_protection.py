"""What the project's own settings make of a repository, on every plan."""

from pathlib import Path

import pytest

from tests.runner import events, protection
from tests.runner.hub import Hub
from tests.runner.protection import ProtectedError
from tests.runner.refusal import HttpError
from tests.runner.rest import pulls
from tests.runner.runner import Runner
from tests.scenarios import settings

MAIN = "refs/heads/main"
JOBS = ("changes", "lint", "unit", "data", "model", "gates", "image", "ci-ok")


@pytest.fixture
def protected(hub: Hub, tmp_path: Path) -> Hub:
    """Return a public repository with the settings of one person."""
    applied = settings.script(hub, tmp_path / "settings", "--apply")
    assert applied.code == 0, applied.output
    return hub


def private(hub: Hub) -> Hub:
    """Make a repository private, on the free plan."""
    with hub.change() as state:
        state["repository"]["visibility"] = "private"
    return hub


def proposed(hub: Hub, branch: str = "change") -> int:
    """Open a pull request from a branch that stands on main."""
    hub.repository.commit({"params.toml": f"# {branch}\n"}, branch, start="main")
    return int(pulls.open_pull(hub, branch)["number"])


def checked(runner: Runner, number: int, result: str = "success") -> None:
    """Let ci.yml end on a pull request."""
    runner.run("ci.yml", events.pull_request(runner.hub, number), given=dict.fromkeys(JOBS, result))


def test_without_apply_nothing_is_sent(hub: Hub, tmp_path: Path) -> None:
    """It shows every call, and says so; it needs no rights for that."""
    before = hub.read()
    shown = settings.script(hub, tmp_path / "settings", right="contents")
    assert (shown.code, shown.output.count("/rulesets {")) == (0, 2)
    assert "Nothing was sent" in shown.output
    assert {**hub.read(), "tokens": {}} == {**before, "tokens": {}}


def test_the_first_push_to_a_protected_main_goes_through(protected: Hub, tmp_path: Path) -> None:
    """Settings may come before the first commit: what is not there yet can be made."""
    fresh = Hub.create(tmp_path / "fresh")
    assert settings.script(fresh, tmp_path / "again", "--apply").code == 0
    fresh.repository.git("fetch", "--quiet", str(protected.repository.path), f"{MAIN}:refs/keep/main")
    commit = fresh.repository.git("rev-parse", "refs/keep/main")
    protection.push(fresh, MAIN, commit)
    assert fresh.repository.head(MAIN) == commit


def test_main_changes_by_a_green_pull_request_alone(protected: Hub, runner: Runner) -> None:
    """No push, no force, no deletion; ci-ok must be green for this head, on top of main as it is."""
    before, other = protected.repository.head("main"), proposed(protected, "other")
    number = proposed(protected)
    commit = protected.repository.head("change")
    for wrong in (commit, f"{before}~0", None):
        moved = protected.repository.commit({"a": "1"}, "apart") if wrong == f"{before}~0" else wrong
        with pytest.raises(ProtectedError, match="GH013"):
            protection.push(protected, MAIN, moved)
    with pytest.raises(HttpError, match='"ci-ok" is expected'):
        protection.merge(protected, number)
    checked(runner, number, "failure")
    with pytest.raises(HttpError, match='"ci-ok" is failure'):
        protection.merge(protected, number)
    checked(runner, number)
    checked(runner, other)
    assert protection.merge(protected, number) == protected.repository.head("main") != before
    with pytest.raises(HttpError, match="not up to date"):
        protection.merge(protected, other)


def test_a_release_tag_stands_where_it_was_set(protected: Hub) -> None:
    """It is made once, and neither moves nor goes; other tags are free."""
    first, second = protected.repository.head("main"), protected.repository.commit({"a": "1"}, "b", start="main")
    for name, free in (("v0.1.0", False), ("draft", True)):
        ref = f"refs/tags/{name}"
        protection.push(protected, ref, first)
        for commit in (second, None):
            if free:
                protection.push(protected, ref, commit)
                continue
            with pytest.raises(ProtectedError, match="GH013"):
                protection.push(protected, ref, commit)
        assert (protected.repository.find(ref) == first) is not free


def test_settings_can_be_applied_again(protected: Hub, tmp_path: Path) -> None:
    """What has its name already is replaced."""
    again = settings.script(protected, tmp_path / "again", "--apply")
    assert again.code == 0, again.output
    assert sorted(one["name"] for one in protected.read()["rulesets"]) == ["main", "release tags"]


def test_a_team_reviews_merges_and_promotions(hub: Hub, runner: Runner, tmp_path: Path) -> None:
    """A green pull request also needs an approval, and a promotion one of the people who were named."""
    applied = settings.script(hub, tmp_path / "settings", "--team", "grace,linus", "--apply")
    assert applied.code == 0, applied.output
    number = proposed(hub)
    checked(runner, number)
    with pytest.raises(HttpError, match="At least 1 approving review"):
        protection.merge(hub, number)
    assert protection.merge(hub, number, approvals=1)
    assert len(hub.read()["environments"]["promote"]["reviewers"]) == 2


def test_a_free_private_repository_is_told_what_it_lacks(hub: Hub, tmp_path: Path) -> None:
    """What the plan allows is set, what it refuses is said, and a push to main goes through."""
    applied = settings.script(private(hub), tmp_path / "settings", "--apply")
    assert applied.code == 3
    for refused in (
        "/rulesets",
        "/environments/promote/deployment-branch-policies",
        "/private-vulnerability-reporting",
    ):
        assert f"github-settings.sh: {refused} was refused" in applied.output
    assert "the others are set" in applied.output
    assert hub.read()["settings"]["actions/permissions"]["sha_pinning_required"] is True
    commit = hub.repository.commit({"a": "1"}, "change", start="main")
    protection.push(hub, MAIN, commit)
    assert hub.repository.head("main") == commit


@pytest.mark.parametrize("kind", ["protected", "open", "private"])
def test_the_weekly_check_says_which_rules_main_has(hub: Hub, tmp_path: Path, kind: str) -> None:
    """One line a rule; where GitHub refuses the question, as on a free private repository, there are none."""
    if kind == "protected":
        settings.script(hub, tmp_path / "settings", "--apply")
    elif kind == "private":
        private(hub)
    told = settings.script(hub, tmp_path / "check", "--check", right="contents")
    assert told.code == 0, told.output
    said = "yes" if kind == "protected" else "**no**"
    for rule in ("deletion", "non_fast_forward", "required_linear_history", "pull_request", "required_status_checks"):
        assert f"| {rule} | {said} |" in told.output
