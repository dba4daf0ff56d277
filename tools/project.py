"""Make a project from the template as it lies here, and run its commands."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ("cookiecutter.json", "hooks", "<<cookiecutter.project_slug>>")
# What belongs to the caller's own environment, or to the `make` or the worker of pytest that called us, would mislead a
# project's commands: a test run that takes itself for a worker shares what it makes with all others on the machine.
FOREIGN = (
    *("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "UV_PYTHON", "UV_RUN_RECURSION_DEPTH", "VIRTUAL_ENV"),
    *("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"),
)


def export(out: Path) -> Path:
    """Copy the files of the template that git knows or would add, so that no stray cache gets into a project."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *TEMPLATE]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        # A file may have been deleted and git not been told yet.
        if (ROOT / name).is_file():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, out / name)
    return out


def environment(python: Path) -> dict[str, str]:
    """Return the environment for a project's commands: this interpreter, and the uv that we were started by."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    uv = kept.pop("UV", None)
    path = os.pathsep.join([*([str(Path(uv).parent)] if uv else []), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "UV_PYTHON": str(python), "UV_PYTHON_DOWNLOADS": "never"}


def render(template: Path, out: Path, answers: Mapping[str, str], python: Path) -> Path:
    """Render a project below `out` with these answers and return its folder."""
    out.mkdir(parents=True, exist_ok=True)
    asked = [f"{name}={value}" for name, value in answers.items()]
    command = [sys.executable, "-m", "cookiecutter", str(template), "--no-input", "--default-config", *asked]
    command += ["--output-dir", str(out)]
    # What the template says comes next is for people who made a project by hand.
    quiet = subprocess.DEVNULL
    subprocess.run(command, env=environment(python), stdin=quiet, stdout=quiet, check=True)
    return out / answers["project_slug"]


def one_family(family: str, params: str) -> str:
    """Return a params.toml that tries one family: without the tables of the others, each up to the next."""
    return re.sub(rf"^\[train\.families\.(?!{family}\]).*?(?=^\[)", "", params, flags=re.MULTILINE | re.DOTALL)
