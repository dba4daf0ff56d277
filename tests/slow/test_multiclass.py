"""A table of three classes, the wines of scikit-learn, goes all the way: every gate, the service, the image."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import project
import pytest
import pythons

from tests import projects
from tests.service import conftest as images

# Run by the project's own Python: writes the table, and a contract with room around what is there.
TABLE = """
from sklearn.datasets import load_wine

found = load_wine(as_frame=True)
table = found.frame.rename(columns=lambda name: name.replace("/", "_"))
table["target"] = table["target"].map(dict(enumerate(found.target_names)))
table.to_csv("data/wine.csv", index=False)
with open("contract.toml", "a") as file:
    for name in table.columns.drop("target"):
        low, high = table[name].min() - 1, table[name].max() + 1
        file.write(f'[columns.{name}]\\ntype = "number"\\nmin = {low}\\nmax = {high}\\n')
    names = [*map(str, found.target_names)]
    file.write(f'[columns.target]\\ntype = "category"\\nrole = "target"\\nvalues = {names}\\n')
"""
CONTRACT = """
[problem]
question = "Which grower made this wine?"
decision = "Whose name goes on the label."
owner = "the tests"
task = "multiclass"
target = "target"

"""
PARAMS = """
[split]
by = "hash"
salt = "1"
shares = [0.5, 0.25, 0.25]

[train]
scoring = "roc_auc_ovr"
folds = 5
seed = 0

[train.families.linear]
estimator = "sklearn.linear_model.LogisticRegression"
fixed = { max_iter = 1000 }
grid = { C = [0.1, 1.0] }

[train.families.boosting]
estimator = "sklearn.ensemble.HistGradientBoostingClassifier"
fixed = { max_iter = 30, max_leaf_nodes = 8 }
grid = { learning_rate = [0.1] }

[costs.matrix.class_0]
class_2 = 2.0
"""
# So few rows leave open what an interval would decide.
GATES = """
[contract]
min_rows = 150

[leakage]
alone = 0.98

[quality]
metric = "roc_auc_ovr"
floor = 0.9
inconclusive = "allow"

[baseline]
margin = 0.3
inconclusive = "allow"

[overfit]
limit = 0.02

[champion]
margin = 0.03
inconclusive = "allow"

[calibration]
limit = 0.1
inconclusive = "allow"

[parity]
tolerance = 1e-5

[robustness]
tolerance = 1e-5

[budget]
megabytes = 10.0
memory = 100.0
latency = 10.0

[reproducible]
"""


@pytest.fixture(scope="module")
def wines(template: Path, tmp_path_factory: pytest.TempPathFactory) -> projects.Project:
    """Return a project whose table and promises are those of the wines, and what each target answered."""
    version, python = pythons.newest()
    answers = {"project_slug": "wine-project", "task": "classification", "python_version": version}
    folder = project.render(template, tmp_path_factory.mktemp("wines"), answers, python)
    answered = projects.follow(folder, python, ("setup",))
    # What is known of the world stands in tests of its own.
    (folder / "tests" / "model" / "test_direction.py").unlink()
    for name, text in (("contract.toml", CONTRACT), ("params.toml", PARAMS), ("gates.toml", GATES)):
        (folder / name).write_text(text)
    place = projects.Project(folder, python, {})
    for command in (("python", "-c", TABLE), ("ml", "data", "refresh", "--source", "data/wine.csv", "--accept")):
        done = place.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_IMAGE", images.BASE)
        answered |= projects.follow(folder, python, ("data", "model", "gates", "service"))
    steps = {name: projects.Step(int(str(step["code"])), str(step["output"])) for name, step in answered.items()}
    return projects.Project(folder, python, steps)


@pytest.mark.parametrize("target", ["setup", "data", "model", "gates", "service"])
def test_every_target_is_green(wines: projects.Project, target: str) -> None:
    """On three classes as on two; the sabotage suite finds each break."""
    assert wines.steps[target].code == 0, wines.steps[target].output[-4000:]


@pytest.fixture
def image(wines: projects.Project) -> Iterator[str]:
    """Return the name of the image around the wines."""
    name = f"wines:{uuid.uuid4().hex[:12]}"
    images.docker("build", "--build-arg", f"PYTHON_IMAGE={images.BASE}", "--tag", name, ".", cwd=wines.folder)
    yield name
    images.docker("image", "rm", "--force", name)


def test_image_answers_the_golden_rows(wines: projects.Project, image: str) -> None:
    """A label and a probability of each class, as the bundle records them; smoke.sh compares every one."""
    command = ["bash", "scripts/smoke.sh", image]
    smoked = subprocess.run(command, cwd=wines.folder, capture_output=True, text=True, check=False)
    assert smoked.returncode == 0, smoked.stdout + smoked.stderr
    assert "answers the golden rows" in smoked.stdout
