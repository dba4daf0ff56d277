"""Metrics of ours equal scikit-learn's, and what they cost is counted."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from << cookiecutter.package_name >> import config, contract, evaluate, rule
from << cookiecutter.package_name >>.evaluate import cost, metrics

pytestmark = pytest.mark.long

CLASSES = ("roc_auc", "average_precision", "neg_brier_score")
LABELS = ("accuracy", "balanced_accuracy", "f1")
NUMBERS = ("r2", "neg_mean_absolute_error", "neg_root_mean_squared_error")
# Few different values, so that ties are common.
TIED = some.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])


def told(truth: some.SearchStrategy[Any], scores: some.SearchStrategy[Any], dtype: type) -> some.SearchStrategy[Any]:
    """Return a strategy for the truth and the scores of some rows, not all of one truth."""
    both = some.integers(2, 30).flatmap(
        lambda n: some.tuples(arrays(dtype, n, elements=truth), arrays(float, n, elements=scores))
    )
    return both.filter(lambda pair: len(np.unique(pair[0])) > 1)


def test_every_fast_metric_is_compared() -> None:
    """A metric of ours that nobody compares with scikit-learn's may be wrong."""
    assert {task: set(known) for task, known in metrics.FAST.items()} == {
        "classification": set(CLASSES),
        "regression": set(NUMBERS),
    }
    assert set(metrics.LABELLED) == set(LABELS)


@pytest.mark.parametrize("metric", [*CLASSES, *LABELS])
@given(told(some.integers(0, 1), TIED | some.floats(0, 1), int))
def test_metric_of_classes_equals_scikit_learns(metric: str, pair: tuple[Any, Any]) -> None:
    """Also with ties."""
    expected = evaluate.score(metric, evaluate.Rows(*pair, rule=0.5))
    once = np.ones(len(pair[0]))
    assert metrics.statistic(metric, 0.5)(once, *pair) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", NUMBERS)
@given(told(TIED.map(lambda x: 100 * x), TIED.map(lambda x: 100 * x) | some.floats(-1e3, 1e3), float))
def test_metric_of_numbers_equals_scikit_learns(metric: str, pair: tuple[Any, Any]) -> None:
    """More is better, as there."""
    expected = evaluate.score(metric, evaluate.Rows(*pair, rule=None))
    once = np.ones(len(pair[0]))
    assert metrics.FAST["regression"][metric](once, *pair) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("metric", [*CLASSES, *LABELS, "jaccard"])
@pytest.mark.parametrize("tied", [False, True], ids=["distinct", "tied"])
def test_resample_of_classes_equals_its_rows(metric: str, tied: bool) -> None:  # noqa: FBT001 (a parameter of pytest)
    """A row that counts twice is two rows, and one that counts nothing is none: many resamples at once."""
    rng = np.random.default_rng(0)
    truth, scores = rng.integers(0, 2, 50), rng.random(50)
    scores = scores.round(1) if tied else scores
    counts = rng.multinomial(50, np.full(50, 1 / 50), 3).astype(float)
    drawn = [np.repeat(np.arange(50), some.astype(int)) for some in counts]
    single = [evaluate.score(metric, evaluate.Rows(truth[rows], scores[rows], 0.5)) for rows in drawn]
    assert metrics.statistic(metric, 0.5)(counts, truth, scores) == pytest.approx(single)


@pytest.mark.parametrize("metric", [*NUMBERS, "neg_median_absolute_error"])
def test_resample_of_numbers_equals_its_rows(metric: str) -> None:
    """Also for a metric that scikit-learn computes, once a resample."""
    rng = np.random.default_rng(0)
    truth, scores = rng.normal(1e3, 1, (2, 50))
    counts = rng.multinomial(50, np.full(50, 1 / 50), 3).astype(float)
    drawn = [np.repeat(np.arange(50), some.astype(int)) for some in counts]
    single = [evaluate.score(metric, evaluate.Rows(truth[rows], scores[rows], None)) for rows in drawn]
    assert metrics.statistic(metric, None)(counts, truth, scores) == pytest.approx(single)


def test_metric_of_the_other_task_has_an_interval_of_its_own() -> None:
    """The error of labels is measured on labels, in its value and in its interval."""
    rng = np.random.default_rng(0)
    rows = evaluate.Rows(rng.integers(0, 2, 200), rng.random(200), 0.5)
    low, high = evaluate.interval(metrics.statistic("neg_mean_absolute_error", 0.5), (rows.truth, rows.scores), 100)
    assert low <= evaluate.score("neg_mean_absolute_error", rows) <= high


def test_label_that_is_never_said_is_no_flood_of_warnings(recwarn: pytest.WarningsRecorder) -> None:
    """Precision is 0 there by definition, in each resample."""
    rows = evaluate.Rows(np.arange(40) % 2, np.full(40, 0.1), 0.5)
    assert evaluate.measured("precision", rows, 50)["value"] == 0
    assert not recwarn.list


@pytest.mark.parametrize("metric", ["acuracy", "neg_log_loss"], ids=["unknown", "of-what-is-no-number"])
def test_metric_that_cannot_be_computed_is_refused(metric: str) -> None:
    """The sentence names the metric and the file."""
    broken = evaluate.Rows(np.array([0, 1]), np.array([0.1, np.nan]), 0.5)
    with pytest.raises(contract.InputError, match=rf"{metric} cannot be computed .*gates.toml"):
        evaluate.score(metric, broken)


def problem(task: str) -> contract.Contract:
    """Return a contract of a target that is yes or no."""
    yes = "yes" if task == "classification" else None
    target = contract.Column("y", "category", "target", values=("no", "yes"))
    return contract.Contract(contract.Problem("", "", "", task, "y", yes), (target,))


def test_cost_of_a_row_is_that_of_its_label() -> None:
    """Two missed and one false alarm of eight, where a miss costs four; to call nobody costs four for each of three."""
    truth, scores = np.array([1, 1, 1, 0, 0, 0, 0, 0]), np.array([0.9, 0.1, 0.2, 0.8, 0.1, 0.1, 0.1, 0.1])
    found = cost.measure(evaluate.Rows(truth, scores, 0.5), problem("classification"), config.Costs(1.0, 4.0))
    assert found == {"value": 9 / 8, "always": 5 / 8, "label": "yes", "rows": 8}


def test_cost_of_several_classes_is_that_of_the_matrix() -> None:
    """To say the second class costs what the matrix says of each truth."""
    matrix = rule.cost_matrix(("a", "b", "c"), {"c": {"a": 10.0, "b": 5.0}})
    rows = evaluate.Rows(np.array([0, 1, 2, 2]), np.eye(3)[[0, 1, 2, 1]], matrix)
    found = cost.measure(rows, problem("multiclass"), config.Costs())
    assert found == {"value": 5 / 4, "always": 0.5, "label": "c", "rows": 4}


@pytest.mark.parametrize("threshold", [0.5, None], ids=["even", "numbers"])
def test_cost_that_says_nothing_is_not_asked(threshold: float | None) -> None:
    """Where every mistake costs the same, accuracy says it; a number is no label."""
    rows = evaluate.Rows(np.array([0, 1]), np.array([0.2, 0.8]), threshold)
    assert [*cost.measure(rows, problem("classification"), config.Costs())] == ["not asked"]
