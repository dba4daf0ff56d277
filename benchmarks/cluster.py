"""Measure what a Dask cluster adds to `ml score`, and what a second worker is worth.

Usage: cluster.py [ROWS of a table], by default 500,000; on a machine with two cores or more and nothing else to do.
Promised: one worker takes at most 1.2 times as long as the plain loop, two workers are at least 1.5 times as fast as
one. What counts is each further table: a folder of ten less a folder of two, for what starting costs (libraries, the
connection) is in both; a cluster that is there has scored before. The whole commands are printed too.
"""

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from score import TABLE, Bench

FEW, MANY = 2, 10  # tables of a folder; both are shared out evenly by two workers
ROUNDS = 3  # in turn, so that whatever disturbs a machine for a while disturbs all alike
WORKERS = {"the plain loop": 0, "one worker": 1, "two workers": 2}


@contextlib.contextmanager
def cluster(bench: Bench, workers: int) -> Iterator[str]:
    """Start a scheduler and so many workers of one thread; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    program, quiet = str(bench.folder / ".venv" / "bin" / "dask"), subprocess.DEVNULL
    commands = [["scheduler", "--no-dashboard", "--host", "127.0.0.1", "--port", address.rpartition(":")[2]]]
    commands += [["worker", address, "--no-dashboard", "--no-nanny", "--nthreads", "1"]] * workers
    begun = [
        subprocess.Popen([program, *words], cwd=bench.folder, env=bench.environment, stdout=quiet, stderr=quiet)
        for words in commands
    ]
    try:
        # Until all have joined.
        ready = f"import distributed; distributed.Client('{address}', timeout=60).wait_for_workers({workers}, 60)"
        bench.run("python", "-c", ready)
        yield address
    finally:
        for process in begun:
            process.kill()
            process.wait()


def tables(bench: Bench, rows: int) -> None:
    """Write the folders."""
    bench.run("python", "-c", TABLE, str(rows), "table.parquet")
    for count in (FEW, MANY):
        folder = bench.folder / f"in-{count}"
        folder.mkdir()
        for number in range(count):
            shutil.copy(bench.folder / "table.parquet", folder / f"{number}.parquet")


def seconds(bench: Bench, count: int, address: str) -> float:
    """Score a folder from the beginning and return the seconds by the clock."""
    for name in ("out", "out.rejected"):
        shutil.rmtree(bench.folder / name, ignore_errors=True)
    where = ["--scheduler", address] if address else []
    return bench.run("ml", "score", "--input", f"in-{count}", "--output", "out", *where)[0]


def measure(bench: Bench, rows: int) -> None:
    """Print the seconds of each way, and both ratios."""
    took: dict[str, list[tuple[float, float]]] = {way: [] for way in WORKERS}
    for turn in range(ROUNDS):
        for way, workers in WORKERS.items():
            with cluster(bench, workers) if workers else contextlib.nullcontext("") as address:
                seconds(bench, FEW, address)  # each worker loads its libraries once
                found = seconds(bench, FEW, address), seconds(bench, MANY, address)
            took[way].append(found)
            print(f"round {turn + 1}, {way}: {FEW} tables {found[0]:.1f} s, {MANY} tables {found[1]:.1f} s", flush=True)
    whole = {way: statistics.median(many for _, many in found) for way, found in took.items()}
    each = {way: statistics.median((m - f) / (MANY - FEW) for f, m in found) for way, found in took.items()}
    for way in WORKERS:
        print(f"{way}: {rows / each[way]:,.0f} rows a second; a further table of {rows:,} rows {each[way]:.2f} s")
    plain, one, two = WORKERS
    for said, times in (("a further table (promised)", each), (f"{MANY} tables, all in all", whole)):
        print(
            f"{said}: one worker takes {times[one] / times[plain]:.2f} times the plain loop (at most 1.2), "
            f"two are {times[one] / times[two]:.2f} times as fast as one (at least 1.5)"
        )


def main() -> None:
    """Measure in a fresh project."""
    rows = int(sys.argv[1]) if sys.argv[1:] else 500_000
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        bench.train("boosting")
        tables(bench, rows)
        measure(bench, rows)


if __name__ == "__main__":
    main()
