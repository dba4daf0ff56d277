"""One command between a new project and a green one of somebody's own table."""

import tomllib
from pathlib import Path

import pytest

from tests import adopted, projects


def test_mixed_table_is_green_without_an_edit(churn: projects.Project, tmp_path: Path) -> None:
    """Dates, groups, decimal commas, missing markers and a leak are found, every check passes, the sample is gone."""
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


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_sample_is_known_as_nobodys_work(template: Path, task: str) -> None:
    """A project that was just made may be adopted without --force: adopt knows its files by their digest."""
    built = projects.build(template, task)
    code = "import sys; from pathlib import Path; from built_project.adopt import placing, texts;"
    code += "found = placing.edited(Path.cwd(), [*placing.SAMPLES]);"
    code += "sys.exit(', '.join(f'{name} {texts.digest(Path(name).read_text())}' for name in found))"
    ran = built.run("python", "-c", code)
    assert ran.returncode == 0, f"adopt/placing.py, SAMPLES: not the digest of {ran.stderr}"
