"""Simulate what the gates promise, and measure what evaluating and judging costs; 3 where a promise is broken.

Usage: gates.py [DRAWS [TABLE ...]]. A table is one of benchmarks/simulations, or cost.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import project
import pythons

SIMULATIONS = project.ROOT / "benchmarks" / "simulations"
TASKS = ("classification", "regression")
ROWS = 100_000
SAMPLE, LARGE, SUITE = 10, 60, 60  # seconds
MEGABYTES = 2048
FAMILIES = ("linear", "boosting", "forest")


def made(folder: Path, task: str) -> tuple[Path, dict[str, str]]:
    """Render a project of this task whose package is `measured`; return its folder and the environment for it."""
    version, python = pythons.newest()
    answers = {"project_name": "Measured", "project_slug": task, "package_name": "measured", "task": task}
    template = project.export(folder / f"template-{task}")
    done = project.render(template, folder, {**answers, "python_version": version}, python)
    return done, {**project.environment(python), "OMP_NUM_THREADS": "1"}


def _ml(folder: Path) -> Path:
    return folder / ".venv" / "bin" / "ml"


def cost(folder: Path, env: dict[str, str], name: str, limit: float, *, any_verdict: bool = False) -> bool:
    """Train, print the CPU seconds and the peak memory of `ml evaluate` and `ml gate` together, and judge them."""
    ml = _ml(folder)
    subprocess.run([str(ml), "train"], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
    seconds, peak, codes = 0.0, 0, []
    for step in ("evaluate", "gate"):
        started = subprocess.Popen([str(ml), step], cwd=folder, env=env, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        codes.append(started.returncode)
        seconds, peak = seconds + used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss)
    # Linux counts in KiB, macOS in bytes.
    size = peak / (2**20 if sys.platform == "darwin" else 2**10)
    verdict = {0: "accepted", 3: "refused"}.get(codes[1], "not judged")
    judged = codes in ([0, 0], [0, 3] if any_verdict else [0, 0])
    kept = judged and seconds < limit and size < MEGABYTES
    said = "" if kept else f" BROKEN: {limit} s, {MEGABYTES} MiB and a verdict are promised"
    print(f"  {name:40} {seconds:6.1f} CPU seconds, {size:6.0f} MiB at most, {verdict}{said}", flush=True)
    return kept


def sabotaged(folder: Path, env: dict[str, str], name: str) -> bool:
    """Print how long `make gates` takes, and judge it."""
    begun = time.monotonic()
    ran = subprocess.run(["make", "--silent", "gates"], cwd=folder, env=env, check=False, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - begun
    kept = ran.returncode == 0 and seconds < SUITE
    print(f"  {name:40} {seconds:6.1f} seconds{'' if kept else f' BROKEN: {SUITE} s and 0 are promised'}", flush=True)
    return kept


def enlarged(folder: Path, env: dict[str, str]) -> None:
    """Put a table of many customers into the project."""
    made_by = [sys.executable, str(project.ROOT / "tools" / "sample_customers.py")]
    table = folder / "data" / "sample.csv"
    subprocess.run([*made_by, str(table), "--rows", str(ROWS)], check=True)
    refresh = [str(_ml(folder)), "data", "refresh", "--source", "data/sample.csv", "--accept"]
    subprocess.run(refresh, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)


def large(folder: Path, env: dict[str, str]) -> Iterator[bool]:
    """Print the costs on the many customers, family by family."""
    enlarged(folder, env)
    params = folder / "params.toml"
    text = params.read_text("utf-8")
    for family in FAMILIES:
        params.write_text(project.one_family(family, text), "utf-8")
        # What the gates of the small table say of this family is no cost.
        yield cost(folder, env, f"customers, {ROWS:,} rows, {family}", LARGE, any_verdict=True)


def main() -> None:
    """Make a project of each task, print the simulated tables, then the costs."""
    draws, asked = (sys.argv[1] if sys.argv[1:] else "1000"), sys.argv[2:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (first, env), (second, _) = (made(folder, task) for task in TASKS)
        subprocess.run(["make", "--silent", "setup"], cwd=first, env=env, check=True)
        scripts = first / ".venv" / "bin"
        tables = [table for table in asked if table != "cost"]
        done = 0
        if tables or not asked:
            command = [str(scripts / "python"), str(SIMULATIONS), draws, *tables]
            done = subprocess.run(command, cwd=folder, env=env, check=False).returncode
        if "cost" in asked or not asked:
            print("\nCost of ml evaluate and ml gate, one thread")
            kept = [cost(first, env, "customers, 5,000 rows", SAMPLE)]
            subprocess.run(["make", "--silent", "setup"], cwd=second, env=env, check=True)
            kept += [cost(second, env, "bikes, 8,645 rows", SAMPLE)]
            print("\nmake gates, the sabotage suite")
            kept += [sabotaged(first, env, "customers"), sabotaged(second, env, "bikes")]
            kept += [*large(first, env)]
            done = done or (0 if all(kept) else 3)
    sys.exit(done)


if __name__ == "__main__":
    main()
