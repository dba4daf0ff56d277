"""The registry of the hub: a container on this machine, started when it is first asked for."""

import os
import subprocess

from tests.runner.hub import Hub

IMAGE = "registry:2"


def docker(*arguments: str) -> str:
    """Run docker and return what it prints."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LookupError(f"docker {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def port(hub: Hub) -> int:
    """Return the port of the registry; the images lie in the hub's folder."""
    with hub.change() as state:
        if not state["registry"]:
            images = hub.folder / "registry"
            images.mkdir(exist_ok=True)
            user = ["--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{images.resolve()}:/var/lib/registry"]
            container = docker("run", "--detach", *user, "--publish", "127.0.0.1::5000", IMAGE)
            number = docker("port", container, "5000/tcp").splitlines()[0].rsplit(":", 1)[1]
            state["registry"] = {"container": container, "port": int(number)}
            wait(int(number))
    return int(state["registry"]["port"])


def wait(number: int) -> None:
    """Wait until the registry answers."""
    command = ["curl", "--silent", "--fail", "--retry", "50", "--retry-connrefused", "--retry-delay", "0"]
    command += ["--retry-all-errors", "--retry-max-time", "30", f"http://127.0.0.1:{number}/v2/"]
    subprocess.run(command, capture_output=True, check=True)


def stop(hub: Hub) -> None:
    """Remove the container; the images stay in the hub's folder."""
    with hub.change() as state:
        if state["registry"]:
            docker("rm", "--force", "--volumes", state["registry"]["container"])
            state["registry"] = {}
