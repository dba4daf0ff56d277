"""Adopt and model a large table, and measure how long each step takes and how much memory it holds at most.

Usage: big.py [ROWS]. Ends with 1 where steps together take more than MINUTES or one holds more than GIBIBYTES; needs
Linux.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import project
import pythons

ROWS, MINUTES, GIBIBYTES = 1_000_000, 20, 8
STEPS = ("ml data adopt ../big.parquet --target outcome", "ml train", "ml evaluate", "ml gate", "ml package")
MODEL = "pytest -q tests/model"  # the last step of `make model`


def measured(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[float, float, int, str]:
    """Return seconds, the largest memory in GiB, the exit code, and what was said last."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile("w+") as told:
        started = subprocess.Popen(command, cwd=folder, env=environment, stdout=told, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        lines = told.read().strip().splitlines()
    return time.perf_counter() - begin, usage.ru_maxrss / 2**20, started.returncode, lines[-1] if lines else ""


def main() -> None:
    """Print one line a step."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    version, python = pythons.newest()
    environment, seconds, largest = project.environment(python), 0.0, 0.0
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        answers = {"project_name": "Mine", "project_slug": "mine", "python_version": version}
        made = project.render(project.export(place / "template"), place, answers, python)
        subprocess.run(["make", "setup"], cwd=made, env=environment, check=True, capture_output=True)
        script = str(Path(__file__).with_name("big_table.py"))
        table = [str(made / ".venv" / "bin" / "python"), script, str(place / "big.parquet"), str(rows)]
        subprocess.run(table, env=environment, check=True)
        print(f"| step, {rows:,} rows | seconds | GiB | ends with | it said |\n|---|---|---|---|---|")
        for step in (*STEPS, MODEL):
            program, *words = step.split()
            command = [str(made / ".venv" / "bin" / program), *words]
            took, memory, code, said = measured(command, made, environment)
            seconds, largest = seconds + took, max(largest, memory)
            named, told = " ".join(step.split()[:3]), said[:120].replace("|", "/")
            print(f"| {named} | {took:.0f} | {memory:.1f} | {code} | {told} |", flush=True)
            if code:
                sys.exit(f"{step}: ended with {code}")
    print(f"All steps take {seconds / 60:.1f} minutes and {largest:.1f} GiB at most.")
    sys.exit(0 if seconds < 60 * MINUTES and largest < GIBIBYTES else 1)


if __name__ == "__main__":
    main()
