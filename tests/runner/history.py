"""What GitHub remembers of runs."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from tests.runner.events import SITE, Event
from tests.runner.hub import Hub
from tests.runner.records import JobRun
from tests.runner.refusal import known
from tests.runner.workflow import Workflow


def begin(hub: Hub, read: Workflow, event: Event, again: int) -> dict[str, Any]:
    """Write down that a run began, the newest first; a further attempt keeps its number."""
    with hub.change() as state:
        if again:
            made: dict[str, Any] = next(one for one in state["runs"] if one["databaseId"] == again)
            made.update(attempt=made["attempt"] + 1, status="queued", conclusion="")
            return dict(made)
        number = hub.next_id()
        made = {
            **names(read, event),
            "databaseId": number,
            "number": 1 + sum(one["path"] == read.path for one in state["runs"]),
            "attempt": 1,
            "status": "queued",
            "conclusion": "",
            "url": f"{SITE}/{hub.name}/actions/runs/{number}",
            "createdAt": datetime.now(UTC).isoformat(timespec="seconds"),
            "jobs": {},
        }
        made["headRepository"] = made["headRepository"] or hub.name
        state["runs"].insert(0, made)
    return made


def names(read: Workflow, event: Event) -> dict[str, Any]:
    """Return what a run is of: on a pull request its own branch and commit, not those of the merge."""
    pull = event.payload.get("pull_request", {}).get("head", {})
    return {
        "path": read.path,
        "workflowName": read.name,
        "name": read.name,
        "displayTitle": read.name,
        "event": event.name,
        "headBranch": pull.get("ref") or event.ref.split("/", 2)[2],
        "headSha": pull.get("sha") or event.sha,
        "headRepository": pull.get("repo", {}).get("full_name"),
    }


def find(hub: Hub, number: int) -> dict[str, Any]:
    """Return what is written of a run."""
    found: dict[str, Any] = next(one for one in hub.read()["runs"] if one["databaseId"] == number)
    return found


def change(hub: Hub, number: int, **changes: object) -> None:
    """Write down how a run goes."""
    with hub.change() as state:
        next(one for one in state["runs"] if one["databaseId"] == number).update(changes)


def kept(hub: Hub, read: Workflow, number: int, jobs: Collection[str]) -> dict[str, JobRun]:
    """Return the jobs of an earlier attempt that a further one keeps: all but these and those that wait for them."""
    known("jobs", list(jobs), read.jobs)
    again = {name for name in read.jobs if name in jobs or read.before(name) & set(jobs)}
    before = find(hub, number)["jobs"]
    return {name: JobRun(name, **facts) for name, facts in before.items() if name not in again}


def next_dispatch(hub: Hub) -> dict[str, Any] | None:
    """Take the next workflow that a token started."""
    with hub.change() as state:
        return state["dispatches"].pop(0) if state["dispatches"] else None
