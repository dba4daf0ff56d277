"""Production moves to a release and back, and never to what does not exist."""

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner import environments, events
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.records import JobRun, Run
from tests.runner.runner import Runner
from tests.slow import life

NEXT = "0.1.1"


def raise_version(hub: Hub) -> None:
    """Commit the next version, with its section and lock."""
    head = hub.repository.head("main")
    text = {name: hub.repository.file(head, name) for name in ("pyproject.toml", "uv.lock", "CHANGELOG.md")}
    text["pyproject.toml"] = re.sub(r'(?m)^version = "0.1.0"$', f'version = "{NEXT}"', text["pyproject.toml"])
    text["uv.lock"] = re.sub(r'(?m)^(name = "churn"\nversion = )"0.1.0"$', rf'\1"{NEXT}"', text["uv.lock"])
    section = f"## [Unreleased]\n\n## [{NEXT}]\n\n- Another model.\n"
    text["CHANGELOG.md"] = text["CHANGELOG.md"].replace("## [Unreleased]\n", section)
    hub.repository.commit({name: f"{one}\n" for name, one in text.items()})


def release_next(hub: Hub, jobs: Path) -> Run:
    """Let the next version pass ci with the model of the first, and release it."""
    first = hub.read()["runs"][-1]["databaseId"]
    raise_version(hub)
    light = dict.fromkeys(("changes", "lint", "unit", "data", "gates", "image"), "success")
    given = {**{name: JobRun(name, result) for name, result in light.items()}, "model": life.judged(hub, first)}
    ci = Runner(hub, jobs / "ci").run("ci.yml", events.push(hub), given=given)
    assert ci.conclusion == "success", ci.log
    hub.repository.tag(f"v{NEXT}")
    return Runner(hub, jobs / "release", haste=100).run("release.yml", events.tag(hub, f"v{NEXT}"))


@pytest.fixture(scope="session")
def twice(session_folder: Path, live: life.Stage) -> life.Stage:
    """Return the project with the first release in production and a second one published."""
    stage = life.kept(session_folder / "twice", life.later(live, release_next))
    assert stage.told["conclusion"] == "success", stage.told["log"]
    return stage


@pytest.fixture
def twice_hub(twice: life.Stage, tmp_path: Path) -> Iterator[Hub]:
    """Return a copy of that repository."""
    hub = twice.hub.copy(tmp_path / "hub")
    yield hub
    registry.stop(hub)


def digest(hub: Hub, name: str) -> str:
    """Return the digest that a tag of the image stands at."""
    address = f"http://127.0.0.1:{registry.port(hub)}/v2/acme/churn/manifests/{name}"
    asked = urllib.request.Request(address, headers={"Accept": registry.KINDS}, method="HEAD")
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        return str(answer.headers["Docker-Content-Digest"])


def active(hub: Hub) -> list[str]:
    """Return the tag of the newest deployment to production that ended well, if any: GitHub retires none there."""
    state = hub.read()
    newest = {one["deployment"]: one["state"] for one in reversed(state["statuses"])}
    channel = [one for one in state["deployments"] if one["environment"] == "production"]
    return [one["ref"] for one in channel if newest.get(one["id"]) == "success"][:1]


def test_production_goes_forward_back_and_nowhere_else(twice_hub: Hub, tmp_path: Path) -> None:
    """A promotion moves it, a rollback moves it back, and a version that does not exist leaves it where it is."""
    assert (active(twice_hub), digest(twice_hub, "production")) == (["v0.1.0"], digest(twice_hub, "0.1.0"))
    forward = life.promote(twice_hub, tmp_path / "forward", NEXT, reason="better")
    assert forward.conclusion == "success", forward.log
    assert (active(twice_hub), digest(twice_hub, "production")) == ([f"v{NEXT}"], digest(twice_hub, NEXT))
    assert f"v0.1.0 → v{NEXT}" in forward.summary
    back = life.promote(twice_hub, tmp_path / "back", reason="rollback")
    assert back.conclusion == "success", back.log
    assert (active(twice_hub), digest(twice_hub, "production")) == (["v0.1.0"], digest(twice_hub, "0.1.0"))
    nowhere = life.promote(twice_hub, tmp_path / "nowhere", "9.9.9")
    assert nowhere.results == {"verify": "failure", "promote": "skipped"}
    assert "acme/churn has no published release v9.9.9" in nowhere.errors[-1]
    assert (active(twice_hub), digest(twice_hub, "production")) == (["v0.1.0"], digest(twice_hub, "0.1.0"))


def test_who_why_and_what_was_before_are_kept(live: life.Stage) -> None:
    """The deployment is the audit line."""
    made = next(one for one in live.hub.read()["deployments"] if one["environment"] == "production")
    assert (made["ref"], made["description"], made["payload"]["by"]) == ("v0.1.0", "first", "ada")
    assert made["payload"]["before"] == ""
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", made["payload"]["digest"])


@pytest.mark.parametrize("version", ["$(touch owned)", "0.1.0; id", "../0.1.0", "v0.1.0", "0.1.0\n::error::x", ""])
def test_a_version_that_is_none_is_refused(released_hub: Hub, tmp_path: Path, version: str) -> None:
    """What somebody types is compared, never run."""
    run = life.promote(released_hub, tmp_path / "jobs", version)
    assert run.results == {"verify": "failure", "promote": "skipped"}
    assert released_hub.read()["deployments"] == []


def test_a_reason_is_data(released_hub: Hub, tmp_path: Path) -> None:
    """It is kept with the deployment as it was typed."""
    reason = "$(touch owned) `id` '; exit 1 #\" ${{ github.token }}"
    run = life.promote(released_hub, tmp_path / "jobs", reason=reason, channel="staging")
    assert run.conclusion == "success", run.log
    assert reason in [one["description"] for one in released_hub.read()["deployments"]]


def test_a_promotion_that_is_not_approved_moves_nothing(released_hub: Hub, tmp_path: Path) -> None:
    """The release is verified, and then somebody says no."""
    environments.protect(released_hub, "promote", reviewers=["bob"])
    form = {"version": "0.1.0", "channel": "production", "reason": "now"}
    runner = Runner(released_hub, tmp_path / "jobs")
    run = runner.run("promote.yml", events.dispatch(released_hub, form), rejected=["promote"])
    assert run.results == {"verify": "success", "promote": "failure"}
    assert active(released_hub) == []
