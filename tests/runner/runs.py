"""Run the jobs of one workflow in their order."""

import threading
from collections.abc import Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.runner import contexts, functions
from tests.runner.events import Event
from tests.runner.expressions import Scope, fill, holds
from tests.runner.groups import Groups
from tests.runner.hub import Hub
from tests.runner.jobs import Leg
from tests.runner.matrix import legs
from tests.runner.records import JobRun, LegRun, Run
from tests.runner.refusal import known
from tests.runner.values import truthy
from tests.runner.workflow import Job, Workflow

RESULTS = ("success", "failure", "cancelled", "skipped")


@dataclass
class Execution:
    """A run at work."""

    hub: Hub
    workflow: Workflow
    event: Event
    record: Mapping[str, Any]
    folder: Path
    groups: Groups
    workers: int
    haste: float
    rejected: Collection[str]
    given: Mapping[str, JobRun]
    cancelled: threading.Event = field(default_factory=threading.Event)
    group: str = ""

    def __post_init__(self) -> None:
        known("given", self.given, self.workflow.jobs)
        self.run = Run(int(self.record["databaseId"]), self.workflow.file, self.event.name)
        self.scope = contexts.run_scope(self.hub, self.workflow, self.event, self.record)
        self.order: dict[str, list[Any]] = {}
        self.members: list[threading.Event] = []
        self.busy: dict[Future[LegRun], tuple[str, Leg]] = {}

    def cancel(self) -> None:
        """Stop the jobs at work, once; those that ask for it with always() still run afterwards."""
        self.cancelled.set()
        while self.members:
            self.members.pop().set()

    def go(self) -> Run:
        """Run all jobs and conclude."""
        stopped = False
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                while self.begin(pool):
                    ended, _ = wait(self.busy, timeout=0.1, return_when=FIRST_COMPLETED)
                    if self.cancelled.is_set() and not stopped:
                        stopped = True
                        self.cancel()
                    for future in ended:
                        self.end(*self.busy.pop(future), future.result())
            except BaseException:
                self.cancel()
                raise
        self.run.jobs = {name: self.run.jobs[name] for name in self.workflow.jobs}
        self.run.conclusion = self.conclusion()
        return self.run

    def begin(self, pool: ThreadPoolExecutor) -> bool:
        """Start each job whose turn has come, and return whether any is left at work."""
        started = True
        while started:
            started = False
            for job in self.workflow.jobs.values():
                if job.id not in self.run.jobs and all(
                    self.run.jobs.get(need, JobRun("", "")).result for need in job.needs
                ):
                    self.run.jobs[job.id] = self.given.get(job.id) or self.start(job, pool)
                    started = True
        return bool(self.busy)

    def start(self, job: Job, pool: ThreadPoolExecutor) -> JobRun:
        """Judge a job's condition and hand its legs to the workers."""
        needs = {name: self.run.jobs[name].context for name in job.needs}
        scope = contexts.job_scope(self.scope, needs, {}, [], 0)
        outer = contexts.only(scope, "github", "needs", "inputs", "vars")
        if not holds(job.raw.get("if"), outer.adding(self.status(job))):
            return JobRun(job.id, "cancelled" if self.cancelled.is_set() else "skipped")
        made = legs(fill_all(job.raw.get("strategy", {}).get("matrix"), outer))
        self.order[job.id] = made
        for index, matrix in enumerate(made):
            inner = contexts.job_scope(self.scope, needs, matrix, made, index)
            member = threading.Event()
            self.members.append(member)
            folder = self.folder / f"{job.id}-{index}"
            facts = (self.hub, self.workflow, self.event, job, inner, matrix, folder, self.run.id)
            leg = Leg(*facts, self.groups, self.rejected, self.haste, member)
            self.busy[pool.submit(leg.go)] = (job.id, leg)
        return JobRun(job.id, "")

    def status(self, job: Job) -> dict[str, functions.Function]:
        """Return the status functions for a job: they look at every job before it, however far."""
        before = {self.run.jobs[name].result for name in self.workflow.before(job.id)}
        stopped = self.cancelled.is_set()
        return functions.status(
            success=before <= {"success"} and not stopped, failure="failure" in before, cancelled=stopped
        )

    def end(self, name: str, leg: Leg, done: LegRun) -> None:
        """Take in a leg; the first that fails stops the others unless the job says otherwise."""
        job = self.run.jobs[name]
        job.legs = sorted([*job.legs, done], key=lambda one: self.order[name].index(one.matrix))
        job.outputs.update({key: value for key, value in done.outputs.items() if value or key not in job.outputs})
        if done.result == "failure" and leg.forgiven:
            done.result = "success"
        siblings = [other for of, other in self.busy.values() if of == name]
        if done.result == "failure" and truthy(
            fill(leg.job.raw.get("strategy", {}).get("fail-fast", True), leg.knowing())
        ):
            for other in siblings:
                other.cancelled.set()
        if not siblings:
            results = {one.result for one in job.legs}
            job.result = next((one for one in ("failure", "cancelled") if one in results), "success")

    def conclusion(self) -> str:
        """Return how the run ended."""
        results = set(self.run.results.values())
        if self.cancelled.is_set():
            return "cancelled"
        return next((one for one in ("failure", "cancelled", "success") if one in results), "skipped")


def fill_all(raw: Any, scope: Scope) -> Any:  # noqa: ANN401 (a part of a workflow)
    """Fill in the expressions of a mapping or a list."""
    if isinstance(raw, dict):
        return {name: fill_all(value, scope) for name, value in raw.items()}
    return [fill_all(value, scope) for value in raw] if isinstance(raw, list) else fill(raw, scope)
