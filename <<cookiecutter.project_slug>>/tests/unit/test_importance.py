"""How much a model loses when a column is shuffled: scikit-learn's numbers, of the model that ships."""

import dataclasses
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn.inspection import permutation_importance
from sklearn.metrics import roc_auc_score

from << cookiecutter.package_name >> import (
    config,
    contract,
    data,
    evaluate,
    export,
    features,
    model,
    train,
)
from << cookiecutter.package_name >>.evaluate import insight

DRAWS = 50  # of each column
Fitted = tuple[config.Params, data.Parts, train.Trained]


@pytest.fixture(scope="module")
def fitted(small: Path, raw: pd.DataFrame, agreed: contract.Contract) -> Fitted:
    """Return the settings of the small project, its parts, and the model that wins there."""
    params = config.params(small / "params.toml")
    parts = data.split(data.typed(raw, agreed)[0], agreed, params.split)
    return params, parts, train.fit(parts, agreed, params)


@pytest.fixture(scope="module")
def exported(fitted: Fitted, agreed: contract.Contract) -> model.Model:
    """Return what ships of that model."""
    return model.Model(agreed, export.to_onnx(fitted[2].pipeline, agreed), fitted[2].rule)


def permuted(pipeline: Any, rows: pd.DataFrame, truth: Any, draws: int) -> Any:
    """Return scikit-learn's permutation importance by ROC AUC, the pipeline asked about all shuffled tables at once.

    One by one they cost a hundred times as much. The same seed shuffles the same way twice: first to write the
    tables down, then to give each its score.
    """
    asked: dict[str, Any] = {"n_repeats": draws, "random_state": 1}
    tables: list[pd.DataFrame] = []

    def noted(_: Any, table: pd.DataFrame, __: Any) -> float:
        tables.append(table.copy())
        return 0.0

    permutation_importance(pipeline, rows, truth, scoring=noted, **asked)
    answers = iter(pipeline.predict_proba(pd.concat(tables))[:, 1].reshape(len(tables), -1))
    return permutation_importance(
        pipeline, rows, truth, scoring=lambda *_: roc_auc_score(truth, next(answers)), **asked
    )


@pytest.mark.long
def test_importance_is_that_of_scikit_learn(
    fitted: Fitted, exported: model.Model, agreed: contract.Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the exported model and of the pipeline it is the same, but for how the rows happen to be shuffled."""
    params, parts, trained = fitted
    assert params.train.scoring == "roc_auc"
    monkeypatch.setattr(insight, "REPEATS", DRAWS)
    found = evaluate.importance(exported, parts, params.train)
    rows, truth = features.inputs(agreed, parts.validation), features.target(agreed, parts.validation)
    expected = permuted(trained.pipeline, rows, truth, DRAWS)
    for name, mean, spread in zip(rows.columns, expected.importances_mean, expected.importances_std, strict=True):
        # Two means of so many draws each; four of their standard errors.
        assert found[name] == pytest.approx(mean, abs=4 * spread * (2 / DRAWS) ** 0.5 + 1e-6), name


@pytest.mark.long
def test_importance_of_one_class_alone_is_left_out(
    fitted: Fitted, exported: model.Model, agreed: contract.Contract
) -> None:
    """What is no number is nobody's importance."""
    params, parts, _ = fitted
    one = dataclasses.replace(parts, validation=parts.validation.assign(returned="no"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert evaluate.importance(exported, one, params.train) == {}
    assert set(evaluate.importance(exported, parts, params.train)) == {*agreed.numbers, *agreed.categories}


def test_importance_asks_rows_of_every_time(
    fitted: Fitted, exported: model.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first rows of the validation part may all have one class."""
    params, parts, _ = fitted
    monkeypatch.setattr(insight, "ROWS", 50)
    ordered = parts.validation.sort_values("returned").reset_index(drop=True)
    assert evaluate.importance(exported, dataclasses.replace(parts, validation=ordered), params.train)
