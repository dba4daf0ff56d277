"""A power cut at any moment: what a step writes is whole or absent, and the next run works."""

import contextlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from << cookiecutter.package_name >> import atomic, bundle, data
from << cookiecutter.package_name >>.cli.trained import last_trained

# Runs a step in copies of the project, killed (as by kill -9) before its first, second, third ... change of the disk
# that matters, until it ends by itself; then, for every third, the same step once more in a copy of what was left.
DRIVER = """
import os, shutil, signal, sys
from pathlib import Path
from << cookiecutter.package_name >> import cli
from << cookiecutter.package_name >>.cli import data, evaluate, judge, monitor, score, train

def run(folder, moment):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    left = [moment]
    def cut(real):
        def changed(*arguments, **more):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **more)
        return changed
    for name in ("fsync", "replace", "rename", "rmdir", "unlink"):
        setattr(os, name, cut(getattr(os, name)))
    os._exit(cli.main(sys.argv[1:]))

moment, killed = 0, True
while killed:
    moment += 1
    folder = Path("..", f"cut-{moment:02}")
    shutil.copytree(".", folder)
    killed = run(folder, moment) == signal.SIGKILL
    again = Path("..", f"again-{moment:02}")
    code = 0
    if moment % 3 == 1:
        shutil.copytree(folder, again)
        code = run(again, 0) >> 8
    print(again.name, killed, code)
"""


def whole_scores() -> None:
    """A table of predictions has every row, wherever it is."""
    for path in [*Path().glob("scores.parquet"), *Path("parts").glob("[0-9]*.csv")]:
        source = Path("data/parcels.csv") if path.suffix == ".parquet" else Path("in") / path.name
        assert len(data.read(path)) == len(data.read(source))


def whole_lock() -> None:
    """The lock can be read, and the table that it names too."""
    data.read(Path(data.read_lock(Path("data/data.lock")).source))


def whole_snapshot() -> None:
    """To whatever command comes next the lock and the data are those before the refresh, or those after it."""
    atomic.restore(Path("build"))
    lock = data.read_lock(Path("data/data.lock"))
    assert len(data.locked(lock, Path.cwd())) == lock.rows
    assert (lock.source, lock.rows) in (("data/parcels.csv", 1500), ("data/snapshot.parquet", 1400))


def whole_model() -> None:
    """The record of a model is there with the bytes that it names."""
    if Path("build/model").exists():
        last_trained(Path("build/model"))


def whole_bundle() -> None:
    """A bundle is there with every file that its checksums name."""
    folder = Path("build/bundle")
    if folder.exists():
        for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
            digest, name = line.split("  ")
            assert bundle.sha256((folder / name).read_bytes()) == digest
        bundle.open_file(folder / "model.tar.gz")


def whole_report() -> None:
    """What the monitor wrote can be read."""
    found = Path("build/report/monitor.json")
    if found.exists():
        assert json.loads(found.read_text("utf-8"))["verdict"] == "calm"


# What a step is called by, what holds at any time, and how many moments it has at least.
STEPS: dict[str, tuple[str, Callable[[], None], int]] = {
    "score": ("score --input data/parcels.csv --output scores.parquet", whole_scores, 4),
    "score-folder": ("score --input in --output parts", whole_scores, 12),
    "refresh": ("data refresh", whole_lock, 2),
    "refresh-sql": ("data refresh", whole_snapshot, 8),
    "train": ("train", whole_model, 4),
    "package": ("package", whole_bundle, 4),
    "monitor": ("monitor --input data/parcels.csv", whole_report, 6),
}


@pytest.fixture
def place(judged: Path, ml: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the small project with everything that the steps need, and no table that is large."""
    subprocess.run([ml, "package"], check=True, capture_output=True)
    Path("in").mkdir()
    for number in range(3):
        pd.read_csv("data/parcels.csv", dtype=str).head(50).to_csv(f"in/{number}.csv", index=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    return judged


def query_database() -> None:
    """Let the table come from a database that has another number of rows."""
    with contextlib.closing(sqlite3.connect("parcels.db")) as connection:
        raw = pd.read_csv("data/parcels.csv")
        raw.assign(express=raw["express"].astype(int)).head(1400).to_sql("parcels", connection, index=False)
    params = Path("params.toml")
    source = f'\n[source]\ndatabase = "sqlite:///{Path("parcels.db").resolve()}"\nquery = "SELECT * FROM parcels"\n'
    params.write_text(params.read_text("utf-8") + source, "utf-8")


@pytest.mark.parametrize("step", STEPS)
def test_killed_step_leaves_whole_files_and_the_next_run_works(
    place: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before each change of the disk in turn."""
    arguments, whole, moments = STEPS[step]
    if step == "refresh-sql":
        query_database()
    driver = [sys.executable, "-c", DRIVER, *arguments.split()]
    done = subprocess.run(driver, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    tried = [line.split() for line in done.stdout.splitlines()]
    assert len(tried) > moments
    assert [code for _, _, code in tried] == ["0"] * len(tried)
    for folder in sorted(place.parent.glob("*-[0-9][0-9]")):
        monkeypatch.chdir(folder)
        whole()
        if folder.name.startswith("again"):
            left = [path.name for path in folder.rglob("*") if path.name.endswith((".part", atomic.ASIDE))]
            assert left + [path.name for path in Path("build").iterdir() if path.name in (atomic.SWAP, "fresh")] == []
