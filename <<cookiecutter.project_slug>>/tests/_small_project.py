"""A small project of the tests' own: parcels that come back or not, made once and shared."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock

from << cookiecutter.package_name >> import contract, data


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
    request.getfixturevalue("unmeasured")
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
            # Of its own: a test that sets a variable meanwhile moves the one that all share (EFAULT).
            own = dict(os.environ)
            ran = subprocess.run(command, cwd=folder, env=own, stdout=subprocess.PIPE, check=True)
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
