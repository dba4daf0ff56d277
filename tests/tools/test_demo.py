"""The demo makes its project from a clean copy, in an environment of its own."""

import subprocess
import sys
from pathlib import Path

import demo
import project
import pytest
import pythons


def test_unknown_task_is_one_sentence() -> None:
    """A slip of the pen costs a sentence, not a trace."""
    command = [sys.executable, str(project.ROOT / "tools" / "demo.py"), "clasification"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr == "demo.py: no task 'clasification'; say classification or regression.\n"


def test_no_promised_python_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the versions that would do."""
    monkeypatch.setattr(pythons, "here", dict)
    monkeypatch.setattr(sys, "argv", ["demo.py", "regression"])
    with pytest.raises(SystemExit, match=r"^demo.py: None of Python 3.13, 3.12, 3.11 is here; .*\.$"):
        demo.main()
    assert capsys.readouterr().out == ""


def test_export_holds_the_template_and_no_stray_file(tmp_path: Path) -> None:
    """Caches that lie about in the work tree stay out of projects."""
    stray = project.ROOT / "<<cookiecutter.project_slug>>" / "__pycache__"
    stray.mkdir(exist_ok=True)
    copied = {path.relative_to(tmp_path).as_posix() for path in project.export(tmp_path).rglob("*") if path.is_file()}
    stray.rmdir()
    assert {"cookiecutter.json", "hooks/pre_gen_project.py"} <= copied
    assert {name.split("/")[0] for name in copied} == {"cookiecutter.json", "hooks", "<<cookiecutter.project_slug>>"}
    assert not [name for name in copied if "cache" in name.split("/")[-2:]]


def test_environment_is_not_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the caller's own environment nor what its make or its worker of pytest is told reaches a project."""
    for name in project.FOREIGN:
        monkeypatch.setenv(name, "TASK=regression")
    found = project.environment(Path(sys.executable))
    assert found["UV_PYTHON"] == sys.executable
    assert not {"VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "PYTEST_XDIST_WORKER"} & found.keys()


def test_newest_python_comes_first() -> None:
    """What is found is really there, and of the version it is listed under."""
    found = pythons.here()
    assert list(found) == [version for version in pythons.VERSIONS if version in found]
    for version, path in found.items():
        told = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=True).stdout
        assert told.startswith(f"Python {version}.")
