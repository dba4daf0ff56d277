"""Read a workflow file; a key that this runner does not model is refused."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from tests.runner.refusal import UnknownError, known

WORKFLOW = {"name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"}
JOB = {
    "name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "env", "defaults", "concurrency",
    "environment", "outputs", "strategy", "continue-on-error", "steps",
}  # fmt: skip
STEP = {
    "id", "name", "if", "uses", "with", "run", "shell", "working-directory", "env", "continue-on-error",
    "timeout-minutes",
}  # fmt: skip
SCOPES = {
    "actions", "artifact-metadata", "attestations", "checks", "contents", "deployments", "discussions", "id-token",
    "issues", "models", "packages", "pages", "pull-requests", "security-events", "statuses",
}  # fmt: skip
LEVELS = ("none", "read", "write")
# What a token may do where a workflow says nothing, with the restricted default.
DEFAULT = {"contents": "read", "packages": "read"}


class Loader(yaml.SafeLoader):
    """YAML as GitHub reads it: `on` is a word, a date is text, and no key stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 (as the library has it)
        """Refuse a key that stands twice."""
        names = [key.value for key, _ in node.value]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise UnknownError(f"the key {twice.pop()!r} stands twice")
        return super().construct_mapping(node, deep=deep)


def core(first: str, resolvers: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Keep what YAML 1.2 resolves: `yes`, `on` and dates stay text."""
    words = {"tag:yaml.org,2002:bool": first in "tTfF", "tag:yaml.org,2002:timestamp": False}
    return [(tag, pattern) for tag, pattern in resolvers if words.get(tag, True)]


Loader.yaml_implicit_resolvers = {
    first: core(first, resolvers) for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Job:
    """One job as it is written."""

    id: str
    raw: Mapping[str, Any]
    permissions: Mapping[str, str]

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the jobs that come before."""
        needs = self.raw.get("needs", [])
        return (needs,) if isinstance(needs, str) else tuple(needs)


@dataclass(frozen=True)
class Workflow:
    """One workflow file."""

    path: str
    name: str
    triggers: Mapping[str, Any]
    raw: Mapping[str, Any]
    jobs: Mapping[str, Job]

    @property
    def file(self) -> str:
        """Return the name of the file."""
        return PurePosixPath(self.path).name

    def before(self, job: str) -> set[str]:
        """Return every job that comes before this one, however far."""
        return {one for need in self.jobs[job].needs for one in {need} | self.before(need)}


def read(path: str, text: str) -> Workflow:
    """Read a workflow and refuse what is not modelled."""
    raw = yaml.load(text, Loader)  # noqa: S506 (a loader of plain values)
    known(path, raw, WORKFLOW)
    defaults(path, raw)
    jobs = {name: job(f"{path}: {name}", name, body, raw.get("permissions")) for name, body in raw["jobs"].items()}
    for one in jobs.values():
        known(f"{path}: {one.id}: needs", one.needs, jobs)
    workflow = Workflow(path, raw.get("name", path), triggers(raw["on"]), raw, jobs)
    refuse_cycles(workflow)
    return workflow


def job(where: str, name: str, raw: Mapping[str, Any], outer: object) -> Job:
    """Read a job."""
    known(where, raw, JOB)
    defaults(where, raw)
    known(f"{where}: strategy", raw.get("strategy", {}), {"fail-fast", "matrix"})
    for index, step in enumerate(raw["steps"]):
        known(f"{where}: step {index + 1}", step, STEP)
        if ("run" in step) == ("uses" in step):
            raise UnknownError(f"{where}: step {index + 1} needs either run or uses")
    ids = [step["id"] for step in raw["steps"] if "id" in step]
    if len(ids) != len(set(ids)):
        raise UnknownError(f"{where}: an id of a step stands twice")
    return Job(name, raw, permissions(where, raw.get("permissions", outer)))


def defaults(where: str, raw: Mapping[str, Any]) -> None:
    """Refuse defaults other than those of run steps."""
    known(f"{where}: defaults", raw.get("defaults", {}), {"run"})
    known(f"{where}: defaults.run", raw.get("defaults", {}).get("run", {}), {"shell", "working-directory"})


def permissions(where: str, raw: object) -> dict[str, str]:
    """Return what the token of a job may do."""
    if raw is None:
        return dict(DEFAULT)
    if isinstance(raw, str):
        known(f"{where}: permissions", [raw], {"read-all", "write-all"})
        return dict.fromkeys(SCOPES, raw.removesuffix("-all"))
    assert isinstance(raw, dict)
    known(f"{where}: permissions", raw, SCOPES)
    known(f"{where}: permissions", list(raw.values()), LEVELS)
    return {scope: level for scope, level in raw.items() if level != "none"}


def triggers(raw: Any) -> dict[str, Any]:  # noqa: ANN401 (a word, a list or a mapping)
    """Return the events with their filters."""
    if isinstance(raw, str):
        return {raw: {}}
    return {name: {} for name in raw} if isinstance(raw, list) else {name: body or {} for name, body in raw.items()}


def refuse_cycles(workflow: Workflow) -> None:
    """Refuse jobs that wait for each other."""
    left = {name: set(job.needs) for name, job in workflow.jobs.items()}
    while ready := [name for name, needs in left.items() if not needs & set(left)]:
        for name in ready:
            del left[name]
    if left:
        raise UnknownError(f"{workflow.path}: these jobs wait for each other: {', '.join(sorted(left))}")
