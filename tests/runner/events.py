"""What happens in a repository: pushes, tags, pull requests, schedules, and buttons that people press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.runner.hub import Hub

Payload = dict[str, Any]
NOTHING = "0" * 40
SITE = "https://github.com"


@dataclass(frozen=True)
class Event:
    """One event, at one commit."""

    name: str
    ref: str
    sha: str
    payload: Payload
    filtered: str  # the branch or tag that filters of branches and tags look at
    changed: Sequence[str] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    actor: str = "ada"

    @property
    def from_fork(self) -> bool:
        """Return whether the code is somebody else's: its token only reads."""
        head = self.payload.get("pull_request", {}).get("head", {})
        return self.name == "pull_request" and bool(head.get("repo", {}).get("fork"))


def about(hub: Hub) -> Payload:
    """Return what each payload says of the repository."""
    facts = hub.facts
    owner, name = facts["name"].split("/")
    return {
        "name": name,
        "full_name": facts["name"],
        "owner": {"login": owner},
        "visibility": facts["visibility"],
        "private": facts["visibility"] != "public",
        "default_branch": facts["default_branch"],
        "html_url": f"{SITE}/{facts['name']}",
    }


def payload(hub: Hub, actor: str, **more: Any) -> Payload:  # noqa: ANN401 (JSON)
    """Return a payload with its sender."""
    return {"repository": about(hub), "sender": {"login": actor}, **more}


def push(hub: Hub, branch: str = "main", before: str | None = None, actor: str = "ada") -> Event:
    """Somebody pushed a branch; `before` is the commit that it stood at."""
    sha, ref = hub.repository.head(f"refs/heads/{branch}"), f"refs/heads/{branch}"
    body = payload(hub, actor, ref=ref, before=before or NOTHING, after=sha, head_commit={"id": sha})
    return Event("push", ref, sha, body, branch, hub.repository.changed(before, sha), actor=actor)


def tag(hub: Hub, name: str, actor: str = "ada") -> Event:
    """Somebody pushed a tag."""
    sha, ref = hub.repository.head(f"refs/tags/{name}"), f"refs/tags/{name}"
    return Event("push", ref, sha, payload(hub, actor, ref=ref, before=NOTHING, after=sha), name, actor=actor)


def pull_request(hub: Hub, number: int, action: str = "opened") -> Event:
    """Somebody opened or changed a pull request: the run sees it merged."""
    pull = next(pull for pull in hub.read()["pulls"] if pull["number"] == number)
    base = hub.repository.head(f"refs/heads/{pull['base']['ref']}")
    ref = f"refs/pull/{number}/merge"
    sha = hub.repository.merge(base, pull["head"]["sha"], ref)
    actor = pull["user"]["login"]
    body = payload(hub, actor, action=action, number=number, pull_request={**pull, "merge_commit_sha": sha})
    return Event("pull_request", ref, sha, body, pull["base"]["ref"], hub.repository.changed(base, sha), actor=actor)


def merge_group(hub: Hub, number: int) -> Event:
    """The merge queue tries a pull request on top of main."""
    pull = next(pull for pull in hub.read()["pulls"] if pull["number"] == number)
    base = hub.repository.head(f"refs/heads/{pull['base']['ref']}")
    ref = f"refs/heads/gh-readonly-queue/{pull['base']['ref']}/pr-{number}-{pull['head']['sha']}"
    sha = hub.repository.merge(base, pull["head"]["sha"], ref)
    group = {"head_sha": sha, "head_ref": ref, "base_ref": f"refs/heads/{pull['base']['ref']}", "base_sha": base}
    body = payload(hub, "ada", action="checks_requested", merge_group=group)
    return Event("merge_group", ref, sha, body, pull["base"]["ref"], hub.repository.changed(base, sha))


def dispatch(hub: Hub, given: Mapping[str, str] | None = None, ref: str = "main", actor: str = "ada") -> Event:
    """Somebody filled in a workflow's form, on a branch or a tag."""
    tagged = hub.repository.find(f"refs/heads/{ref}") is None
    full = f"refs/{'tags' if tagged else 'heads'}/{ref}"
    body = payload(hub, actor, ref=full, inputs=dict(given or {}))
    return Event("workflow_dispatch", full, hub.repository.head(full), body, ref, given=given or {}, actor=actor)


def schedule(hub: Hub, cron: str) -> Event:
    """The clock struck; the payload says nothing but which line of the schedule it was."""
    branch = hub.facts["default_branch"]
    head = hub.repository.head(f"refs/heads/{branch}")
    return Event("schedule", f"refs/heads/{branch}", head, {"schedule": cron}, branch)


def release(hub: Hub, name: str, action: str = "published") -> Event:
    """A person published a release (what a job's token publishes starts nothing)."""
    ref = f"refs/tags/{name}"
    body = payload(hub, "ada", action=action, release={"tag_name": name})
    return Event("release", ref, hub.repository.head(ref), body, name)


def workflow_run(hub: Hub, run: Mapping[str, Any], action: str = "completed") -> Event:
    """A run ended: the workflows that wait for it start on the default branch, whatever it ran on."""
    branch = hub.facts["default_branch"]
    ended = {
        "id": run["databaseId"],
        "name": run["workflowName"],
        "event": run["event"],
        "status": run["status"],
        "conclusion": run["conclusion"],
        "head_branch": run["headBranch"],
        "head_sha": run["headSha"],
        "head_repository": {
            "full_name": run["headRepository"],
            "owner": {"login": run["headRepository"].split("/")[0]},
        },
        "html_url": run["url"],
        "run_attempt": run["attempt"],
        "pull_requests": [],
    }
    body = payload(hub, "ada", action=action, workflow_run=ended, workflow={"name": run["workflowName"]})
    head = hub.repository.head(f"refs/heads/{branch}")
    return Event("workflow_run", f"refs/heads/{branch}", head, body, run["headBranch"])
