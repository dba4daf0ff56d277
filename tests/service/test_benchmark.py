"""What the benchmark of the service gives to its peers, made from a project as the template makes it now."""

import json
from pathlib import Path

import pytest
from project import ROOT

from tests import projects, servers


def test_peers_get_the_model_and_the_rows_of_the_project(template: Path, tmp_path: Path) -> None:
    """The rows are those of the bundle, the columns ready for its pipeline, the answers those that it records."""
    built = projects.build(template, "classification")
    script = ROOT / "benchmarks" / "serving" / "prepare.py"
    prepared = built.run("python", str(script), str(built.folder), str(tmp_path))
    assert prepared.returncode == 0, prepared.stderr
    golden = servers.golden(built)
    rows = json.loads((tmp_path / "ours.json").read_text("utf-8"))
    ready = json.loads((tmp_path / "ready.json").read_text("utf-8"))
    assert rows[: len(golden["rows"])] == golden["rows"]
    assert len(rows) == len(ready["data"]) == len(ready["wanted"]) == 1000
    answers = [each["probability"] for each in golden["predictions"]]
    assert ready["wanted"][: len(answers)] == pytest.approx(answers, abs=1e-5)
    assert (tmp_path / "model.joblib").stat().st_size > 0
