"""The contexts of a run: what expressions and environments may know."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.runner import triggers
from tests.runner.events import SITE, Event
from tests.runner.expressions import Scope
from tests.runner.hub import Hub
from tests.runner.values import Closed, Exact, Value, text
from tests.runner.workflow import Workflow

RUNNER = {"os": "Linux", "arch": "X64", "name": "local", "environment": "github-hosted", "debug": ""}


def github(hub: Hub, workflow: Workflow, event: Event, run: Mapping[str, Any]) -> Closed:
    """Return what GitHub says of the run and its event."""
    pull = event.payload.get("pull_request", {})
    name, kind = short(event.ref), "tag" if event.ref.startswith("refs/tags/") else "branch"
    return Closed(
        "github",
        {
            "actor": event.actor,
            "api_url": "https://api.github.com",
            "base_ref": pull.get("base", {}).get("ref", ""),
            "event": event.payload,
            "event_name": event.name,
            "graphql_url": "https://api.github.com/graphql",
            "head_ref": pull.get("head", {}).get("ref", ""),
            "job": "",
            "ref": event.ref,
            "ref_name": name,
            "ref_protected": bool(hub.read()["rulesets"]) and hub.paid_features,
            "ref_type": kind,
            "repository": hub.name,
            "repository_owner": hub.name.split("/")[0],
            "retention_days": "90",
            "run_attempt": str(run["attempt"]),
            "run_id": str(run["databaseId"]),
            "run_number": str(run["number"]),
            "server_url": SITE,
            "sha": event.sha,
            "token": "",
            "triggering_actor": event.actor,
            "workflow": workflow.name,
            "workflow_ref": f"{hub.name}/{workflow.path}@{event.ref}",
            "workflow_sha": event.sha,
            "workspace": "",
        },
    )


def short(ref: str) -> str:
    """Return a reference without its kind: a branch, a tag, or `7/merge` of a pull request."""
    return ref.split("/", 2)[2]


def run_scope(hub: Hub, workflow: Workflow, event: Event, run: Mapping[str, Any]) -> Scope:
    """Return what a whole run knows."""
    names = triggers.form_of(workflow)
    typed = triggers.inputs(workflow, event.given) if event.name == "workflow_dispatch" else dict.fromkeys(names)
    known: dict[str, Value] = {
        "github": github(hub, workflow, event, run),
        "inputs": Closed("inputs", typed),
        "vars": Exact(hub.read()["variables"]),
    }
    return Scope(known)


def only(scope: Scope, *names: str, **more: Value) -> Scope:
    """Return a scope of these contexts, and more: each place of a workflow knows others."""
    return Scope({**{name: scope.contexts[name] for name in names}, **more}, scope.functions)


def job_scope(scope: Scope, needs: Mapping[str, Any], leg: Mapping[str, Any], legs: Sequence[Any], index: int) -> Scope:
    """Return what a leg of a job knows before its steps."""
    strategy = {"job-index": index, "job-total": len(legs), "fail-fast": True, "max-parallel": len(legs)}
    more: dict[str, Value] = {
        "needs": Closed("needs", dict(needs)),
        "matrix": Closed("matrix", dict(leg)),
        "strategy": Closed("strategy", strategy),
    }
    return Scope({**scope.contexts, **more}, scope.functions)


def variables(known: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables in which steps find what GitHub says of the run."""
    return {f"GITHUB_{name.upper()}": text(value) for name, value in known.items() if name not in {"event", "token"}}
