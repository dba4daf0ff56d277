"""What several tests need: a small project of their own, a server as a process, the same random cases in every run."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import numpy as np
import pandas as pd
import pytest
from filelock import FileLock

from << cookiecutter.package_name >> import contract, data

# A busy machine draws slowly, which says nothing about a test.
slow = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=slow, max_examples=50
)
hypothesis.settings.load_profile("steady")

# Coverage measures what `serve` starts, and no other process: tracing doubles what a start costs, and the resource
# tracker of a pool ends after us, so that what it measured would lie about.
MEASURED: dict[str, str] = {}

# Far more than a start takes: a machine may be slow, and a server that died is seen at once.
PATIENCE = 120


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def ml() -> str:
    """Return the console script of the environment that runs the tests."""
    found = shutil.which("ml", path=str(Path(sys.executable).parent))
    assert found, "the project is not installed; run make setup"
    return found


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def small(root: Path) -> Path:
    """Return the folder with the contract, params and gates of a small project: parcels that come back or not."""
    return root / "tests" / "unit" / "project"


@pytest.fixture(scope="session")
def raw() -> pd.DataFrame:
    """Return a table that keeps the small contract, every cell a text, as it is read from CSV."""
    rng = np.random.default_rng(0)
    n = 1500
    size, weight = rng.uniform(1, 100, n).round(2), rng.uniform(0.5, 50, n).round(2)
    sent = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n), "h")
    colour = rng.choice(["red", "Red", "green", "blue"], n)
    odds = size / 20 - weight / 15 + (colour == "green") - 1 + rng.logistic(size=n)
    columns = {
        "parcel": np.arange(n).astype(str),
        "sent": sent.strftime("%Y-%m-%dT%H:%M:%S"),
        "ordered": (sent - pd.to_timedelta(rng.integers(0, 30, n), "D")).strftime("%Y-%m-%d"),
        "size": size.astype(str),
        "weight": weight.astype(str),
        "visits": rng.choice(["0", "3", "12", "?", "-1"], n),
        "express": rng.choice(["true", "false"], n),
        "colour": colour,
        "shape": rng.choice(["box", "tube", "?"], n),
        "note": ["leave it, please"] * n,
        "refund": (10 * (odds > 0)).astype(str),
        "returned": np.where(odds > 0, "yes", "no"),
    }
    table = pd.DataFrame(columns).astype(object)
    return table.mask(pd.DataFrame({"weight": rng.random(n) < 0.1}).reindex(columns=table.columns, fill_value=False))


@pytest.fixture
def untrained(small: Path, raw: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the small project before its first training, as the working directory."""
    monkeypatch.chdir(_begun(small, raw, tmp_path / "project"))
    return tmp_path / "project"


def _begun(small: Path, raw: pd.DataFrame, folder: Path) -> Path:
    shutil.copytree(small, folder)
    path = folder / "data" / "parcels.csv"
    path.parent.mkdir()
    raw.to_csv(path, index=False)
    lock = data.Lock("data/parcels.csv", len(raw), data.digest(path))
    path.with_name("data.lock").write_bytes(lock.dumps())
    return folder


Steps = dict[str, "subprocess.CompletedProcess[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what needs the finished small project last: it is made meanwhile."""
    items.sort(key=lambda item: "made" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def _early(request: pytest.FixtureRequest) -> None:
    """Begin to make the small project as soon as it is known that a test needs it; what it starts is not measured."""
    MEASURED.update({name: os.environ.pop(name) for name in [*os.environ] if name.startswith("COVERAGE_PROCESS")})
    if any("made" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("_making")


@pytest.fixture(scope="session")
def _making(small: Path, raw: pd.DataFrame, shared: Path) -> Iterator["Future[tuple[Path, Steps]]"]:
    """Return the promise of the finished small project."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(_make, small, raw, shared / "made")


# One process for all steps: starting one costs more than most steps.
RUN = """
import contextlib, io, json, sys
from PACKAGE import cli
said = []
for step in sys.argv[1:]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(step.split())
    said.append([code, out.getvalue(), err.getvalue()])
json.dump(said, sys.stdout)
"""


def _make(small: Path, raw: pd.DataFrame, folder: Path) -> tuple[Path, Steps]:
    steps = ("data check", "train", "evaluate", "gate", "package")
    code = RUN.replace("PACKAGE", contract.__name__.partition(".")[0])
    said = folder.with_suffix(".json")
    with FileLock(f"{folder}.lock"):
        if not said.exists():
            shutil.rmtree(folder, ignore_errors=True)
            _begun(small, raw, folder)
            command = [sys.executable, "-c", code, *steps]
            ran = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True)
            said.write_bytes(ran.stdout)
    answers = zip(steps, json.loads(said.read_bytes()), strict=True)
    return folder, {step: subprocess.CompletedProcess(step, *answer) for step, answer in answers}


@pytest.fixture(scope="session")
def made(_making: "Future[tuple[Path, Steps]]") -> tuple[Path, Steps]:
    """Return the small project after every step ran in another process, and what each step said."""
    return _making.result()


@pytest.fixture
def judged(made: tuple[Path, Steps], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the finished small project, as the working directory."""
    folder = shutil.copytree(made[0], tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def blind() -> Callable[[pytest.MonkeyPatch], None]:
    """Return what leaves out what only the report shows and no gate asks for: it takes half of the time."""
    from << cookiecutter.package_name >> import evaluate  # noqa: PLC0415 (tests of the data train nothing)

    def left_out(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(evaluate, "importance", lambda *_: {})
        patch.setattr(evaluate, "learning", lambda *_: {"metric": "", "points": []})

    return left_out


@pytest.fixture(scope="session")
def packed(root: Path) -> Path:
    """Return the packed model of the project itself."""
    path = root / "build" / "bundle" / "model.tar.gz"
    if not path.is_file():
        pytest.fail("build/bundle/model.tar.gz is missing; run make model first", pytrace=False)
    return path


@dataclass(frozen=True)
class Served:
    """A running server: clients of its two ports, its process, and the file that it logs to."""

    client: httpx.Client
    admin: httpx.Client
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def port(self) -> int:
        """Return the port for requests."""
        return int(self.client.base_url.port or 0)


@pytest.fixture(scope="session")
def serve(ml: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., AbstractContextManager[Served]]:
    """Return a context manager that serves a bundle on free ports, with these options."""

    @contextlib.contextmanager
    def served(bundle: Path, *options: str) -> Iterator[Served]:
        with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
            port, admin = one.getsockname()[1], other.getsockname()[1]
        log = tmp_path_factory.mktemp("served") / "log"
        command = [ml, "serve", "--bundle", str(bundle), "--port", str(port), "--admin-port", str(admin), *options]
        with log.open("wb") as file:
            process = subprocess.Popen(command, stderr=file, env={**os.environ, **MEASURED})
        try:
            with _client(port, Patient) as client, _client(admin) as watching:
                found = Served(client, watching, process, log)
                _await(found)
                yield found
        finally:
            process.terminate()
            process.wait(PATIENCE)

    return served


class Patient(httpx.Client):
    """A client that does as it is told by an overloaded server: comes again a little later."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send until there is another answer than 503; a test that wants one asks the admin port, or a socket."""
        deadline = time.monotonic() + PATIENCE
        while (answer := super().send(request, **options)).status_code == 503 and time.monotonic() < deadline:
            time.sleep(float(answer.headers["retry-after"]) / 10)
        return answer


def _client(port: int, kind: type[httpx.Client] = httpx.Client) -> httpx.Client:
    return kind(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)


def _await(served: Served) -> None:
    """Wait until the server is ready, or fail when it has stopped."""
    deadline = time.monotonic() + PATIENCE
    while served.process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if served.admin.get("/ready").status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail(f"the server does not answer; exit code {served.process.poll()}: {served.log.read_text()[-2000:]}")
