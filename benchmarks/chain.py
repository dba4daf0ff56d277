"""Measure what it costs to get from answers to a packed model: 60 seconds at most, where packages are cached.

Usage: chain.py [classification|regression]. Lint and tests are left out.
"""

import functools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import project
import pythons

STEPS = ("train", "evaluate", "gate", "package")


def measured(name: str, work: Callable[[], object]) -> float:
    """Run one piece of work, print its seconds and return them."""
    begin = time.perf_counter()
    work()
    seconds = time.perf_counter() - begin
    print(f"{name:10} {seconds:6.1f} s", flush=True)
    return seconds


def main() -> None:
    """Measure each step and print the sum."""
    task = sys.argv[1] if sys.argv[1:] else "classification"
    version, python = pythons.newest()
    environment = project.environment(python)
    answers = {"project_name": "Measured", "project_slug": "measured", "task": task, "python_version": version}
    with tempfile.TemporaryDirectory() as name:
        template, folder = project.export(Path(name, "template")), Path(name, "out", "measured")

        def run(*command: str) -> None:
            done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")

        total = measured("render", lambda: project.render(template, folder.parent, answers, python))
        total += measured("setup", lambda: run("make", "setup"))
        for step in STEPS:
            total += measured(step, functools.partial(run, str(folder / ".venv" / "bin" / "ml"), step))
    print(f"{'all':10} {total:6.1f} s")


if __name__ == "__main__":
    main()
