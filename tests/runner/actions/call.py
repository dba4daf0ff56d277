"""What the stand-in of an action is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.runner.commands import StepError
from tests.runner.expressions import Scope
from tests.runner.hub import Hub
from tests.runner.machine import Machine
from tests.runner.tokens import Token


@dataclass(frozen=True)
class Call:
    """One use of an action."""

    hub: Hub
    token: Token
    machine: Machine
    scope: Scope
    env: Mapping[str, str]
    inputs: Mapping[str, str]

    @property
    def run(self) -> int:
        """Return the run that the job is part of."""
        return self.token.run

    def flag(self, name: str) -> bool:
        """Return an input that is yes or no."""
        word = self.inputs[name].lower()
        if word not in {"true", "false"}:
            raise StepError(f"Input does not meet YAML 1.2 'Core Schema' specification: {name}")
        return word == "true"

    def path(self, name: str) -> Path:
        """Return a path of the workspace."""
        return self.machine.workspace / self.inputs[name]


Result = tuple[dict[str, str], str]
