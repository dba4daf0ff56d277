"""A machine that has little: what is fetched, and the one sentence where something is missing."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import pythons

ROOT = Path(__file__).resolve().parents[2]
# What every Unix has.
SYSTEM = ("awk", "bash", "cat", "dirname", "env", "grep", "mkdir", "rm", "sed", "sh", "uname")

Make = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def make(tmp_path: Path, template: Path) -> Make:
    """Return a function that calls `make` in a copy of the template, with these programs alone on PATH."""
    programs, copy = tmp_path / "bin", tmp_path / "copy"
    shutil.copytree(template, copy)
    shutil.copy2(ROOT / "Makefile", copy)
    programs.mkdir()

    def _make(*arguments: str, **given: Path | None) -> "subprocess.CompletedProcess[str]":
        asked = {**dict.fromkeys(SYSTEM), "make": None, **given}
        for name, path in asked.items():
            (programs / name).symlink_to(path or shutil.which(name) or "/nowhere")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("UV", "MAKE", "MFLAGS"))}
        environment = {**kept, "PATH": str(programs), "PYENV_ROOT": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
        command = [str(programs / "make"), "--no-print-directory", *arguments]
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)

    return _make


def test_uv_is_fetched_where_there_is_none(make: Make, tmp_path: Path) -> None:
    """Python, git and make are enough: uv comes into a folder that git ignores."""
    done = make("ready", git=None, python3=pythons.newest()[1])
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "copy" / ".uv" / "bin" / "uv").is_file()


def test_missing_git_is_one_sentence(make: Make) -> None:
    """What to install is said before anything is done."""
    done = make("demo", python3=pythons.newest()[1], uv=Path("/bin/true"))
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "git is missing: install it, then call make again."


def test_missing_python_is_one_sentence(make: Make, tmp_path: Path) -> None:
    """The same, where uv is there and finds no Python that is new enough."""
    uv = tmp_path / "uv"
    uv.write_text('#!/bin/sh\n[ "$1" = --version ]\n', encoding="utf-8")
    uv.chmod(0o755)
    done = make("demo", git=None, uv=uv)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "No Python 3.11 or newer is here: install one, then call make again."


def test_missing_python_and_uv_is_one_sentence(make: Make) -> None:
    """Without Python nothing can be fetched either."""
    done = make("demo", git=None)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "install-uv.sh: python3 is not on PATH; install Python 3.11 or newer."
