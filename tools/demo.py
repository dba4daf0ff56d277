"""Make a project in build/demo and take it from its dependencies to a packed model.

Usage: demo.py classification|regression
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import project
import pythons

DEMO = project.ROOT / "build" / "demo"
NAMES = {"classification": ("Customers who leave", "customers"), "regression": ("Bikes in the next hour", "bikes")}
STEPS = ("setup", "data", "model")  # what leads to a verdict; tests of the code do not


def made(task: str, version: str, python: Path) -> Path:
    """Render the project of this task anew and return its folder."""
    name, slug = NAMES[task]
    shutil.rmtree(DEMO / slug, ignore_errors=True)
    answers = {"project_name": name, "project_slug": slug, "task": task, "python_version": version}
    with tempfile.TemporaryDirectory() as clean:
        return project.render(project.export(Path(clean)), DEMO, answers, python)


def demonstrate(task: str) -> None:
    """Take a project of this task to its verdict, then say how it was judged and what comes next."""
    version, python = pythons.newest()
    folder = made(task, version, python)
    environment = project.environment(python)
    for step in STEPS:
        print(f"\n== make {step} ==", flush=True)
        subprocess.run(["make", "--no-print-directory", step], cwd=folder, env=environment, check=True)
    print("\n== the verdict ==", flush=True)
    subprocess.run([str(folder / ".venv" / "bin" / "ml"), "gate"], cwd=folder, env=environment, check=True)
    print("\nNext:")
    print(f"  cd {folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder}")
    print("  make            # what one can do here")
    print("  make all        # what a pull request must pass: lint, tests, sabotage, service")
    print("  make serve      # ask the model over HTTP")


def main() -> None:
    """Run the demo; a step that fails has said why itself."""
    task = sys.argv[1] if len(sys.argv) == 2 else "classification"
    if task not in NAMES:
        sys.exit(f"demo.py: no task {task!r}; say {' or '.join(NAMES)}.")
    try:
        demonstrate(task)
    except LookupError as error:
        sys.exit(f"demo.py: {error.args[0]}.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"demo.py: {' '.join(error.cmd[:3])} failed; what it said stands above.")


if __name__ == "__main__":
    main()
