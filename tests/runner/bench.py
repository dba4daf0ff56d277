"""The bench of a leg: what its steps share, and what each of them may know."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.runner import contexts, functions
from tests.runner.expressions import Scope
from tests.runner.hub import Hub
from tests.runner.machine import Machine
from tests.runner.records import StepRun
from tests.runner.values import Closed, Exact, Value
from tests.runner.workflow import Job


@dataclass
class Bench:
    """A job at work: what its steps share."""

    hub: Hub
    job: Job
    scope: Scope
    machine: Machine
    token: str
    cancelled: threading.Event
    end: float
    defaults: Mapping[str, Any]
    env: dict[str, str]
    paths: list[str] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)
    done: list[StepRun] = field(default_factory=list)
    failed: bool = False

    @property
    def status(self) -> dict[str, functions.Function]:
        """Return the status functions as they answer now."""
        stopped = self.cancelled.is_set()
        return functions.status(
            success=not (self.failed or stopped), failure=self.failed and not stopped, cancelled=stopped
        )

    def knowing(self, env: Mapping[str, str]) -> Scope:
        """Return what an expression of a step may name."""
        state = "cancelled" if self.cancelled.is_set() else "failure" if self.failed else "success"
        place = {"temp": str(self.machine.temp), "tool_cache": str(self.machine.tools)}
        more: dict[str, Value] = {
            "env": Exact(env),
            "job": Closed("job", {"status": state}),
            "runner": Closed("runner", {**contexts.RUNNER, **place}),
            "secrets": Closed("secrets", {"GITHUB_TOKEN": self.token}),
            "steps": Closed("steps", {step.id: step.context for step in self.done if step.id}),
        }
        files = {"hashfiles": functions.hash_files(self.machine.workspace)}
        return Scope({**self.scope.contexts, **more}, {**self.scope.functions, **files})

    def environment(self, own: Mapping[str, str], files: Mapping[str, Path]) -> dict[str, str]:
        """Return the whole environment of a step."""
        known = self.scope.contexts["github"]
        assert isinstance(known, dict)
        machine = self.machine
        runner = {f"RUNNER_{name.upper()}": text for name, text in contexts.RUNNER.items() if text}
        found = {**machine.environment(), **contexts.variables(known), **runner}
        found |= {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(machine.folder / "event.json")}
        found |= {"RUNNER_TEMP": str(machine.temp), "RUNNER_TOOL_CACHE": str(machine.tools)}
        found |= {f"GITHUB_{name.upper()}": str(path) for name, path in files.items()}
        return {**found, **own, "PATH": machine.path(self.paths)}

    def hide(self, log: str) -> str:
        """Mask the token, and what steps asked to mask."""
        for word in [self.token, *self.masks]:
            log = log.replace(word, "***") if word else log
        return log
