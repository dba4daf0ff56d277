"""The rights that jobs declare, and how GitHub refuses what is done without them."""

from pathlib import Path

import yaml

from tests.runner import events, tokens
from tests.runner.hub import Hub
from tests.runner.records import JobRun

LOWER = {"write": "read", "read": "none"}
REFUSALS = (
    "Resource not accessible by integration",
    "Repository not found",
    "permission_denied: write_package",
    "denied: requested access is denied",
    "Failed to get ID token",
)
Right = tuple[str, str, str, str]


def declared(folder: Path, *files: str) -> list[Right]:
    """Return each right that a job declares: file, job, scope, and the next lower level."""
    return [
        (file, job, scope, "none" if scope == "id-token" else LOWER[level])
        for file in files
        for job, body in yaml.safe_load((folder / file).read_text(encoding="utf-8"))["jobs"].items()
        for scope, level in body["permissions"].items()
    ]


def named(right: Right) -> str:
    """Return how a right is listed among the tests."""
    file, job, scope, _ = right
    return f"{file.removesuffix('.yml')}-{job}-{scope}"


def refused(job: JobRun) -> bool:
    """Tell whether a job failed, and for want of a right."""
    return job.result == "failure" and any(said in job.log for said in REFUSALS)


def used(hub: Hub, run: int, file: str) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Return what each job of a run declares and what it used, where these differ."""
    event = events.push(hub)
    text = hub.repository.file(event.sha, f".github/workflows/{file}")
    found = {}
    for job, body in yaml.safe_load(text)["jobs"].items():
        pair = body["permissions"], tokens.used(hub, run, job)
        if pair[0] != pair[1]:
            found[job] = pair
    return found
