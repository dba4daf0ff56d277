"""Stand-in for docker: commands for the real engine, with the names and the rights of one job."""

import itertools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from tests.runner import tokens
from tests.runner.docker import registry
from tests.runner.docker.engine import JOB, Engine
from tests.runner.refusal import HttpError, UnknownError, known

COMMANDS = {
    "build", "buildx", "cp", "create", "exec", "history", "image", "images", "info", "inspect", "kill", "load", "login",
    "logout", "logs", "port", "ps", "pull", "push", "rm", "rmi", "run", "save", "start", "stop", "tag", "version",
    "wait",
}  # fmt: skip
# These look at an image that must be here already.
LOOK = {"inspect", "history", "save"}
CARBON_COPY = "--prefer-index=false"
STREAM = {"build", "save", "run", "exec", "logs", "cp"}


def login(engine: Engine, arguments: Sequence[str]) -> int:
    """Log in with a token from standard input."""
    known("docker login", [one for one in arguments if one.startswith("-")], ("--username", "-u", "--password-stdin"))
    if "ghcr.io" not in arguments or "--password-stdin" not in arguments:
        raise UnknownError(f"docker login {' '.join(arguments)}: only ghcr.io with --password-stdin is modelled")
    text = sys.stdin.read().strip()
    tokens.find(engine.hub, text)
    engine.log_in(text)
    print("Login Succeeded")
    return 0


def load(engine: Engine, arguments: Sequence[str]) -> int:
    """Load an archive, and give its images to this job alone."""
    with FileLock(Path(tempfile.gettempdir()) / "runner-docker-load.lock"):
        done = engine.call("load", *arguments)
        for name in re.findall(r"Loaded image: (\S+)", done.stdout):
            own = JOB.sub("", name)
            engine.remember(own)
            if engine.real(own) != name:
                engine.call("tag", name, engine.real(own))
                engine.call("image", "rm", name)
    return answer(engine, done)


def answer(engine: Engine, done: "subprocess.CompletedProcess[str]") -> int:
    """Print what the engine said."""
    sys.stdout.write(engine.shown(done.stdout or ""))
    sys.stderr.write(engine.shown(done.stderr or ""))
    return done.returncode


def run(engine: Engine, arguments: Sequence[str]) -> int:
    """Do one command."""
    known("docker", arguments[:1], COMMANDS)
    verb = arguments[1] if arguments[0] == "image" else arguments[0]
    if verb in {"login", "load"}:
        inner = arguments[arguments.index(verb) + 1 :]
        return login(engine, inner) if verb == "login" else load(engine, inner)
    rights(engine, verb, arguments)
    for before, name in itertools.pairwise(arguments):
        if before in {"--tag", "-t"} and verb == "build":
            engine.remember(name)
    if verb == "tag":
        engine.remember(arguments[-1])
    if CARBON_COPY in arguments:
        return copy(engine, arguments)
    real = [engine.real(one) for one in arguments]
    if any(engine.owned in one for one in real):
        raise UnknownError(f"docker {' '.join(arguments)}: an image of ghcr.io inside a longer word is not modelled")
    return answer(engine, engine.call(*real, stream=verb in STREAM))


def rights(engine: Engine, verb: str, arguments: Sequence[str]) -> None:
    """Ask for what a command does to the registry; what this job has not fetched is not here."""
    for image in [one for one in arguments if one.startswith(engine.owned)]:
        here = image in engine.names
        if verb == "push":
            engine.need("write", image)
        elif verb == "pull" or "imagetools" in arguments:
            engine.need("write" if "create" in arguments else "read", image)
        elif verb in {"run", "create"} and not here:
            engine.need("read", image)
        elif not here and (verb in LOOK or (verb == "tag" and image == arguments[1])):
            raise HttpError(404, f"Error response from daemon: No such image: {image}")
        if verb in {"pull", "run", "create"}:
            engine.remember(image)


def copy(engine: Engine, arguments: Sequence[str]) -> int:
    """Put a tag on a manifest as it is: an older buildx lacks the flag and would wrap the manifest in an index."""
    known("docker buildx imagetools create", arguments[:3], ("buildx", "imagetools", "create"))
    known("docker buildx imagetools create", [one for one in arguments if one[0] == "-"], ("--tag", "-t", CARBON_COPY))
    tag, source = [one for one in arguments if one.startswith(engine.owned)]
    registry.copy(engine.real(source), engine.real(tag))
    return 0


def main(hub: str, job: str, arguments: Sequence[str]) -> int:
    """Answer as docker would; what is not modelled ends the run."""
    engine = Engine(Path(hub), Path(job), os.environ)
    try:
        if engine.program:
            return run(engine, arguments)
        print("docker: command not found", file=sys.stderr)
    except HttpError as problem:
        print(problem.message, file=sys.stderr)
        return 1
    except UnknownError as problem:
        (Path(job) / "refused").write_text(str(problem), encoding="utf-8")
        print(problem, file=sys.stderr)
    return 127
