"""Simulate what the gates promise, and measure what evaluating and judging costs; 3 where a promise is broken.

Usage: gates.py [DRAWS [TABLE ...]]. A table is one of benchmarks/simulations, or cost.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import project
import pythons

SIMULATIONS = project.ROOT / "benchmarks" / "simulations"
TASKS = ("classification", "regression")
ROWS = 100_000
# Boosting and forests are searched for long, and judged like the line that wins here.
SLOW = "[train.families.forest]"


def made(folder: Path, task: str) -> tuple[Path, dict[str, str]]:
    """Render a project of this task whose package is `measured`; return its folder and the environment for it."""
    version, python = pythons.newest()
    answers = {"project_name": "Measured", "project_slug": task, "package_name": "measured", "task": task}
    template = project.export(folder / f"template-{task}")
    done = project.render(template, folder, {**answers, "python_version": version}, python)
    return done, {**project.environment(python), "OMP_NUM_THREADS": "1"}


def cost(folder: Path, ml: Path, env: dict[str, str], name: str) -> None:
    """Train, then print the CPU seconds and the peak memory of `ml evaluate` and `ml gate` together."""
    subprocess.run([str(ml), "train"], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
    seconds, peak = 0.0, 0
    for step in ("evaluate", "gate"):
        started = subprocess.Popen([str(ml), step], cwd=folder, env=env, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        seconds, peak = seconds + used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss)
    # Linux counts in KiB, macOS in bytes.
    size = peak / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"  {name:40} {seconds:6.1f} CPU seconds, {size:6.0f} MiB at most", flush=True)


def enlarged(folder: Path, ml: Path, env: dict[str, str]) -> Path:
    """Put a table of many customers into the project, and search the linear family alone."""
    made_by = [sys.executable, str(project.ROOT / "tools" / "sample_customers.py")]
    table = folder / "data" / "sample.csv"
    subprocess.run([*made_by, str(table), "--rows", str(ROWS)], check=True)
    subprocess.run(
        [str(ml), "data", "refresh", "--source", "data/sample.csv"],
        cwd=folder,
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    params = folder / "params.toml"
    text = params.read_text("utf-8")
    params.write_text(text[: text.index(SLOW)] + text[text.index("[costs]") :], "utf-8")
    return folder


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
            cost(first, scripts / "ml", env, "customers, 5,000 rows")
            shutil.rmtree(second / "src")
            cost(second, scripts / "ml", env, "bikes, 8,645 rows")
            cost(enlarged(first, scripts / "ml", env), scripts / "ml", env, f"customers, {ROWS:,} rows")
    sys.exit(done)


if __name__ == "__main__":
    main()
