"""Tables of scikit-learn become projects that pass everything a pull request must pass."""

import subprocess
from pathlib import Path

import project

from tests import adopted, projects


def test_breast_cancer_passes_make_all(template: Path, tmp_path: Path) -> None:
    """From `cookiecutter` to a green `make all` there are two commands, and no file is edited by hand."""
    built = projects.build(template, "classification", whole=False)
    table = adopted.written(built, tmp_path, "breast_cancer")
    answers = {"project_name": "Mine", "project_slug": "mine", "task": "classification"}
    folder = project.render(template, tmp_path / "out", answers, built.python)
    projects.commit(folder)
    adopt = ["uv", "run", "--all-extras", "ml", "data", "adopt", str(table), "--target", "target"]
    for command in (["make", "setup"], adopt, ["make", "all"]):
        ran = subprocess.run(
            command, cwd=folder, env=project.environment(built.python), capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{' '.join(command[:3])}: {ran.stdout[-4000:]}{ran.stderr[-2000:]}"


def test_diabetes_passes_every_check(template: Path, tmp_path: Path) -> None:
    """A project that was made for classes becomes one of a number."""
    built = projects.build(template, "classification", whole=False)
    table = adopted.written(built, tmp_path, "diabetes")
    adopted.check(built, adopted.adopted(built, table, tmp_path / "mine"))
