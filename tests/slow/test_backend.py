"""A model that cannot be exported goes all the way to an image that answers, once its project asks for that."""

import json
import re
import subprocess
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import project
import pytest

from tests import projects, servers
from tests.service import conftest as images

VOTING = """
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier


def soft(**fixed):
    tree = DecisionTreeClassifier(max_depth=5, min_samples_leaf=50, random_state=0)
    return VotingClassifier([("linear", LogisticRegression(max_iter=1000)), ("tree", tree)], voting="soft", **fixed)
"""
FAMILY = """
[train.families.voting]
estimator = "voting.soft"

[serving]
backend = "sklearn"
"""


@pytest.fixture(scope="module")
def voting(template: Path, tmp_path_factory: pytest.TempPathFactory) -> projects.Project:
    """Return a project whose one family is soft voting, judged and packed; its budget is not asked."""
    built = projects.build(template, "classification", whole=False)
    place = built.copy(tmp_path_factory.mktemp("voting") / "built-project")
    (place / "voting.py").write_text(VOTING)
    params, gates = place / "params.toml", place / "gates.toml"
    kept = re.sub(r"(?s)\[train\.families.*?(?=\n\[costs\])", "", params.read_text()).partition("[serving]")[0]
    params.write_text(kept + FAMILY)
    gates.write_text(re.sub(r"(?ms)^\[budget\].*?(?=^\[|\Z)", "", gates.read_text()))
    environment = {**project.environment(built.python), "PYTHONPATH": str(place)}
    for step in ("train", "evaluate", "gate", "package"):
        command = [str(built.folder / ".venv" / "bin" / "ml"), step]
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return projects.Project(place, built.python, {})


@pytest.fixture(scope="module")
def address(voting: projects.Project) -> Iterator[str]:
    """Return where a container of its image listens."""
    name = f"voting:{uuid.uuid4().hex[:12]}"
    base = f"PYTHON_IMAGE={images.BASE}"
    images.docker("build", "--build-arg", base, "--tag", name, ".", cwd=voting.folder)
    rights = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    container = images.docker("run", "--detach", *rights, "--publish", "127.0.0.1::8000", name)
    try:
        images.wait_for_health(container)
        yield "http://" + images.docker("port", container, "8000/tcp").splitlines()[0]
    finally:
        images.docker("rm", "--force", container)
        images.docker("image", "rm", "--force", name)


def asked(address: str, rows: list[dict[str, Any]]) -> tuple[int, Any]:
    """Post rows and return the code and the answer."""
    body = json.dumps({"rows": rows}).encode()
    request = urllib.request.Request(f"{address}/predict", body, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_image_answers_the_golden_rows_by_scikit_learn(voting: projects.Project, address: str) -> None:
    """The same schema, the same refusals, the numbers that were judged."""
    golden = servers.golden(voting)
    code, answer = asked(address, golden["rows"])
    assert code == 200
    for found, wanted in zip(answer["predictions"], golden["predictions"], strict=True):
        assert found["label"] == wanted["label"]
        assert found["probability"] == pytest.approx(wanted["probability"], abs=1e-6)
    assert asked(address, [{"shoe_size": 42}])[0] == 422
    with urllib.request.urlopen(f"{address}/model", timeout=60) as told:  # noqa: S310
        assert json.load(told)["manifest"]["backend"] == "sklearn"
