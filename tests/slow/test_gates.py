"""A project's sabotage suite: what each gate guards is broken through the real command line, and that gate refuses."""

import json
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


def test_two_columns_that_add_up_are_refused_by_their_names(template: Path, tmp_path: Path) -> None:
    """Bikes hired with and without a subscription are all bikes: given to the model, they are found before it ships."""
    built = projects.build(template, "regression", whole=False)
    folder = built.copy(tmp_path / "leaking")
    contract = folder / "contract.toml"
    text = contract.read_text(encoding="utf-8")
    assert text.count("available = false\n") == 2
    contract.write_text(text.replace("available = false\n", ""), encoding="utf-8")
    ended = [built.run("ml", step, cwd=folder).returncode for step in ("train", "evaluate", "gate", "package")]
    assert ended == [0, 0, 3, 3]
    verdicts = json.loads((folder / "build" / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]
    leakage = next(each for each in verdicts if each["gate"] == "leakage")
    assert leakage["verdict"] == "fail"
    assert "casual and registered" in leakage["measured"]
