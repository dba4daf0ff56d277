"""Environments of GitHub: who approves, which branches may deploy, and the deployment that a job leaves."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from tests.runner.events import Event
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError
from tests.runner.triggers import matches


class RejectedError(Exception):
    """A job may not enter its environment."""


def protect(hub: Hub, name: str, *, reviewers: Collection[str] = (), refs: Collection[str] = ()) -> None:
    """Ask for approval, or allow only some branches and tags; a free private repository has neither."""
    if (reviewers or refs) and not hub.paid_features:
        raise HttpError(
            422, "Failed to create the environment protection rule. Please ensure the billing plan supports it"
        )
    with hub.change() as state:
        state["environments"][name] = {"reviewers": list(reviewers), "refs": list(refs)}


def enter(hub: Hub, name: str, event: Event, rejected: Collection[str]) -> int:
    """Enter an environment, which GitHub makes where there was none, and return the deployment."""
    with hub.change() as state:
        rules = state["environments"].setdefault(name, {"reviewers": [], "refs": []})
    ref = event.ref.split("/", 2)[2]
    if rules["refs"] and not matches(rules["refs"], ref):
        raise RejectedError(f'"{ref}" is not allowed to deploy to {name} due to environment protection rules.')
    if name in rejected and rules["reviewers"]:
        raise RejectedError(f"The deployment to {name} was rejected by a reviewer.")
    body = {"ref": ref, "environment": name, "description": "", "task": "deploy"}
    return int(deploy(hub, {**body, "sha": event.sha}, "github-actions[bot]")["id"])


def deploy(hub: Hub, body: dict[str, Any], actor: str) -> dict[str, Any]:
    """Write down a deployment; the newest stands first."""
    made = {"payload": {}, "production_environment": body["environment"] == "production", **body}
    made |= {"id": hub.next_id(), "creator": {"login": actor}, "url": "", "created_at": _now()}
    made["statuses_url"] = f"repos/{hub.name}/deployments/{made['id']}/statuses"
    with hub.change() as state:
        state["deployments"].insert(0, made)
    return made


def report(hub: Hub, deployment: int, body: dict[str, Any], *, retire: bool = True) -> dict[str, Any]:
    """Write down the state of a deployment; success retires the older ones of its environment, except production's."""
    with hub.change() as state:
        this = next((one for one in state["deployments"] if one["id"] == deployment), None)
        if this is None:
            raise HttpError(404, "Not Found")
        made = {"description": "", "log_url": "", "created_at": _now(), **body}
        made |= {"id": hub.next_id(), "deployment": deployment}
        state["statuses"].insert(0, made)
        if body["state"] == "success" and retire:
            alike = [one for one in state["deployments"] if one["environment"] == this["environment"]]
            older = [one for one in alike if one is not this and not one["production_environment"]]
            active = {one["deployment"] for one in state["statuses"] if one["state"] == "success"}
            for one in older:
                if one["id"] in active:
                    state["statuses"].insert(
                        0, {**made, "id": hub.next_id(), "deployment": one["id"], "state": "inactive"}
                    )
    return made


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
