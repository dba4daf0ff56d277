"""Training and scoring on a real Dask cluster: the same results with a worker lost, and failures in one sentence."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from distributed import Client

from << cookiecutter.package_name >> import cli, cluster, data
from << cookiecutter.package_name >>.contract import InputError

PATIENCE = 120
Process = subprocess.Popen[bytes]
GRID = "grid = { C = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0, 5.0, 10.0] }"


@contextlib.contextmanager
def started(
    folder: Path, workers: int = 2, *, memory: str = "", **environment: str
) -> Iterator[tuple[str, list[Process]]]:
    """Start a scheduler and workers of one thread each; give its address and their processes.

    With a limit of memory a nanny watches each: it kills one that needs more, and starts it again.
    """
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    # A task may lose one worker, and not a second one.
    env = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", "OMP_NUM_THREADS": "1"}

    def run(command: list[str], **more: str) -> Process:
        quiet = subprocess.DEVNULL
        return subprocess.Popen([*program[:2], *command], env={**env, **more}, stdout=quiet, stderr=quiet)

    program = [sys.executable, "-m", "distributed.cli"]
    files = ["--scheduler-file", str(file), "--no-dashboard"]
    scheduler = [f"{program[2]}.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *files]
    watched = ["--nanny", "--memory-limit", memory] if memory else ["--no-nanny"]
    worker = [f"{program[2]}.dask_worker", "--host", "127.0.0.1", "--nthreads", "1", *watched, *files]
    processes = [run(scheduler)]
    try:
        # It is there before it says anything.
        _await(lambda: file.exists() and file.read_text("utf-8").rstrip().endswith("}"))
        processes += [run([*worker, "--local-directory", str(folder)], **environment) for _ in range(workers)]
        address = pd.read_json(file, typ="series")["address"]
        with Client(address, timeout=PATIENCE, set_as_default=False) as client:
            # Those that are full from the start are there, and do not count as running.
            _await(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) >= workers)
        yield address, processes[1:]
    finally:
        for process in reversed(processes):
            # A nanny ends its worker with itself.
            process.terminate() if memory else process.kill()
            process.wait(PATIENCE)


def _await(ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def killed_in_the_middle(address: str, worker: Process) -> threading.Thread:
    """Kill a worker as soon as it works."""

    def kill() -> None:
        with Client(address, timeout=PATIENCE, set_as_default=False) as client:
            pids = client.run(os.getpid)
            place = next(name for name, pid in pids.items() if pid == worker.pid)
            _await(lambda: client.processing()[place])
            os.kill(worker.pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def test_training_chooses_the_same_model(untrained: Path, tmp_path: Path) -> None:
    """Byte for byte, although a worker is killed in the middle of the search."""
    params = untrained / "params.toml"
    params.write_text(params.read_text("utf-8").replace("grid = { C = [0.1, 1.0] }", GRID), "utf-8")
    assert cli.main(["train"]) == 0
    here = Path("build/model/model.onnx").read_bytes()
    shutil.rmtree("build")
    with started(tmp_path) as (address, workers):
        killing = killed_in_the_middle(address, workers[0])
        assert cli.main(["train", "--scheduler", address]) == 0
        killing.join()
        assert workers[0].wait() == -signal.SIGKILL
    assert Path("build/model/model.onnx").read_bytes() == here


def test_scoring_gives_the_same_tables(judged: Path, tmp_path: Path) -> None:
    """Every part once, equal to what is scored here, although a worker is killed in the middle."""
    cli.main(["package"])
    raw = pd.read_csv("data/parcels.csv", dtype=str)
    raw.loc[11, "size"] = "huge"
    Path("in").mkdir()
    for number, part in enumerate(np.array_split(np.arange(len(raw)), 12)):
        pd.concat([raw.iloc[part]] * 20).to_parquet(f"in/{number:02}.parquet")
    assert cli.main(["score", "--input", "in", "--output", "here"]) == 3
    with started(tmp_path) as (address, workers):
        killing = killed_in_the_middle(address, workers[0])
        assert cli.main(["score", "--input", "in", "--output", "there", "--scheduler", address]) == 3
        killing.join()
    for folder, count in (("", 12), (".rejected", 1)):
        names = sorted(path.name for path in (judged / f"here{folder}").glob("*.parquet"))
        found = [path.name for path in sorted((judged / f"there{folder}").iterdir()) if not path.name.startswith(".")]
        assert (len(names), [name for name in found if name.endswith(".parquet")]) == (count, names)
        for name in names:
            here, there = (data.read(Path(f"{place}{folder}/{name}")) for place in ("here", "there"))
            pd.testing.assert_frame_equal(here, there)


def end_itself(item: int) -> None:
    """Die as a process does whose memory the system takes away."""
    os.kill(os.getpid(), signal.SIGKILL * item)


def test_workers_that_die_of_a_task_are_one_sentence(tmp_path: Path) -> None:
    """It names the piece of work and what most likely happened."""
    sys.modules["__main__"].end_itself = end_itself  # type: ignore[attr-defined]
    end_itself.__module__ = "__main__"
    with (
        started(tmp_path) as (address, _),
        cluster.connected(address) as client,
        pytest.raises(InputError, match="big: every worker that tried it died, most likely out of memory; give each"),
    ):
        list(cluster.gathered(client, end_itself, [1], named=lambda _: "big"))


KILLED = {"memory": "150MiB"}
# A hundredth of it is needed by a worker that does nothing: from the start it takes no task.
FULL = {"memory": "4GiB", "DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "0.01"}


@pytest.mark.parametrize(
    ("step", "settings", "sentence"),
    [
        pytest.param("train", KILLED, "died, most likely out of memory|no workers left", id="train"),
        pytest.param("score --input in --output out", KILLED, "died, most likely out of memory|no workers", id="score"),
        pytest.param("score --input in --output out", FULL, "the workers are full and take no task", id="full"),
    ],
)
def test_workers_out_of_memory_are_one_sentence(
    judged: Path, tmp_path: Path, ml: str, step: str, settings: dict[str, Any], sentence: str
) -> None:
    """Killed by their nannies again and again, or never taking a task: exit 2, what to do, and nothing half done."""
    Path("in").mkdir()
    for number in range(3):
        shutil.copy("data/parcels.csv", f"in/{number}.csv")
    before = (judged / "build" / "model" / "model.onnx").read_bytes()
    with started(tmp_path, **settings) as (address, _):
        command = [ml, *step.split(), "--scheduler", address]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3 * PATIENCE)
    said = done.stderr.strip().splitlines()[-1]
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert re.search(sentence, said), done.stderr
    assert "memory" in said
    assert (judged / "build" / "model" / "model.onnx").read_bytes() == before
    assert [*Path().glob("out/*.csv")] == []


def test_cluster_that_loses_all_its_workers_is_one_sentence(tmp_path: Path) -> None:
    """Nothing waits for workers that will not come."""
    with started(tmp_path, workers=1) as (address, (worker,)), cluster.connected(address) as client:
        worker.kill()
        with pytest.raises(InputError, match="the cluster has no workers left"):
            list(cluster.gathered(client, abs, [1], named=str))


def test_worker_of_other_versions_is_refused(tmp_path: Path) -> None:
    """It would compute something else; the library and both versions are named."""
    fake = tmp_path / "other" / "numpy-0.0.1.dist-info"
    fake.mkdir(parents=True)
    (fake / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.0.1\n", "utf-8")
    with (
        started(tmp_path, workers=1, PYTHONPATH=str(fake.parent)) as (address, _),
        pytest.raises(InputError, match=r"has numpy 0\.0\.1, we have"),
        cluster.connected(address),
    ):
        pass


def test_scheduler_without_workers_is_refused(tmp_path: Path) -> None:
    """It would wait for ever."""
    with (
        started(tmp_path, workers=0) as (address, _),
        pytest.raises(InputError, match="has no workers"),
        cluster.connected(address),
    ):
        pass


@contextlib.contextmanager
def listening(said: bytes | None) -> Iterator[str]:
    """Listen as no scheduler does: saying this to whoever comes, or hanging up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    kept.append(connection)
                    connection.sendall(said) if said is not None else connection.close()

        kept: list[socket.socket] = []
        threading.Thread(target=answer, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param(b"", "is no Dask scheduler", id="silent"),
        pytest.param(None, "hangs up", id="hangs-up"),
        pytest.param(b"220 mail.example.com ESMTP\r\n", "is no Dask scheduler", id="another-protocol"),
    ],
)
def test_port_that_is_no_scheduler_is_one_sentence(said: bytes | None, sentence: str) -> None:
    """Dask alone would wait for minutes."""
    with listening(said) as address, pytest.raises(InputError, match=sentence), cluster.connected(address):
        pass


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize("address", ["127.0.0.1:1", "tcp://127.0.0.1:1", "nowhere.invalid:8786", "8786", "http://x:1"])
def test_address_where_nobody_answers_is_one_sentence(capsys: pytest.CaptureFixture[str], address: str) -> None:
    """Exit 2, the address in it, and nothing trained."""
    assert cli.main(["train", "--scheduler", address]) == 2
    said = capsys.readouterr().err
    assert (said.count("\n"), address in said, Path("build/model").exists()) == (1, True, False)
