"""Runs, artifacts, and workflows that somebody starts."""

from typing import Any

from tests.runner import triggers, workflow
from tests.runner.actions import artifacts
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError, known
from tests.runner.rest.request import Request, Route, one_of
from tests.runner.tokens import Token

FOLDER = ".github/workflows"
NAMES = {
    "id": "databaseId",
    "name": "workflowName",
    "path": "path",
    "event": "event",
    "status": "status",
    "conclusion": "conclusion",
    "head_branch": "headBranch",
    "head_sha": "headSha",
    "html_url": "url",
    "run_number": "number",
    "run_attempt": "attempt",
    "created_at": "createdAt",
}


def as_rest(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run as GitHub's interface writes it."""
    made = {name: run[kept] for name, kept in NAMES.items()}
    made["conclusion"] = run["conclusion"] or None
    owner = run["headRepository"].split("/")[0]
    made["head_repository"] = {"full_name": run["headRepository"], "owner": {"login": owner}}
    return made


def runs(token: Token, **wanted: str | None) -> list[dict[str, Any]]:
    """Return the runs with these facts, the newest first."""
    token.need("actions")
    asked = {name: value for name, value in wanted.items() if value}
    found = token.hub.read()["runs"]
    return [one for one in found if all(value in facts(one, name) for name, value in asked.items())]


def facts(run: dict[str, Any], name: str) -> set[str]:
    """Return the words that a filter of this name may ask for."""
    words = {
        "workflow": {run["path"].rsplit("/", 1)[1], run["workflowName"], run["path"]},
        "status": {run["status"], run["conclusion"]},
        "branch": {run["headBranch"]},
        "head_sha": {run["headSha"]},
        "event": {run["event"]},
    }
    return words[name]


def list_runs(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return runs, of one workflow or of all."""
    wanted = {name: request.body.get(name) for name in ("status", "branch", "head_sha", "event")}
    found = runs(request.token, workflow=request.path[0] if request.path else None, **wanted)
    return {"total_count": len(found), "workflow_runs": request.page([as_rest(one) for one in found])}


def get_run(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return one run."""
    request.token.need("actions")
    return as_rest(one_of(request.hub.read(), "runs", databaseId=request.number))


def list_artifacts(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the artifacts of a run, all or those of one name."""
    get_run(request)
    known("artifacts", request.body, {"name", "per_page", "page"})
    name = request.body.get("name")
    found = [one for one in artifacts.find(request.hub, request.number) if name in {None, one["name"]}]
    sized = [{**one, "size_in_bytes": artifacts.path_of(request.hub, one["id"]).stat().st_size} for one in found]
    return {"total_count": len(sized), "artifacts": request.page(sized)}


def list_jobs(request: Request) -> Any:  # noqa: ANN401 (JSON)
    """Return the jobs of a run."""
    request.token.need("actions")
    jobs = one_of(request.hub.read(), "runs", databaseId=request.number)["jobs"]
    found = [{"name": name, "conclusion": facts["result"], "status": "completed"} for name, facts in jobs.items()]
    return {"total_count": len(found), "jobs": found}


def dispatch(token: Token, file: str, ref: str, inputs: dict[str, str]) -> None:
    """Start a workflow on a branch or tag; its form is checked as it stands there."""
    token.need("actions", "write")
    hub: Hub = token.hub
    commit = hub.repository.find(ref)
    if commit is None:
        raise HttpError(422, f"No ref found for: {ref}")
    try:
        text = hub.repository.file(commit, f"{FOLDER}/{file}")
    except LookupError:
        raise HttpError(404, f"could not find any workflows named {file}") from None
    read = workflow.read(f"{FOLDER}/{file}", text)
    if "workflow_dispatch" not in read.triggers:
        raise HttpError(422, "Workflow does not have 'workflow_dispatch' trigger")
    triggers.inputs(read, inputs)
    with hub.change() as state:
        state["dispatches"].append({"workflow": file, "ref": ref, "inputs": inputs, "actor": token.actor})


def start(request: Request) -> None:
    """Start a workflow."""
    ref = request.wanted("ref")[0]
    dispatch(request.token, request.path[0], ref, {k: str(v) for k, v in request.body.get("inputs", {}).items()})


ROUTES: tuple[Route, ...] = (
    ("GET", r"actions/runs", list_runs),
    ("GET", r"actions/workflows/([^/]+)/runs", list_runs),
    ("GET", r"actions/runs/(\d+)", get_run),
    ("GET", r"actions/runs/(\d+)/artifacts", list_artifacts),
    ("GET", r"actions/runs/(\d+)/jobs", list_jobs),
    ("POST", r"actions/workflows/([^/]+)/dispatches", start),
)
