"""A category of too many values to list: known by the targets of its rows, in training, export and service alike."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline

from << cookiecutter.package_name >> import bundle, contract, data, export, features, model
from << cookiecutter.package_name >>.adopt import draft
from << cookiecutter.package_name >>.pipeline import fitted

pytestmark = pytest.mark.long

ROWS, CITIES = 3000, 400


def agreed(task: str, **target: Any) -> contract.Contract:
    """Return the contract of a number, a listed category, a city that nobody lists, and a target."""
    columns = {
        "size": {"type": "number"},
        "city": {"type": "category", "required": False},
        "kind": {"type": "category", "values": ["a", "b"]},
        "y": {"role": "target", **target},
    }
    problem = dict.fromkeys(("question", "decision", "owner"), "") | {"task": task, "target": "y"}
    if task == "classification":
        problem["positive"] = "yes"
    return contract.of({"problem": problem, "columns": columns})


CLASSES = {"type": "category", "values": ["no", "yes"]}


def drawn(*, known: bool = True) -> pd.DataFrame:
    """Return rows whose city tells the target, or nothing does."""
    rng = np.random.default_rng(0)
    city, size = rng.integers(0, CITIES, ROWS), rng.normal(size=ROWS)
    told = rng.normal(0, 2, CITIES)[city] * known + rng.logistic(size=ROWS)
    names = pd.Series(city).map(lambda place: f"Ort {place}").astype(object).mask(rng.random(ROWS) < 0.05)
    return pd.DataFrame({"size": size, "city": names, "kind": rng.choice(["a", "b"], ROWS), "told": told})


def table_of(task: str, *, known: bool = True) -> pd.DataFrame:
    """Return these rows with a target of this task."""
    rows = drawn(known=known)
    return rows.assign(y=np.where(rows["told"] > 0, "yes", "no") if task == "classification" else rows["told"])


@pytest.mark.parametrize(
    ("task", "target", "estimator"),
    [
        ("classification", CLASSES, LogisticRegression()),
        ("classification", CLASSES, HistGradientBoostingClassifier(max_iter=20, random_state=0)),
        ("regression", {"type": "number"}, Ridge()),
        ("regression", {"type": "number"}, HistGradientBoostingRegressor(max_iter=20, random_state=0)),
    ],
    ids=["line-of-classes", "trees-of-classes", "line-of-numbers", "trees-of-numbers"],
)
def test_export_answers_like_the_pipeline(task: str, target: dict[str, Any], estimator: Any) -> None:
    """On ordinary rows, where a city is missing, and where nobody ever saw it."""
    wanted, table = agreed(task, **target), table_of(task)
    steps = [("features", features.preprocessing(wanted)), ("model", estimator)]
    pipeline = fitted(Pipeline(steps), features.inputs(wanted, table), features.target(wanted, table))
    exported = model.Model(wanted, export.to_onnx(pipeline, wanted), 0.5 if task == "classification" else None)
    strange = pd.concat([table, table.assign(city="nowhere"), table.assign(city=None)], ignore_index=True)
    proof = export.proof(pipeline, exported, strange, 1.0)
    assert proof["largest"] <= model.TOLERANCE
    assert exported.predict([{"size": 1.0, "city": "Ort 7", "kind": "a"}])
    assert export.dumps(export.loads(export.dumps(pipeline)))


def test_city_without_meaning_is_not_learned_by_heart() -> None:
    """A mean that held the row itself would tell it its own target."""
    wanted, table = agreed("classification", **CLASSES), table_of("classification", known=False)
    inputs, truth = features.inputs(wanted, table), features.target(wanted, table)
    steps = [("features", features.preprocessing(wanted)), ("model", LogisticRegression())]
    pipeline = fitted(Pipeline(steps), inputs, truth)
    place = list(pipeline["features"].get_feature_names_out()).index("many__city")
    assert abs(pipeline["model"].coef_[0, place]) < 0.15
    naive = LogisticRegression().fit(pipeline["features"].transform(inputs), truth)
    assert naive.coef_[0, place] > 0.5


def test_classes_need_their_values_listed() -> None:
    """The mean of a class is no number; and what is predicted is always listed."""
    with pytest.raises(contract.InputError, match="list those of city"):
        agreed("multiclass", type="category", values=["a", "b", "c"])
    with pytest.raises(contract.InputError, match="to predict needs its values"):
        agreed("classification", type="category")


def test_any_city_keeps_the_contract() -> None:
    """Nobody refuses a place that is new."""
    table = drawn().drop(columns="told").assign(y="no", city="nowhere")
    assert data.typed(table, agreed("classification", **CLASSES))[1] == []
    assert bundle.dumps(export.golden(agreed("classification", **CLASSES)))


def test_ten_thousand_categories_are_adopted(adopted: Callable[..., draft.Draft], tmp_path: Path) -> None:
    """Without a list of their values; of several classes they are left out, and said to be."""
    rng = np.random.default_rng(0)
    shops = [f"shop {number}" for number in rng.permutation(np.arange(40_000) % 10_000)]
    table = pd.DataFrame({"size": rng.normal(size=40_000).round(3), "shop": shops})
    found = adopted(tmp_path, table.assign(sold=rng.choice(["yes", "no"], 40_000)))
    assert (found.contract["shop"].role, found.contract["shop"].open) == ("feature", True)
    several = adopted(tmp_path, table.assign(sold=rng.choice(["a", "b", "c"], 40_000)))
    assert several.contract["shop"].role == "ignore"
    assert "too many values where classes are several" in "\n".join(map(str, several.decisions))
