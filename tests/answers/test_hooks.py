"""The hooks as cookiecutter starts them: each a single file, in the new folder, whatever the machine is like."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hooks import post_gen_project
from tests.rendered import ROOT

PRE, POST = (ROOT / "hooks" / f"{moment}_gen_project.py" for moment in ("pre", "post"))
OWN = "Before make all, for a table of your own: uv run --all-extras ml data adopt TABLE --target COLUMN\n"
COMMANDS = ("cd late-trains", "git init --initial-branch main", "make setup", "make all")
NEXT = "".join(["Made late-trains. Next:\n\n", *(f"    {command}\n" for command in COMMANDS), "\n", OWN, "\n"])
Start = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Return a function that starts a hook in a new project's folder, where PATH holds `bin` alone."""
    project = tmp_path / "late-trains"
    project.mkdir()
    (tmp_path / "bin").mkdir()

    def _start(hook: Path, **changed: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if name not in {"UV", "ML_CICD_NO_LOCK"}}
        env = {**kept, "PATH": str(tmp_path / "bin"), **changed}
        command = [sys.executable, str(hook)]
        return subprocess.run(command, check=False, cwd=project, env=env, capture_output=True, text=True)

    return _start


@pytest.fixture
def uv(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that puts a program in the place of uv."""

    def _uv(body: str) -> Path:
        program = tmp_path / "bin" / "uv"
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
        return program

    return _uv


def test_an_old_cookiecutter_is_told_so(start: Start) -> None:
    """A cookiecutter that leaves our delimiters alone gets one sentence, not a traceback."""
    done = start(PRE)
    assert done.returncode == 1
    assert done.stderr == "This template needs cookiecutter 2.6 or newer: try `uvx cookiecutter`.\n"


def test_without_uv_the_next_commands_are_said(start: Start) -> None:
    """There is nothing to lock with, and `make setup` brings what it needs."""
    done = start(POST)
    assert (done.returncode, done.stdout, done.stderr) == (0, NEXT, "")


def test_uv_locks_for_this_project_alone(start: Start, uv: Callable[[str], Path], tmp_path: Path) -> None:
    """No repository, environment or lock rule of the caller reaches uv, and the interpreter is one that is here."""
    uv(f'echo "$@" > {tmp_path}/arguments; export -p > {tmp_path}/environment')
    foreign = {"GIT_DIR": "/elsewhere", "VIRTUAL_ENV": "/elsewhere", "UV_LOCKED": "1", "UV_FROZEN": "1"}
    done = start(POST, **foreign)
    assert done.stdout == f"{NEXT}The dependencies are locked in uv.lock: commit it.\n"
    said = ["lock", "--quiet", "--project", str(tmp_path / "late-trains"), "--python", sys.executable]
    assert (tmp_path / "arguments").read_text().split() == said
    assert [name for name in foreign if name in (tmp_path / "environment").read_text()] == []


@pytest.mark.parametrize("body", ["echo no network >&2; exit 2", "kill -9 $$"], ids=["refuses", "dies"])
def test_a_uv_that_cannot_lock_is_one_sentence(start: Start, uv: Callable[[str], Path], body: str) -> None:
    """The project stands all the same."""
    uv(body)
    done = start(POST)
    said = "The dependencies could not be locked now: `make setup` does it.\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, NEXT + said, "")


def test_a_uv_that_hangs_is_given_up(uv: Callable[[str], Path], start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locking has a limit, and what waits for an answer gets none."""
    assert start(POST).returncode == 0
    monkeypatch.setattr(post_gen_project, "SECONDS", 0.2)
    assert not post_gen_project.lock(str(uv("exec sleep 60")))
    assert not post_gen_project.lock(str(uv("read answer")))


def test_cruft_gets_the_project_as_it_is(start: Start, uv: Callable[[str], Path], tmp_path: Path) -> None:
    """A lock made now would count as a local edit when the template is updated."""
    uv(f"touch {tmp_path}/called")
    rendered = tmp_path / "post.py"
    tag = "<" + "< cookiecutter | tojson >>"
    rendered.write_text(POST.read_text(encoding="utf-8").replace(tag, '{"_commit": "abc"}'), encoding="utf-8")
    assert start(rendered).stdout == ""
    assert not (tmp_path / "called").exists()


def test_nobody_has_to_listen(tmp_path: Path) -> None:
    """A closed pipe would else make cookiecutter delete the project."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, str(POST)], check=False, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, env={"PATH": ""}
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
