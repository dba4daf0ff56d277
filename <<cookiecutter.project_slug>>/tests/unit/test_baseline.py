"""What a model is held against: the best of all that somebody may say who always says the same."""

from typing import Any

import numpy as np
import pytest

from << cookiecutter.package_name >> import contract, evaluate, rule
from << cookiecutter.package_name >>.evaluate import scorers

NAMES = ("a", "b", "c")
RARE = (np.arange(100) < 30).astype(int)
LONG = np.array([1.0, 1.5, 4.0, 9.0, 16.0])
SKEWED = np.array([0.0, 0.0, 0.0, 0.0, 50.0])


@pytest.mark.parametrize(
    ("metric", "truth", "by", "said"),
    [
        # A threshold of 0.2, where a miss is dear, makes the share of 0.3 the rarer label.
        pytest.param("accuracy", RARE, 0.2, 0.0, id="commoner-label"),
        pytest.param("f1", RARE, 0.5, 1.0, id="rarer-label"),
        pytest.param("neg_brier_score", RARE, 0.2, 0.3, id="share"),
        pytest.param("roc_auc", RARE, 0.2, 0.3, id="nothing-is-better"),
        pytest.param("r2", SKEWED, None, 10.0, id="mean"),
        pytest.param("neg_mean_absolute_error", SKEWED, None, 0.0, id="median"),
        pytest.param("neg_mean_absolute_percentage_error", LONG, None, 1.5, id="quantile"),
        pytest.param("neg_mean_poisson_deviance", SKEWED, None, 10.0, id="median-that-says-nothing"),
    ],
)
def test_best_constant_is_said(metric: str, truth: Any, by: float | None, said: float) -> None:
    """Of the constants it is the one that the metric likes best, known from other rows than those that are judged."""
    rows = evaluate.Rows(truth[::-1], np.full(len(truth), 0.9), by)
    assert evaluate.always(metric, truth, rows).scores == pytest.approx(np.full(len(truth), said))


@pytest.mark.parametrize(
    ("metric", "said"),
    [("accuracy", [0.0, 0.0, 1.0]), ("neg_log_loss", [0.2, 0.3, 0.5]), ("f1_macro", [0.0, 0.0, 1.0])],
)
def test_best_constant_of_several_classes_is_said(metric: str, said: list[float]) -> None:
    """Their shares, or the commonest of them, whatever the costs make of the shares."""
    truth = np.repeat([0, 1, 2], [20, 30, 50])
    by = rule.cost_matrix(NAMES, {"a": {"b": 50.0, "c": 50.0}})
    rows = evaluate.Rows(truth, np.full((100, 3), 1 / 3), by)
    assert evaluate.always(metric, truth, rows).scores[0] == pytest.approx(said)


@pytest.mark.parametrize(
    ("name", "task", "told"),
    [
        pytest.param("rocauc", "classification", "did you mean roc_auc", id="mistyped"),
        pytest.param("neg_mean_absolut_error", "regression", "did you mean neg_mean_absolute_error", id="of-numbers"),
        pytest.param("r2", "classification", "no scorer of scikit-learn for classes", id="of-the-other-task"),
        pytest.param("accuracy", "regression", "no scorer of scikit-learn for numbers", id="of-classes"),
        pytest.param("recall", "classification", "best where the answer is always the same", id="of-a-constant"),
        pytest.param("positive_likelihood_ratio", "classification", "not defined", id="of-no-mistake"),
        pytest.param("neg_max_error", "regression", "the error of one row", id="of-one-row"),
        pytest.param("f1", "multiclass", "did you mean f1_macro", id="of-two-classes"),
        pytest.param("rand_score", "multiclass", "no scorer of scikit-learn for classes", id="of-clusters"),
    ],
)
def test_metric_that_says_nothing_of_the_task_is_refused(name: str, task: str, told: str) -> None:
    """With what may be meant."""
    with pytest.raises(contract.InputError, match=told):
        scorers.fitting(name, task, "gates.toml, [quality]: metric")


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("roc_auc", "classification"),
        ("neg_log_loss", "multiclass"),
        ("f1_macro", "multiclass"),
        ("neg_root_mean_squared_error", "regression"),
    ],
)
def test_metric_of_the_task_is_allowed(name: str, task: str) -> None:
    """Any scorer of scikit-learn that says something."""
    scorers.fitting(name, task, "gates.toml, [quality]: metric")
