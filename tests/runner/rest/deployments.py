"""Deployments: what is where."""

from typing import Any

from tests.runner import environments
from tests.runner.refusal import HttpError, known
from tests.runner.rest.request import Request, Route, one_of

STATES = {"error", "failure", "inactive", "in_progress", "queued", "pending", "success"}
FIELDS = {
    "ref", "task", "auto_merge", "required_contexts", "payload", "environment", "description",
    "transient_environment", "production_environment",
}  # fmt: skip


def list_deployments(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the deployments of an environment, a reference or a task, the newest first."""
    request.token.need("deployments")
    known("deployments", request.body, {"environment", "ref", "sha", "task", "per_page", "page"})
    wanted = {name: value for name, value in request.body.items() if name not in {"per_page", "page"}}
    found = [
        one
        for one in request.hub.read()["deployments"]
        if all(one.get(name) == value for name, value in wanted.items())
    ]
    return request.page(found)


def create(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Write down a deployment of a reference that is there."""
    request.token.need("deployments", "write")
    known("deployments", request.body, FIELDS)
    ref = request.wanted("ref")[0]
    sha = request.hub.repository.find(ref)
    if sha is None:
        raise HttpError(422, f"No ref found for: {ref}")
    if len(request.body.get("description") or "") > 140:
        raise HttpError(422, "Validation Failed: description is too long (maximum is 140 characters)")
    if request.body.get("required_contexts") != []:
        raise HttpError(409, "Conflict: Commit status checks failed for the reference")
    body = {"environment": "production", "task": "deploy", "description": "", **request.body, "sha": sha}
    return environments.deploy(request.hub, body, request.token.actor)


def get(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return one deployment."""
    request.token.need("deployments")
    return one_of(request.hub.read(), "deployments", id=request.number)


def report(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Write down the state of a deployment."""
    request.token.need("deployments", "write")
    known(
        "statuses", request.body, {"state", "log_url", "description", "environment", "environment_url", "auto_inactive"}
    )
    if request.wanted("state")[0] not in STATES:
        raise HttpError(422, f"Validation Failed: state {request.body['state']!r} is not known")
    retire = bool(request.body.get("auto_inactive", True))
    return environments.report(request.hub, request.number, dict(request.body), retire=retire)


def list_statuses(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the states of a deployment, the newest first."""
    request.token.need("deployments")
    one_of(request.hub.read(), "deployments", id=request.number)
    return request.page([one for one in request.hub.read()["statuses"] if one["deployment"] == request.number])


ROUTES: tuple[Route, ...] = (
    ("GET", r"deployments", list_deployments),
    ("POST", r"deployments", create),
    ("GET", r"deployments/(\d+)", get),
    ("GET", r"deployments/(\d+)/statuses", list_statuses),
    ("POST", r"deployments/(\d+)/statuses", report),
)
