"""Intervals of metrics and of gains cover the truth, and are no wider than they must be."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binomtest

from << cookiecutter.package_name >> import evaluate
from << cookiecutter.package_name >>.evaluate import metrics, placement
from << cookiecutter.package_name >>.rule import CostMatrix

pytestmark = pytest.mark.long

Draw = Callable[[np.random.Generator], evaluate.Rows]


def covered(metric: str, truth: float, draw: Draw) -> int:
    """Return how many intervals of 200 draws hold the truth."""
    rng = np.random.default_rng(0)
    found = [evaluate.measured(metric, draw(rng), 200) for _ in range(200)]
    return sum(each["low"] <= truth <= each["high"] for each in found)


# The 99 % bounds of a binomial of 92 and of 98 %, the least and the most that is promised, in 200 and in 1,000 draws.
LEAST = 173
LEAST_OF_1000, MOST_OF_1000 = 900, 989


def counted(rng: np.random.Generator) -> evaluate.Rows:
    """Return standard normal predictions, and noise that grows with them: exp(said / 2 - 1/4), whose square is 1."""
    said = rng.normal(size=200)
    return evaluate.Rows(said + rng.normal(size=200) * np.exp(said / 2 - 1 / 4), said, None)


def classes(rng: np.random.Generator, distance: float) -> evaluate.Rows:
    """Return two classes whose normal scores lie so far apart."""
    truth = (rng.random(200) < 0.3).astype(int)
    return evaluate.Rows(truth, rng.normal(truth * distance, 1), distance / 2)


@pytest.mark.parametrize("metric", metrics.FAST["regression"])
def test_interval_of_an_error_covers_the_truth(metric: str) -> None:
    """Also where the error grows with the prediction, as with counts, and a few rows make most of it."""
    mean = np.sqrt(2 / np.pi) * np.exp(-1 / 8)
    truth = {"r2": 0.5, "neg_mean_absolute_error": -mean, "neg_root_mean_squared_error": -1.0}[metric]
    assert covered(metric, truth, counted) >= LEAST


# The mean absolute error of the mean is sqrt(2 / pi) times that of sqrt(1 + exp(said - 1 / 2)), integrated numerically.
@pytest.mark.parametrize(
    ("metric", "gained"),
    [("r2", 0.5), ("neg_mean_absolute_error", 0.3899), ("neg_root_mean_squared_error", np.sqrt(2) - 1)],
)
def test_interval_of_a_gain_covers_the_truth(metric: str, gained: float) -> None:
    """Under the same noise, over somebody who always says the mean; percentiles of the gain in R2 cover 89 %."""
    rng, held = np.random.default_rng(0), 0
    draws, least = (1000, LEAST_OF_1000) if metric == "r2" else (200, LEAST)
    for _ in range(draws):
        rows = counted(rng)
        nothing = evaluate.Rows(rows.truth, np.zeros(200), None)
        found = evaluate.gain(metric, rows, nothing, 200)
        held += found["low"] <= gained <= found["high"]
    assert held >= least


def test_equal_predictions_gain_nothing_for_sure() -> None:
    """No resample tells them apart, and neither does the interval."""
    rows = counted(np.random.default_rng(0))
    found = evaluate.gain("r2", rows, rows, 200)
    assert (found["low"], found["value"], found["high"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("metric", "distance", "truth"),
    [
        ("roc_auc", 1.045, 0.77),
        ("roc_auc", 3.643, 0.995),
        ("accuracy", 4.0, 0.9772),
        ("balanced_accuracy", 4.0, 0.9772),
    ],
)
def test_interval_of_a_share_covers_the_truth(metric: str, distance: float, truth: float) -> None:
    """Also near 1, where percentiles are too narrow: they cover 83 % of a ROC AUC of 0.995."""
    assert covered(metric, truth, lambda rng: classes(rng, distance)) >= LEAST


def test_interval_of_a_roc_auc_is_not_too_careful() -> None:
    """Near 1 one that always holds the truth, as Wilson's does, would be no measurement."""
    rng = np.random.default_rng(0)
    found = [placement.interval(classes(rng, 3.643)) for _ in range(1000)]
    assert LEAST_OF_1000 <= sum(low <= 0.995 <= high for low, high in found) <= MOST_OF_1000


def test_interval_of_a_roc_auc_is_as_wide_as_resamples_say() -> None:
    """Far from 1 its width is that of the bootstrap, of rows and of whole groups."""
    rng = np.random.default_rng(0)
    truth = np.repeat(rng.random(400) < 0.3, 5).astype(int)
    scores = truth + np.repeat(rng.normal(size=400), 5) + rng.normal(size=2000)
    measure = metrics.statistic("roc_auc", 0.5)
    for groups in (None, np.repeat(np.arange(400), 5)):
        found = evaluate.measured("roc_auc", evaluate.Rows(truth, scores, 0.5, groups), 1)
        assert found.get("groups") == (None if groups is None else 400)
        low, high = evaluate.interval(measure, (truth, scores), 1000, groups)
        assert found["high"] - found["low"] == pytest.approx(high - low, rel=0.1)


def test_gain_over_a_constant_is_as_sure_as_the_metric() -> None:
    """A constant ranks nothing, whatever the rows: near 1 too the gain is the metric less one half."""
    rows = classes(np.random.default_rng(0), 3.643)
    nothing = evaluate.Rows(rows.truth, np.full(200, 0.3), rows.rule)
    metric, gained = evaluate.measured("roc_auc", rows, 200), evaluate.gain("roc_auc", rows, nothing, 200)
    assert [gained[end] + 0.5 for end in ("low", "value", "high")] == [metric[end] for end in ("low", "value", "high")]


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision", "accuracy", "f1"])
def test_model_without_a_mistake_is_not_sure_of_itself(metric: str) -> None:
    """Forty rows without a mistake do not show that there is none; four of one key show less."""
    truth = np.tile([0, 1], 20)
    found = evaluate.measured(metric, evaluate.Rows(truth, truth.astype(float), 0.5), 200)
    assert (found["value"], found["high"]) == (1, pytest.approx(1))
    assert 0.8 < found["low"] < 0.9
    same = np.repeat(np.arange(10), 4)
    repeated = evaluate.measured(metric, evaluate.Rows(same % 2, (same % 2).astype(float), 0.5, same), 200)
    assert repeated["low"] < found["low"] - 0.2


@pytest.mark.parametrize(("metric", "few"), [("precision", 5), ("recall", 15), ("jaccard", 5)])
def test_few_labels_without_a_mistake_are_not_sure(metric: str, few: int) -> None:
    """Five alarms that are all true show little, however many rows there are."""
    positives = 15 if metric == "recall" else few
    truth = (np.arange(200) < positives).astype(int)
    scores = (np.arange(200) < few).astype(float)
    found = evaluate.measured(metric, evaluate.Rows(truth, scores, 0.5), 200)
    assert found["value"] == 1
    assert found["low"] == pytest.approx(binomtest(few, few).proportion_ci(method="wilson").low)


def test_rare_class_moves_no_weighted_precision() -> None:
    """What is seldom said decides for the mean over classes, and for one over rows where the class is not rare."""
    rule = CostMatrix(("a", "b", "c"), ((0, 1, 1), (1, 0, 1), (1, 1, 0)))
    for many, expected in (((500, 480, 20), 20), ((300, 400, 300), 6)):
        truth = np.repeat(np.arange(3), many)
        said = np.where(np.arange(1000) < 994, np.minimum(truth, 1), 2)
        rows = evaluate.Rows(truth, np.eye(3)[said], rule)
        assert evaluate.measured("precision_weighted", rows, 50)["rarer"] == expected
        assert evaluate.measured("precision_macro", rows, 50)["rarer"] == 6


def test_many_rare_classes_together_move_a_weighted_precision() -> None:
    """None of thirty classes is five in a hundred, and most of them are said once."""
    classes = tuple(map(str, range(30)))
    rule = CostMatrix(classes, tuple(tuple(float(i != j) for j in range(30)) for i in range(30)))
    truth = np.repeat(np.arange(30), 40)
    said = np.where((truth < 10) | (np.arange(1200) % 40 == 0), truth, 0)
    assert evaluate.measured("precision_weighted", evaluate.Rows(truth, np.eye(30)[said], rule), 20)["rarer"] == 1


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
def test_two_models_that_rank_alike_are_alike(metric: str) -> None:
    """Whatever the rows: another scale of the same ranks is no other model."""
    rows = classes(np.random.default_rng(0), 1.0)
    scaled = evaluate.Rows(rows.truth, rows.scores * 2 + 1, rows.rule)
    found = evaluate.gain(metric, rows, scaled, 200)
    assert (found["low"], found["value"], found["high"]) == (0, 0, 0)


def test_error_of_none_of_few_rows_is_not_sure() -> None:
    """Also where the best is 0 from below: thirty rows without an error do not show that there is none."""
    truth = np.arange(30) % 2
    found = evaluate.measured("neg_brier_score", evaluate.Rows(truth, truth.astype(float), 0.5), 200)
    assert (found["value"], found["high"]) == (0, 0)
    assert found["low"] == pytest.approx(-binomtest(0, 15).proportion_ci(method="wilson").high)


@pytest.mark.parametrize("keys", [1, 2])
def test_one_or_two_keys_are_measured(keys: int) -> None:
    """That they are too few is for the gates to say."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        rows = evaluate.Rows(rng.integers(0, 2, 40), rng.random(40), 0.5, np.arange(40) % keys)
        found = evaluate.measured("roc_auc", rows, 200)
        assert 0 <= found["low"] <= found["value"] + 1e-9
        assert found["value"] - 1e-9 <= found["high"] <= 1


def test_interval_is_seeded_and_holds_the_value() -> None:
    """The same rows give the same interval."""
    rng = np.random.default_rng(0)
    rows = evaluate.Rows(rng.integers(0, 2, 200), rng.random(200), 0.5)
    measure = metrics.statistic("roc_auc", 0.5)
    first, second = (evaluate.interval(measure, (rows.truth, rows.scores), 200) for _ in range(2))
    assert first == second
    assert first[0] < evaluate.score("roc_auc", rows) < first[1]


def test_repeated_keys_widen_the_interval() -> None:
    """Twenty rows of one customer say little more than one."""
    rng = np.random.default_rng(0)
    truth, scores = np.repeat(rng.integers(0, 2, 50), 20), np.repeat(rng.random(50), 20)
    measure = metrics.statistic("roc_auc", 0.5)
    low, high = evaluate.interval(measure, (truth, scores), 200)
    lowest, highest = evaluate.interval(measure, (truth, scores), 200, np.repeat(np.arange(50), 20))
    assert highest - lowest > 3 * (high - low)
