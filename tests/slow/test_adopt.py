"""Tables of scikit-learn become projects that pass everything a pull request must pass."""

import subprocess
import tomllib
from pathlib import Path

import project
import pytest
import sample_bikes

from tests import adopted, projects


@pytest.mark.parametrize(
    "name", ["breast_cancer", "diabetes", "iris"], ids=["two-classes", "a-number", "three-classes"]
)
def test_table_passes_make_all(template: Path, tmp_path: Path, name: str) -> None:
    """From `cookiecutter` to a green `make all` there are two commands, no edit by hand, and no git is needed."""
    built = projects.build(template, "classification", whole=False)
    table = adopted.written(built, tmp_path, name)
    answers = {"project_name": "Mine", "project_slug": "mine", "task": "classification"}
    folder = project.render(template, tmp_path / "out", answers, built.python)
    if name != "iris":
        projects.commit(folder)
    adopt = ["uv", "run", "--all-extras", "ml", "data", "adopt", str(table), "--target", "target"]
    for command in (["make", "setup"], adopt, ["make", "all"]):
        ran = subprocess.run(
            command, cwd=folder, env=project.environment(built.python), capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{' '.join(command[:3])}: {ran.stdout[-4000:]}{ran.stderr[-2000:]}"


@pytest.mark.parametrize("name", ["wine", "digits", "tiers"], ids=["wine", "digits", "three-classes-in-two-groups"])
def test_table_passes_every_check_of_its_own(template: Path, tmp_path: Path, name: str) -> None:
    """What was adopted trains, is judged, packed and served, and every gate that can be broken on it is."""
    built = projects.build(template, "classification", whole=False)
    adopted.check(built, adopted.adopted(built, adopted.written(built, tmp_path, name), tmp_path / "mine"))


def test_mixed_table_is_green_without_an_edit(template: Path, tmp_path: Path) -> None:
    """Dates, groups, decimal commas, missing markers and a leak are found, every check passes, the sample is gone."""
    churn = projects.build(template, "classification", whole=False)
    table = adopted.written(churn, tmp_path, "orders")
    folder = adopted.adopted(churn, table, tmp_path / "mine")
    assert not (folder / "data" / "sample.csv").exists()
    adopted.check(churn, folder)
    columns = tomllib.loads((folder / "contract.toml").read_text("utf-8"))["columns"]
    assert (columns["customer_id"]["role"], columns["ordered"]["role"]) == ("key", "time")
    assert (columns["refund"]["available"], columns["gender"]["slice"]) == (False, True)
    assert (columns["visits"]["missing"], columns["weight"]["type"]) == (["?"], "number")
    again = churn.run("ml", "data", "adopt", str(table), "--target", "target", cwd=folder)
    assert (again.returncode, "Nothing changes" in again.stdout) == (0, True), again.stderr


def test_bikes_as_they_were_published_lose_what_knows_the_answer(template: Path, tmp_path: Path) -> None:
    """Two counts add up to the target: both are known only afterwards, and nothing else is."""
    built = projects.build(template, "classification", whole=False)
    table = tmp_path / "bikes.csv"
    table.write_text(sample_bikes.source(), encoding="utf-8")
    folder = built.copy(tmp_path / "mine")
    ran = built.run("ml", "data", "adopt", str(table), "--target", "bikers", cwd=folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    columns = tomllib.loads((folder / "contract.toml").read_text("utf-8"))["columns"]
    assert {name for name, each in columns.items() if not each.get("available", True)} == {"casual", "registered"}


def test_any_drawn_table_ends_with_an_answer(template: Path) -> None:
    """Ten times as many as in a project's own test."""
    built = projects.build(template, "classification", whole=False)
    ran = built.run("pytest", "-q", "tests/unit/test_adopt_any.py", ADOPT_EXAMPLES="60")
    assert ran.returncode == 0, ran.stdout[-4000:]
