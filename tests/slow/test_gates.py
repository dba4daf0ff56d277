"""A project's sabotage suite: what each gate guards is broken through the real command line, and that gate refuses."""

from pathlib import Path

import project
import pytest
import pythons

from tests import projects


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_every_gate_bites_and_the_honest_project_is_green(template: Path, tmp_path: Path, task: str) -> None:
    """`make gates` is green only when every sabotage is found, by the gate that exists for it."""
    version, python = pythons.newest()
    answers = {"project_slug": "broken-project", "task": task, "python_version": version}
    folder = project.render(template, tmp_path, answers, python)
    answered = projects.follow(folder, python, ("setup", "gates"))
    assert answered["gates"]["code"] == 0, str(answered["gates"]["output"])[-4000:]
