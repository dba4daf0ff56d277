"""The settings of a project, applied to a repository as its owner does."""

import threading
from pathlib import Path

from tests.rendered import FOLDER, ROOT
from tests.runner import tokens
from tests.runner.hub import Hub
from tests.runner.machine import Done, Machine

SCRIPT = ROOT / FOLDER / "scripts" / "github-settings.sh"


def script(hub: Hub, folder: Path, *arguments: str, right: str = "administration") -> Done:
    """Run the settings script with these arguments, as an owner or with another right, and return how it ended."""
    machine = Machine(folder, hub.folder, 1)
    token = tokens.mint(hub, {right: "write"}, actor="ada")
    env = {**machine.environment(), "PATH": machine.path([]), "GH_TOKEN": token}
    command = ["bash", str(SCRIPT), hub.name, *arguments]
    done = machine.run(command, machine.workspace, env, 120, threading.Event())
    assert not machine.refused, machine.refused
    tokens.revoke(hub, token)
    machine.forget()
    return done
