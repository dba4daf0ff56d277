"""Stand-in for docker: the real engine and a real registry, seen as one job of GitHub would see them.

Each job has names of its own in the engine that all share, ghcr.io is a registry on this machine, and what a token may
do there is asked of the token.
"""

import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from tests.runner import registry, tokens
from tests.runner.hub import Hub
from tests.runner.refusal import HttpError, UnknownError, known

GHCR = "ghcr.io/"
JOB = re.compile(r"job-[0-9a-f]{12}/")
COMMANDS = {
    "build", "buildx", "cp", "create", "exec", "history", "image", "images", "info", "inspect", "kill", "load", "login",
    "logout", "logs", "port", "ps", "pull", "push", "rm", "rmi", "run", "save", "start", "stop", "tag", "version", "wait",
}  # fmt: skip
TOUCH = {"run", "create", "inspect", "history", "save", "tag"}
STREAM = {"build", "save", "run", "exec", "logs", "cp"}


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

    def real(self, name: str) -> str:
        """Return the engine's name for an image of this job; a name that is not the job's stays as it is."""
        if name.startswith(self.owned):
            return f"127.0.0.1:{registry.port(self.hub)}/{name.removeprefix(GHCR)}"
        return self.prefix + name if name in self.memory["names"] else name

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

    def login(self, arguments: Sequence[str]) -> int:
        """Log in with a token from standard input."""
        known(
            "docker login", [one for one in arguments if one.startswith("-")], ("--username", "-u", "--password-stdin")
        )
        if "ghcr.io" not in arguments or "--password-stdin" not in arguments:
            raise UnknownError(f"docker login {' '.join(arguments)}: only ghcr.io with --password-stdin is modelled")
        self.memory["login"] = sys.stdin.read().strip()
        tokens.find(self.hub, self.memory["login"])
        self.file.write_text(json.dumps(self.memory), encoding="utf-8")
        print("Login Succeeded")
        return 0

    def load(self, arguments: Sequence[str]) -> int:
        """Load an archive, and give its images to this job."""
        with FileLock(Path(tempfile.gettempdir()) / "runner-docker-load.lock"):
            done = self.call("load", *arguments)
            for name in re.findall(r"Loaded image: (\S+)", done.stdout):
                own = JOB.sub("", name)
                self.remember(own)
                if self.real(own) != name:
                    self.call("tag", name, self.real(own))
                    self.call("image", "rm", name)
        return self.answer(done)

    def answer(self, done: "subprocess.CompletedProcess[str]") -> int:
        """Print what the engine said."""
        sys.stdout.write(self.shown(done.stdout or ""))
        sys.stderr.write(self.shown(done.stderr or ""))
        return done.returncode

    def run(self, arguments: Sequence[str]) -> int:
        """Do one command."""
        known("docker", arguments[:1], COMMANDS)
        verb = arguments[1] if arguments[0] == "image" else arguments[0]
        if verb in {"login", "load"}:
            return self.login(arguments[1:]) if verb == "login" else self.load(arguments[arguments.index(verb) + 1 :])
        self.rights(verb, arguments)
        for before, name in itertools.pairwise(arguments):
            if before in {"--tag", "-t"} and verb == "build":
                self.remember(name)
        if verb == "tag":
            self.remember(arguments[-1])
        real = [self.real(one) for one in arguments]
        if any(self.owned in one for one in real):
            raise UnknownError(
                f"docker {' '.join(arguments)}: an image of ghcr.io inside a longer word is not modelled"
            )
        return self.answer(self.call(*real, stream=verb in STREAM))

    def rights(self, verb: str, arguments: Sequence[str]) -> None:
        """Ask for what a command does to the registry; what this job has not fetched is not here."""
        for image in [one for one in arguments if one.startswith(self.owned)]:
            if verb == "push":
                self.need("write", image)
            elif verb == "pull" or "imagetools" in arguments:
                self.need("write" if "create" in arguments else "read", image)
            elif verb in {"run", "create"} and image not in self.memory["names"]:
                self.need("read", image)
            elif verb in TOUCH and image not in self.memory["names"] and image != arguments[-1]:
                raise HttpError(404, f"Error response from daemon: No such image: {image}")
            if verb in {"pull", "run"}:
                self.remember(image)


def main(hub: str, job: str, arguments: Sequence[str]) -> int:
    """Answer as docker would."""
    engine = Engine(Path(hub), Path(job), os.environ)
    try:
        if not engine.program:
            print("docker: command not found", file=sys.stderr)
            return 127
        return engine.run(arguments)
    except HttpError as problem:
        print(problem.message, file=sys.stderr)
        return 1
    except UnknownError as problem:
        (Path(job) / "refused").write_text(str(problem), encoding="utf-8")
        print(problem, file=sys.stderr)
        return 70


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
