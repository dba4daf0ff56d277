"""What meets a model in production: customers, a survey that turns its scale around, and somebody who asks."""

import contextlib
import csv
import hashlib
import io
import json
import os
import re
import subprocess
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import project
import pythons

from tests.runner import tokens
from tests.runner.docker import registry
from tests.runner.hub import Hub
from tests.runner.machine import Machine
from tests.service import conftest as images

Row = dict[str, Any]
TABLE, LOCK, DIRECTION = "data/sample.csv", "data/data.lock", "tests/model/test_direction.py"
EVERY = 5  # so many rows of the table stand behind one request
AT_ONCE = 500
READER = dict.fromkeys(("actions", "contents", "deployments", "issues"), "read")
RIGHTS = ("--read-only", "--cap-drop", "ALL", "--publish", "127.0.0.1::8000")


def turned(hub: Hub) -> dict[str, str | bytes]:
    """Return table, lock, and what everybody knows of them, after the survey began to count from the other end."""
    head, *lines = csv.reader(io.StringIO(hub.repository.file("main", TABLE)))
    place, table = head.index("satisfaction"), io.StringIO()
    for line in lines:
        line[place] = f"{10 - float(line[place]):.1f}" if line[place] else ""
    csv.writer(table, lineterminator="\n").writerows([head, *lines])
    known = hub.repository.file("main", DIRECTION)
    other = re.sub(r'("satisfaction": )(\d+\.\d)', lambda found: f"{found[1]}{10 - float(found[2])}", known)
    digest = hashlib.sha256(table.getvalue().encode()).hexdigest()
    lock = re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', hub.repository.file("main", LOCK))
    return {TABLE: table.getvalue(), LOCK: f"{lock}\n", DIRECTION: f"{other}\n"}


def rows(table: str, golden: Row) -> list[Row]:
    """Return every fifth row of a table as the service takes it, with the columns of a golden row."""
    found = []
    for cells in list(csv.DictReader(io.StringIO(table)))[::EVERY]:
        kept = {name: cells[name] for name in golden if cells.get(name)}
        found.append({name: told if isinstance(golden[name], str) else float(told) for name, told in kept.items()})
    return found


def member(archive: Path, name: str) -> Any:  # noqa: ANN401 (parsed JSON)
    """Return one document of a bundle."""
    with tarfile.open(archive) as opened:
        file = opened.extractfile(name)
        assert file
        return json.load(file)


@contextlib.contextmanager
def serving(hub: Hub, log: Path) -> Iterator[str]:
    """Run what the channel production names now, logging what it predicts; give the container's name."""
    image = f"127.0.0.1:{registry.port(hub)}/{hub.name}:production"
    log.mkdir()
    log.chmod(0o777)  # it runs as nobody in particular
    images.docker("pull", "--quiet", image)
    logged = ["--volume", f"{log}:/log", image, "--log-predictions", "/log/recent.jsonl"]
    name = images.docker("run", "--detach", *RIGHTS, *logged)
    try:
        images.wait_for_health(name)
        yield name
        images.docker("stop", "--time", "60", name)
    finally:
        images.docker("rm", "--force", name)


def ask(container: str, asked: list[Row]) -> bytes:
    """Post rows and return the answer as it came."""
    address = f"http://{images.docker('port', container, '8000/tcp').splitlines()[0]}/predict"
    body = json.dumps({"rows": asked}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return bytes(answer.read())


def met(hub: Hub, log: Path, asked: list[Row]) -> str:
    """Let the model in production meet these rows, and return what it logged of them."""
    with serving(hub, log) as container:
        for start in range(0, len(asked), AT_ONCE):
            ask(container, asked[start : start + AT_ONCE])
    return (log / "recent.jsonl").read_text(encoding="utf-8")


class Person:
    """Somebody with a clone of the repository, who is signed in and may read."""

    def __init__(self, hub: Hub, folder: Path, **more: str) -> None:
        self.clone, machine = folder / "clone", Machine(folder / "machine", hub.folder, 1)
        subprocess.run(["git", "clone", "--quiet", str(hub.repository.path), str(self.clone)], check=True)
        known = project.environment(pythons.newest()[1])
        token = tokens.mint(hub, {**READER, **more}, actor="ada")
        path = os.pathsep.join([str(machine.bin), known["PATH"]])
        self.environment = {**known, "PATH": path, "GH_TOKEN": token}
        self.run("git", "remote", "set-url", "origin", f"https://github.com/{hub.name}")

    def run(self, *command: str) -> str:
        """Return what a command prints in the clone."""
        done = subprocess.run(
            command, cwd=self.clone, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def status(self) -> str:
        """Return what `ml status` prints, in one line without times."""
        said = self.run("uv", "run", "--quiet", "--locked", "--all-extras", "ml", "status")
        return re.sub(r"\d{4}-\d\d-\d\dT[\d:+Z.]+", "TIME", " ".join(said.split()))
