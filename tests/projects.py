"""Projects that are built once and shared by every test of a run, whichever worker asks first."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import project
import pythons
from filelock import FileLock

EVERY_STEP = ("setup", "lint", "unit", "data", "model")
# What another version of Python may break: to install, to read, to train and to pack.
FEW_STEPS = ("setup", "data", "model")
# What `make all` asks of unit tests: all but the long ones, which `make unit` by itself asks too.
SHORT_UNIT = "UNIT=-m 'not long' --numprocesses auto --dist worksteal"
MINUTES = 20
CACHES = shutil.ignore_patterns(".git", ".venv", ".uv", "__pycache__", ".*_cache")


@dataclass(frozen=True)
class Step:
    """What one make target answered."""

    code: int
    output: str


@dataclass(frozen=True)
class Project:
    """A project that was made, and what its steps answered."""

    folder: Path
    python: Path
    steps: dict[str, Step]

    @property
    def bundle(self) -> Path:
        """Return the folder of what ships."""
        return self.folder / "build" / "bundle"

    def run(self, *command: str, cwd: Path | None = None, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of the project's own environment, there or in a copy of the project."""
        program = self.folder / ".venv" / "bin" / command[0]
        return subprocess.run(
            [str(program), *command[1:]],
            cwd=cwd or self.folder,
            env={**project.environment(self.python), **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60 * MINUTES,
        )

    def copy(self, target: Path) -> Path:
        """Copy what a person keeps and what the steps made, without environment and caches."""
        return Path(shutil.copytree(self.folder, target, ignore=CACHES))


def build(template: Path, task: str, version: str | None = None, *, whole: bool = True) -> Project:
    """Return the project of this task and Python, made and built by the first who asks; a failure is kept too.

    The newest Python that is here runs every step, an older one the few that it may break, as does who needs no more.
    Long unit tests read no table, and both tasks have the same: one task asks them, and what they cover.
    """
    newest, _ = pythons.newest()
    version = version or newest
    python, steps = pythons.here()[version], EVERY_STEP if whole and version == newest else FEW_STEPS
    out = template.parent / "built" / f"{task}-{version}{'' if whole else '-few'}"
    out.parent.mkdir(exist_ok=True)
    with FileLock(f"{out}.lock"):
        answers = {"project_name": "Built Project", "project_slug": "built-project", "task": task}
        folder, kept = out / answers["project_slug"], out / "steps.json"
        unit = () if task == "classification" else (SHORT_UNIT,)
        if not kept.exists():
            project.render(template, out, {**answers, "python_version": version}, python)
            commit(folder)
            kept.write_text(json.dumps(follow(folder, python, steps, *unit)), encoding="utf-8")
        answered = json.loads(kept.read_text(encoding="utf-8"))
    return Project(folder, python, {name: Step(**step) for name, step in answered.items()})


def commit(folder: Path) -> None:
    """Commit a new project as it was made."""
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "commit", "-qm", "Begin"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)


def follow(folder: Path, python: Path, steps: tuple[str, ...], *variables: str) -> dict[str, dict[str, object]]:
    """Run the make targets in their order and return what each answered; without an environment none can run."""
    answered: dict[str, dict[str, object]] = {}
    for step in steps:
        done = subprocess.run(
            ["make", "--no-print-directory", step, *variables],
            cwd=folder,
            env=project.environment(python),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60 * MINUTES,
        )
        answered[step] = {"code": done.returncode, "output": done.stdout}
        if step == "setup" and done.returncode:
            break
    return answered
