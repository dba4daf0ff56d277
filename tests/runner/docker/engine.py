"""The real engine and a real registry, seen as one job of GitHub would see them.

Each job has names of its own in the engine that all share, ghcr.io is a registry on this machine, and what a token may
do there is asked of the token.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.runner import tokens
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError

GHCR = "ghcr.io/"
JOB = re.compile(r"job-[0-9a-f]{12}/")


class Engine:
    """The engine as one job sees it."""

    def __init__(self, hub: Path, job: Path, env: Mapping[str, str]) -> None:
        self.hub, self.job, self.env = Hub(hub), job, env
        self.file = job / "docker.json"
        self.memory: dict[str, Any] = {"login": "", "names": []}
        if self.file.exists():
            self.memory = json.loads(self.file.read_text(encoding="utf-8"))
        self.program = (job / "docker-program").read_text(encoding="utf-8")
        self.prefix = f"job-{hashlib.sha256(str(job).encode()).hexdigest()[:12]}/"
        self.owned = f"{GHCR}{self.hub.name.split('/')[0].lower()}/"

    def remember(self, name: str) -> None:
        """Note a name that this job gave or fetched."""
        self.memory["names"] = sorted({*self.memory["names"], name})
        self.file.write_text(json.dumps(self.memory), encoding="utf-8")

    def log_in(self, token: str) -> None:
        """Keep the token of a login."""
        self.memory["login"] = token
        self.file.write_text(json.dumps(self.memory), encoding="utf-8")

    @property
    def names(self) -> list[str]:
        """Return the names that this job gave or fetched."""
        names: list[str] = self.memory["names"]
        return names

    def real(self, name: str) -> str:
        """Return the engine's name for an image of this job; a name that is not the job's stays as it is."""
        if name.startswith(self.owned):
            return f"127.0.0.1:{registry.port(self.hub, self.program)}/{name.removeprefix(GHCR)}"
        same = {name, name.removesuffix(":latest"), f"{name}:latest"}
        return self.prefix + name if same & set(self.names) else name

    def shown(self, text: str) -> str:
        """Return what the engine says with the names that the job knows."""
        return re.sub(r"127\.0\.0\.1:\d+/(?=[a-z])", GHCR, JOB.sub("", text))

    def call(self, *arguments: str, stream: bool = False) -> "subprocess.CompletedProcess[str]":
        """Call the real docker."""
        command = [self.program, *arguments]
        if stream:
            return subprocess.run(command, env=self.env, text=True, check=False)
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)

    def need(self, level: str, image: str) -> None:
        """Ask whether the login may read or write packages."""
        name = image.partition("@")[0].removeprefix(GHCR)
        name = name.rsplit(":", 1)[0]
        if not self.memory["login"]:
            raise HttpError(401, "unauthorized: authentication required")
        word = "denied: permission_denied: write_package" if level == "write" else "denied: requested access is denied"
        tokens.find(self.hub, self.memory["login"]).need("packages", level, HttpError(403, word))
        if level == "write":
            with self.hub.change() as state:
                state["packages"].setdefault(name, {"visibility": "private"})


def forget(job: Path) -> None:
    """Remove the names that a job gave."""
    memory = job / "docker.json"
    if not memory.exists():
        return
    prefix = f"job-{hashlib.sha256(str(job).encode()).hexdigest()[:12]}/"
    names = [
        prefix + name for name in json.loads(memory.read_text(encoding="utf-8"))["names"] if not name.startswith(GHCR)
    ]
    if names:
        command = [(job / "docker-program").read_text(encoding="utf-8"), "image", "rm", "--force", *names]
        subprocess.run(command, capture_output=True, check=False)
