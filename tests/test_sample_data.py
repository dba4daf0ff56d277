"""The committed sample tables are what the kept scripts make, and small."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "<<cookiecutter.project_slug>>" / "data"
TASKS = {"sample_bikes.py": "regression", "sample_customers.py": "classification"}


def committed(task: str) -> Path:
    """Return the table that a project of this task starts with."""
    return DATA / f"<% if cookiecutter.task == '{task}' %>sample.csv<% endif %>"


@pytest.mark.parametrize("script", TASKS)
def test_script_still_makes_the_committed_bytes(script: str, tmp_path: Path) -> None:
    """Whoever doubts a sample can make it again and finds the same bytes."""
    made = tmp_path / "made.csv"
    subprocess.run([sys.executable, "-B", str(ROOT / "tools" / script), str(made)], check=True)
    assert made.read_bytes() == committed(TASKS[script]).read_bytes()


@pytest.mark.parametrize("task", TASKS.values())
def test_sample_is_small(task: str) -> None:
    """A sample travels with every project, so it stays below 600 kB."""
    assert committed(task).stat().st_size < 600_000


def test_drift_moves_what_it_says(tmp_path: Path) -> None:
    """A drifted table of customers has higher fees and more tickets than an honest one of the same seed."""
    means = []
    for drift in ("0", "1"):
        made = tmp_path / f"{drift}.csv"
        command = [sys.executable, "-B", str(ROOT / "tools" / "sample_customers.py"), "--rows", "500", "--drift", drift]
        subprocess.run([*command, str(made)], check=True)
        header, *rows = (line.split(",") for line in made.read_text().splitlines())
        means.append(
            {name: sum(float(row[header.index(name)]) for row in rows) for name in ("monthly_fee", "tickets_90d")}
        )
    assert all(means[1][name] > means[0][name] for name in means[0])
