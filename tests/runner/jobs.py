"""Run one leg of a job on a machine of its own."""

import json
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.runner import contexts, environments, host, tokens
from tests.runner.actions import table
from tests.runner.bench import Bench
from tests.runner.docker import engine
from tests.runner.environments import RejectedError
from tests.runner.events import Event
from tests.runner.expressions import Scope, fill, fill_text
from tests.runner.groups import Groups
from tests.runner.hub import Hub
from tests.runner.machine import Machine
from tests.runner.matrix import title
from tests.runner.records import LegRun
from tests.runner.refusal import UnknownError, known
from tests.runner.steps import run_step
from tests.runner.values import Closed, Exact, truthy
from tests.runner.workflow import Job, Workflow


@dataclass
class Leg:
    """One leg that is to run."""

    hub: Hub
    workflow: Workflow
    event: Event
    job: Job
    scope: Scope
    matrix: Mapping[str, Any]
    folder: Path
    run: int
    groups: Groups
    rejected: Collection[str]
    haste: float
    cancelled: threading.Event

    def go(self) -> LegRun:
        """Run the leg and tell how it ended."""
        began = time.monotonic()
        name = fill_text(self.job.raw.get("name", title(self.job.id, dict(self.matrix))), self.knowing())
        done = LegRun(name, "cancelled", self.matrix)
        done.note = host.lacks(
            fill_text(self.job.raw["runs-on"], self.knowing()), self.env(self.scope).get("UV_PYTHON", "")
        )
        if done.note:
            done.result = "neutral"
            return done
        with self.groups.member(self.job.raw.get("concurrency"), self.knowing(), self.cancelled) as admitted:
            if admitted:
                self.deployed(done)
        done.seconds = time.monotonic() - began
        return done

    def knowing(self, scope: Scope | None = None) -> Scope:
        """Return what the keys of a job may name."""
        return contexts.only(scope or self.scope, "github", "needs", "strategy", "matrix", "inputs", "vars")

    def env(self, known: Scope) -> dict[str, str]:
        """Return the variables that workflow and job set."""
        found: dict[str, str] = {}
        outer = contexts.only(known, "github", "inputs", "vars")
        for scope, raw in ((outer, self.workflow.raw), (self.knowing(known), self.job.raw)):
            for name, value in raw.get("env", {}).items():
                if name.startswith(("GITHUB_", "RUNNER_")):
                    raise UnknownError(f"{self.job.id}: env.{name}: GitHub keeps these names to itself")
                found[name] = fill_text(value, scope)
        return found

    def deployed(self, done: LegRun) -> None:
        """Enter the job's environment, if it names one, and work there."""
        raw = self.job.raw.get("environment")
        place = {"name": raw} if isinstance(raw, str) else raw or {}
        known(f"{self.job.id}: environment", place, {"name", "url"})
        if not place:
            self.work(done)
            return
        try:
            number = environments.enter(self.hub, fill_text(place["name"], self.knowing()), self.event, self.rejected)
        except RejectedError as problem:
            done.result, done.note = "failure", str(problem)
            return
        self.work(done)
        ended = {"state": "success" if done.result == "success" else "failure"}
        environments.report(self.hub, number, ended, retire=False)

    def permissions(self) -> dict[str, str]:
        """Return what the token may do: on a fork's pull request it only reads, and nowhere what is withheld."""
        found = dict(self.job.permissions)
        if self.event.from_fork:
            found = {name: "read" for name in found if name != "id-token"}
        found |= {name: level for name, level in self.hub.read()["withheld"].items() if name in found}
        return {name: level for name, level in found.items() if level != "none"}

    def work(self, done: LegRun) -> None:
        """Run the steps on a new machine."""
        machine = Machine(self.folder, self.hub.folder, self.haste)
        (machine.folder / "event.json").write_text(json.dumps(self.event.payload), encoding="utf-8")
        token = tokens.mint(self.hub, self.permissions(), run=self.run, job=self.job.id)
        try:
            bench = self.bench(machine, token)
            for step in self.job.raw["steps"]:
                if "uses" in step:
                    table.refuse_unknown(step["uses"], step.get("with", {}))
            for index, step in enumerate(self.job.raw["steps"]):
                run_step(bench, index, step)
                done.steps = bench.done
            done.result = "cancelled" if self.cancelled.is_set() else "failure" if bench.failed else "success"
            done.outputs = self.outputs(bench)
        finally:
            done.cpu = machine.cpu
            machine.clean()
            tokens.revoke(self.hub, token)
            engine.forget(machine.folder)
            machine.forget()

    def bench(self, machine: Machine, token: str) -> Bench:
        """Return the bench at which the steps work."""
        known = self.scope.contexts["github"]
        assert isinstance(known, Closed)
        own = {"token": token, "job": self.job.id, "workspace": str(machine.workspace)}
        scope = Scope({**self.scope.contexts, "github": Closed("github", {**known, **own})}, self.scope.functions)
        minutes = float(str(fill(self.job.raw.get("timeout-minutes", 360), self.knowing())))
        end = time.monotonic() + 60 * minutes
        defaults = {
            **self.workflow.raw.get("defaults", {}).get("run", {}),
            **self.job.raw.get("defaults", {}).get("run", {}),
        }
        return Bench(self.hub, self.job, scope, machine, token, self.cancelled, end, defaults, self.env(scope))

    def outputs(self, bench: Bench) -> dict[str, str]:
        """Return the job's outputs; GitHub drops one that holds a secret."""
        scope = bench.knowing(Exact(bench.env))
        found = {name: fill_text(value, scope) for name, value in self.job.raw.get("outputs", {}).items()}
        return {name: value for name, value in found.items() if bench.hide(value) == value}

    @property
    def forgiven(self) -> bool:
        """Return whether the run goes on as if this leg had not failed."""
        return truthy(fill(self.job.raw.get("continue-on-error", False), self.knowing()))
