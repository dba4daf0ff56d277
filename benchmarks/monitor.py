"""Measure how often the monitor cries wolf, and how often it sees a change that matters.

Usage: monitor.py. Promised with 12 columns: false alarms in at most 2 % of windows of 100 rows and in 1 % from 1,000
rows on; a shift of 0.4 standard deviations found in 95 % at 1,000 rows, one of 0.3 at 2,000, and a category of 10 %
that doubles at 2,000. Ends with 3 where a binomial 99 % bound excludes a promise.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import project
import pythons

SIMULATION = """
import sys
import numpy as np
import pandas as pd
from scipy.stats import binomtest
from measured import monitor

def world(rng, rows, shift=0.0, share=0.1):
    table = {f"x{i}": rng.normal(shift if i == 0 else 0, 1, rows) for i in range(10)}
    table["kind"] = rng.choice(list("abcdefghij"), rows, p=[share, *[(1 - share) / 9] * 9])
    table["colour"] = rng.choice(["red", "green", "blue", ""], rows, p=[0.4, 0.3, 0.2, 0.1])
    return pd.DataFrame(table)

rng = np.random.default_rng(0)
then = world(rng, 20_000)
reference = monitor.reference(then, then["x9"].to_numpy())

def seen(rows, **change):
    now = world(rng, rows, **change)
    return {drift.column for drift in monitor.drift(now, now["x9"].to_numpy(), reference) if drift.drifted}

broken = []

def told(what, found, promised, side):
    kept = binomtest(found, WINDOWS, promised, side).pvalue > 0.01
    said = "" if kept else " BROKEN"
    print(f"{what:34} {100 * found / WINDOWS:5.1f} % of {WINDOWS} windows, promised {promised:.0%}{said}", flush=True)
    broken.extend([] if kept else [what])

WINDOWS = 400
for rows, promised in ((100, 0.02), (1_000, 0.01), (10_000, 0.01), (50_000, 0.01)):
    told(f"false alarms at {rows:,} rows", sum(bool(seen(rows)) for _ in range(WINDOWS)), promised, "greater")
for what, column, rows, change in (
    ("shift of 0.4 found at 1,000 rows", "x0", 1_000, {"shift": 0.4}),
    ("shift of 0.3 found at 2,000 rows", "x0", 2_000, {"shift": 0.3}),
    ("doubled category at 2,000 rows", "kind", 2_000, {"share": 0.2}),
):
    told(what, sum(column in seen(rows, **change) for _ in range(WINDOWS)), 0.95, "less")
sys.exit(3 if broken else 0)
"""


def main() -> None:
    """Simulate in the environment of a fresh project."""
    version, python = pythons.newest()
    answers = {"project_name": "Measured", "project_slug": "measured", "package_name": "measured"}
    with tempfile.TemporaryDirectory() as name:
        template = project.export(Path(name, "template"))
        folder = project.render(template, Path(name, "out"), {**answers, "python_version": version}, python)
        environment = project.environment(python)
        subprocess.run(["make", "setup"], cwd=folder, env=environment, check=True, capture_output=True)
        program = str(folder / ".venv" / "bin" / "python")
        sys.exit(subprocess.run([program, "-c", SIMULATION], cwd=folder, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
