"""The same steps for one of three classes: parcels are kept, returned or lost."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import bundle, cli, data, gates, model, rule
from << cookiecutter.package_name >>.evaluate import robustness
from << cookiecutter.package_name >>.service import application, metrics, state

pytestmark = pytest.mark.long

BUNDLE = "build/bundle/model.tar.gz"
CLASSES = ["kept", "returned", "lost"]
# To miss a lost parcel is dear.
COSTS = "[costs.matrix.lost]\nkept = 5.0\n"
STEPS = (["data", "explore"], ["train"], ["evaluate"], ["gate"], ["package"])
EDITS = (
    ("contract.toml", '"classification"', '"multiclass"'),
    ("contract.toml", 'positive = "yes"\n', ""),
    ("contract.toml", 'values = ["no", "yes"]', f"values = {json.dumps(CLASSES)}"),
    ("params.toml", "[costs]\nfalse_positive = 1.0\nfalse_negative = 3.0\n", COSTS),
    ("params.toml", "C = [0.1, 1.0]", "C = [1.0]"),
    ("params.toml", "roc_auc", "roc_auc_ovr"),
    ("gates.toml", "roc_auc", "roc_auc_ovr"),
    ("gates.toml", "gap = 0.05", "gap = 0.2"),
)


def changed(folder: Path, *edits: tuple[str, str, str]) -> None:
    """Replace texts in files of a folder."""
    for name, old, new in edits:
        text = (folder / name).read_text("utf-8")
        assert old in text, (name, old)
        (folder / name).write_text(text.replace(old, new), "utf-8")


def put(folder: Path, table: pd.DataFrame) -> None:
    """Make this the table of a project."""
    path = folder / "data" / "parcels.csv"
    path.parent.mkdir(exist_ok=True)
    table.to_csv(path, index=False)
    (folder / "data" / "data.lock").write_bytes(data.Lock("data/parcels.csv", len(table), data.digest(path)).dumps())


@pytest.fixture(scope="module")
def table(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the parcels, and what became of each."""
    size, weight = raw["size"].astype(float), raw["weight"].astype(float).fillna(10.0)
    lean = np.column_stack([size / 20, weight / 10, 2 + 1.5 * (raw["colour"] == "green")])
    fate = (lean + np.random.default_rng(0).gumbel(size=lean.shape)).argmax(axis=1)
    return raw.assign(returned=np.array(CLASSES)[fate])


@pytest.fixture(scope="module")
def kept(
    small: Path, table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[int]]]:
    """Return the project after every step, as the working directory of this file, and how each step ended."""
    folder = shutil.copytree(small, tmp_path_factory.mktemp("multiclass") / "project")
    changed(folder, *EDITS)
    put(folder, table)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder, [cli.main(step) for step in STEPS]


@pytest.fixture(scope="module")
def opened(kept: tuple[Path, list[int]]) -> bundle.Bundle:
    """Return the bundle of three classes."""
    return bundle.open_file(kept[0] / BUNDLE)


@pytest.fixture
def project(kept: tuple[Path, list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the project, to be changed, as the working directory."""
    folder = shutil.copytree(kept[0], tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def test_every_gate_lets_an_honest_model_through(kept: tuple[Path, list[int]]) -> None:
    """Explore, train, evaluate, gate, package."""
    assert kept[1] == [0] * len(STEPS)
    found = json.loads(Path("build/verdicts.json").read_text("utf-8"))["verdicts"]
    asked = {each["gate"] for each in found if each["verdict"] in (gates.PASS, gates.ALLOWED)}
    assert asked >= {"leakage", "quality", "baseline", "overfit", "slices", "calibration", "parity", "robustness"}


def test_bundle_carries_its_costs_and_no_threshold(opened: bundle.Bundle) -> None:
    """What decides the label travels with the model; so does the class order, in its contract."""
    assert opened.manifest["threshold"] is None
    assert opened.manifest["costs"]["lost"] == {"kept": 5.0, "returned": 1.0}
    assert opened.json("contract.json")["columns"]["returned"]["values"] == CLASSES
    assert "class" in opened.members["MODEL_CARD.md"].decode()


def test_label_is_what_costs_least(opened: bundle.Bundle) -> None:
    """Some labels are not the most probable class, because to miss a lost parcel is dear."""
    loaded = model.load(opened)
    said = opened.json("golden.json")["predictions"]
    for each in said:
        assert each["probabilities"].keys() == set(CLASSES)
        assert sum(each["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    scores = np.random.default_rng(0).dirichlet([1, 1, 1], 1000)
    labels = [each["label"] for each in loaded.predictions(scores)]
    probable = np.array(CLASSES)[scores.argmax(axis=1)]
    assert {(a, b) for a, b in zip(probable, labels, strict=True) if a != b} <= {("kept", "lost"), ("kept", "returned")}
    assert np.mean(labels == probable) < 0.95


def test_pipeline_itself_answers_alike(kept: tuple[Path, list[int]], opened: bundle.Bundle) -> None:
    """Where a model cannot be exported, scikit-learn serves it: the same labels, the same probabilities."""
    loaded = model.load(opened)
    served = model.Model(loaded.contract, (kept[0] / "build/model/model.skops").read_bytes(), loaded.rule, "sklearn")
    golden = opened.json("golden.json")
    assert model.same(served.predict(golden["rows"]), golden["predictions"], 1.0)


def test_pages_tell_every_class(kept: tuple[Path, list[int]]) -> None:
    """Curves, reliability and the table of truth against label; the page about the data, too."""
    page = (kept[0] / "build/report/index.html").read_text("utf-8")
    for name in CLASSES:
        assert f"ROC curve: {name}" in page
        assert f"Reliability: {name}" in page
        assert f"said {name}" in page
    assert "Reliability of each class" in (kept[0] / "build/report/report.md").read_text("utf-8")
    page = (kept[0] / "build/report/data.html").read_text("utf-8")
    assert "share of returned = " in page
    assert "V of the target with values, or deciles" in page


@pytest.mark.parametrize("bent", [1.0, 0.9, np.nan])
def test_probabilities_that_do_not_add_up_are_broken_answers(
    opened: bundle.Bundle, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, bent: float
) -> None:
    """Robustness counts them, in every check."""
    loaded, scores = model.load(opened), model.Model.scores
    monkeypatch.setattr(model.Model, "scores", lambda self, inputs: bent * scores(self, inputs))
    checks = robustness.measure(loaded, data.typed(table, loaded.contract)[0], 1.0)["checks"]
    assert all((each["broken"] == 0) == (bent == 1) for each in checks)


async def asked(app: application.Application, rows: list[dict[str, Any]]) -> list[httpx.Response]:
    """Return what the service answers to rows, and its page and description."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        said = await client.post("/predict", json={"rows": rows})
        return [said, await client.get("/"), await client.get("/openapi.json")]


def test_service_answers_label_and_probabilities(opened: bundle.Bundle) -> None:
    """As the bundle records them; its description and its page say so, and the labels are counted."""
    loaded, running, golden = model.load(opened), state.State(), opened.json("golden.json")
    tally = metrics.Tally(loaded.contract, opened.json("reference.json"), {}, running, None)
    app = application.Application(opened, loaded, running, tally)
    said, page, described = asyncio.run(asked(app, golden["rows"]))
    assert model.same(said.json()["predictions"], golden["predictions"], 1.0)
    assert "The answer is the class of the least expected cost." in page.text
    schema = described.json()["paths"]["/predict"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    one = schema["properties"]["predictions"]["items"]["properties"]
    assert one["label"] == {"enum": CLASSES}
    assert one["probabilities"]["required"] == CLASSES
    counted = metrics.exposition(tally).decode()
    labels = [each["label"] for each in golden["predictions"]]
    for name in CLASSES:
        assert f'ml_predictions_total{{label="{name}"}} {labels.count(name)}.0' in counted
    assert f"ml_prediction_score_count {len(labels)}.0" in counted


def test_whole_table_is_scored_as_row_by_row(project: Path, table: pd.DataFrame, opened: bundle.Bundle) -> None:
    """A label, and a probability of each class."""
    path = project / "scores.parquet"
    assert cli.main(["score", "--bundle", BUNDLE, "--input", "data/parcels.csv", "--output", str(path)]) == 0
    scored = pd.read_parquet(path)
    said = scored[[f"predicted_probability_{name}" for name in CLASSES]].to_numpy()
    priced = rule.cost_matrix(tuple(CLASSES), opened.manifest["costs"])
    assert (scored["predicted_label"] == priced.names(said)).all()
    assert np.mean(scored["predicted_label"] == table["returned"]) > 0.5


def test_monitor_watches_the_labels(project: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    """Calm where nothing changed, promises judged again by labels; drifted where the parcels became heavy."""
    table[["parcel", "returned"]].to_csv("labels.csv", index=False)
    recent = table.drop(columns="returned")
    recent.to_csv("recent.csv", index=False)
    assert cli.main(["monitor", "--bundle", BUNDLE, "--input", "recent.csv", "--labels", "labels.csv"]) == 0
    found = json.loads((project / "build/report/monitor.json").read_text("utf-8"))
    assert {each["gate"] for each in found["promises"]} == {"quality", "baseline", "calibration"}
    assert set(next(each["bins"] for each in found["columns"] if each["column"] == "(predictions)")) >= set(CLASSES)
    recent.assign(weight="49").to_csv("recent.csv", index=False)
    assert cli.main(["monitor", "--bundle", BUNDLE, "--input", "recent.csv"]) == 3
    assert "(predictions)" in capsys.readouterr().out


def test_champion_of_other_classes_is_not_comparable(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It knows another order of the classes, and its scores mean others."""
    champion = shutil.copy(BUNDLE, "champion.tar.gz")
    changed(project, ("contract.toml", json.dumps(CLASSES), json.dumps(CLASSES[::-1])))
    assert [cli.main(step) for step in (["train"], ["evaluate", "--champion", str(champion)])] == [0, 0]
    assert cli.main(["gate"]) == 3
    assert "it knows the classes kept, returned, lost" in capsys.readouterr().out


def test_model_is_not_better_than_itself(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two models of classes are compared on the same rows."""
    champion = shutil.copy(BUNDLE, project / "champion.tar.gz")
    assert cli.main(["compare", "--champion", str(champion)]) == 3
    assert "roc_auc_ovr +0.000 [+0.000, +0.000]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (("params.toml", COSTS, "[costs.matrix.stolen]\nkept = 2.0\n"), "'stolen' is no class"),
        (("params.toml", COSTS, "[costs]\nfalse_negative = 2.0\n"), "none is positive"),
        (("params.toml", COSTS, "[costs.matrix.lost]\nlost = 2.0\n"), "a right answer costs nothing"),
        (("params.toml", COSTS, "[costs.matrix.lost]\nkept = 0\n"), "costs must be above 0"),
        (("params.toml", "folds = 2", "folds = 1000"), "take fewer folds"),
        (
            ("contract.toml", 'target = "returned"', 'target = "returned"\npositive = "lost"'),
            "none is the positive one",
        ),
        (("contract.toml", json.dumps(CLASSES), '["kept", "lost"]'), 'write task = "classification"'),
        (("contract.toml", json.dumps(CLASSES), '["kept", "lost", "lost"]'), "listed twice"),
        (("contract.toml", json.dumps(CLASSES), '["kept", "returned", "lost", "eaten"]'), "at least 5 are needed"),
        (("contract.toml", '"multiclass"', '"classification"'), 'write task = "multiclass"'),
    ],
)
def test_what_makes_no_model_of_classes_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], edit: tuple[str, str, str], named: str
) -> None:
    """In one sentence that says where and what to do."""
    changed(project, edit)
    assert cli.main(["train"]) == 2
    said = capsys.readouterr().err
    assert named in said
    assert said.count("\n") == 1
