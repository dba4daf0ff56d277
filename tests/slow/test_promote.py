"""Production moves to a release and back, and never to what does not exist."""

import hashlib
import re
import urllib.request
from pathlib import Path

import pytest

from tests.runner import environments, events
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.runner import Runner
from tests.slow import life


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
    forward = life.promote(twice_hub, tmp_path / "forward", life.NEXT, reason="better")
    assert forward.conclusion == "success", forward.log
    assert (active(twice_hub), digest(twice_hub, "production")) == ([f"v{life.NEXT}"], digest(twice_hub, life.NEXT))
    assert f"v0.1.0 → v{life.NEXT}" in forward.summary
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
    content = (life.assets(live.hub) / "model.tar.gz").read_bytes()
    assert made["payload"]["bundle"] == hashlib.sha256(content).hexdigest()


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
