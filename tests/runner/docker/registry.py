"""The registry of the hub: a container on this machine, started when it is first asked for."""

import os
import subprocess
import urllib.error
import urllib.request

from tests.runner.hub import Hub
from tests.runner.refusal import HttpError

IMAGE = "registry:2"
KINDS = ", ".join(
    [f"application/vnd.docker.distribution.manifest.{kind}v2+json" for kind in ("", "list.")]
    + [f"application/vnd.oci.image.{kind}.v1+json" for kind in ("manifest", "index")]
)


def docker(program: str, *arguments: str) -> str:
    """Run the real docker and return what it prints."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LookupError(f"docker {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def port(hub: Hub, program: str = "docker") -> int:
    """Return the port of the registry; the images lie in the hub's folder. Jobs find their stand-in under `docker`."""
    with hub.change() as state:
        if not state["registry"]:
            images = hub.folder / "registry"
            images.mkdir(exist_ok=True)
            user = ["--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{images.resolve()}:/var/lib/registry"]
            container = docker(program, "run", "--detach", *user, "--publish", "127.0.0.1::5000", IMAGE)
            number = docker(program, "port", container, "5000/tcp").splitlines()[0].rsplit(":", 1)[1]
            state["registry"] = {"container": container, "port": int(number)}
            wait(int(number))
    return int(state["registry"]["port"])


def copy(source: str, tag: str) -> None:
    """Put a manifest, byte for byte, under a tag of the same repository."""
    place, _, digest = source.partition("@")
    host, _, name = place.partition("/")
    address = f"http://{host}/v2/{name}/manifests"
    asked = urllib.request.Request(f"{address}/{digest}", headers={"Accept": KINDS})  # noqa: S310 (our own registry)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            body, kind = answer.read(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as problem:
        raise HttpError(problem.code, f"ERROR: {source}: not found") from None
    put = urllib.request.Request(f"{address}/{tag.rpartition(':')[2]}", body, {"Content-Type": kind}, method="PUT")  # noqa: S310
    urllib.request.urlopen(put, timeout=30).close()  # noqa: S310


def wait(number: int) -> None:
    """Wait until the registry answers."""
    command = ["curl", "--silent", "--fail", "--retry", "50", "--retry-connrefused", "--retry-delay", "0"]
    command += ["--retry-all-errors", "--retry-max-time", "30", f"http://127.0.0.1:{number}/v2/"]
    subprocess.run(command, capture_output=True, check=True)


def stop(hub: Hub) -> None:
    """Remove the container, and from the engine what came from it; the images stay in the hub's folder."""
    with hub.change() as state:
        if state["registry"]:
            docker("docker", "rm", "--force", "--volumes", state["registry"]["container"])
            forget(f"127.0.0.1:{state['registry']['port']}/*/*")
            state["registry"] = {}


def forget(pattern: str) -> None:
    """Take these names from the engine, which keeps an image under its other names; what is left harms nobody."""
    shown = ("--digests", "--format", "{{.Repository}} {{.Tag}} {{.Digest}}")
    command = ["docker", "images", "--filter", f"reference={pattern}", *shown]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    names = {f"{name}:{tag}" if tag != "<none>" else f"{name}@{digest}" for name, tag, digest in map(str.split, lines)}
    if names:
        subprocess.run(["docker", "image", "rm", "--force", *sorted(names)], capture_output=True, check=False)
