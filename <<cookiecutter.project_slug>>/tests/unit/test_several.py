"""What is measured of several classes: labels by cost, metrics, calibration."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    f1_score,
    log_loss,
    roc_auc_score,
)

from << cookiecutter.package_name >> import evaluate, rule
from << cookiecutter.package_name >>.evaluate import calibration, metrics, several

pytestmark = pytest.mark.long

NAMES = ("a", "b", "c")
EVEN = rule.cost_matrix(NAMES, {})
DEAR = rule.cost_matrix(NAMES, {"c": {"a": 10.0}})


def drawn(rng: np.random.Generator, rows: int, apart: float = 1.5, shares: Any = (0.4, 0.35, 0.25)) -> evaluate.Rows:
    """Return rows of three classes in a plane, and their true probabilities."""
    centres = apart * np.array([[0, 0], [1, 0], [0, 1]])
    truth = rng.choice(3, rows, p=shares)
    place = rng.normal(size=(rows, 2)) + centres[truth]
    odds = np.exp(-((place[:, None] - centres) ** 2).sum(-1) / 2) * np.array(shares)
    return evaluate.Rows(truth, odds / odds.sum(axis=1, keepdims=True), EVEN)


SCORES = arrays(float, (7, 3), elements=some.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]) | some.floats(0.01, 1)).map(
    lambda weights: (weights + 1e-3) / (weights + 1e-3).sum(axis=1, keepdims=True)
)
COSTS = some.dictionaries(some.sampled_from(NAMES), some.dictionaries(some.sampled_from(NAMES), some.floats(0.1, 100)))


@given(SCORES, COSTS)
def test_label_costs_least_and_rounding_changes_none(scores: Any, costs: dict[str, dict[str, float]]) -> None:
    """No other label is cheaper by more than a tie; the rounding of float32 flips none that counts."""
    priced = rule.cost_matrix(NAMES, costs)
    expected, labels = priced.expected(scores), priced.labels(scores)
    assert (expected[np.arange(7), labels] <= expected.min(axis=1) + rule.TIE).all()
    assert rule.differing(scores.astype(np.float32).astype(float), scores, priced) == 0


def test_of_equals_the_first_is_the_label() -> None:
    """However the last digit fell."""
    for noise in (-1e-7, 0.0, 1e-7):
        assert EVEN.names(np.array([[0.5 + noise, 0.5 - noise, 0.0]])).tolist() == ["a"]


def test_other_label_that_costs_more_is_counted() -> None:
    """A pair of classes changed places."""
    scores = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])
    assert rule.differing(scores[::-1], scores, EVEN) == 2
    assert rule.differing(scores[:, [1, 0, 2]], scores, EVEN) == 1


def test_dear_mistake_is_avoided() -> None:
    """What is probably a is called c where to take c for a costs ten times as much."""
    scores = np.array([[0.6, 0.1, 0.3]])
    assert (EVEN.names(scores)[0], DEAR.names(scores)[0]) == ("a", "c")
    assert (EVEN.even, DEAR.even) == (True, False)
    assert rule.cost_matrix(NAMES, DEAR.named) == DEAR


SKLEARN: dict[str, Callable[..., float]] = {
    "roc_auc_ovr": lambda truth, scores, _: roc_auc_score(truth, scores, multi_class="ovr"),
    "neg_log_loss": lambda truth, scores, _: -log_loss(truth, scores),
    "neg_brier_score": lambda truth, scores, _: -brier_score_loss(truth, scores),
    "accuracy": lambda truth, _, labels: accuracy_score(truth, labels),
    "balanced_accuracy": lambda truth, _, labels: balanced_accuracy_score(truth, labels),
    "f1_macro": lambda truth, _, labels: f1_score(truth, labels, average="macro", zero_division=0),
}


@pytest.mark.parametrize("metric", several.FAST)
@given(some.integers(0, 10**6))
def test_metric_equals_scikit_learns(metric: str, seed: int) -> None:
    """Where every class is there; also with ties and with labels by cost."""
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(3), rng.integers(0, 3, 9)])
    scores = (rng.integers(1, 6, (12, 3)) if seed % 2 else rng.random((12, 3)) + 0.01).astype(float)
    scores /= scores.sum(axis=1, keepdims=True)
    priced = DEAR if seed % 3 else EVEN
    expected = SKLEARN[metric](truth, scores, priced.labels(scores))
    assert evaluate.score(metric, evaluate.Rows(truth, scores, priced)) == pytest.approx(expected, abs=1e-9)


def test_every_fast_metric_is_compared() -> None:
    """A metric of ours that nobody compares with scikit-learn's may be wrong."""
    assert SKLEARN.keys() == several.FAST.keys()


@pytest.mark.parametrize("metric", [*several.FAST, "matthews_corrcoef"])
def test_resample_equals_its_rows(metric: str) -> None:
    """Many resamples at once."""
    rows, rng = drawn(np.random.default_rng(0), 60), np.random.default_rng(1)
    counts = rng.multinomial(60, np.full(60, 1 / 60), 3).astype(float)
    places = [np.repeat(np.arange(60), some_.astype(int)) for some_ in counts]
    single = [evaluate.score(metric, evaluate.Rows(rows.truth[p], rows.scores[p], EVEN)) for p in places]
    assert metrics.statistic(metric, EVEN)(counts, rows.truth, rows.scores) == pytest.approx(single)


@pytest.mark.parametrize("metric", several.FAST)
def test_class_that_a_resample_lacks_counts_in_no_mean(metric: str) -> None:
    """Three rows of a class are often not drawn; the interval is finite all the same."""
    rng = np.random.default_rng(0)
    rows = drawn(rng, 80)
    rows.truth[rows.truth == 2] = 0
    rows.truth[:3] = 2
    found = evaluate.measured(metric, rows, 200)
    assert np.isfinite([found["low"], found["high"]]).all()
    assert found["low"] < found["value"] < found["high"]
    assert found["rarer"] == 3


@pytest.mark.parametrize(
    ("metric", "apart", "rows"),
    [("roc_auc_ovr", 1.5, 200), ("roc_auc_ovr", 3.0, 200), ("accuracy", 1.5, 200), ("balanced_accuracy", 1.5, 200)],
)
def test_interval_covers_the_truth(metric: str, apart: float, rows: int) -> None:
    """In 92 % of draws or more: the bound is that of a binomial at 99 %."""
    truth = evaluate.score(metric, drawn(np.random.default_rng(1), 100_000, apart))
    rng = np.random.default_rng(0)
    found = [evaluate.measured(metric, drawn(rng, rows, apart), 200) for _ in range(200)]
    assert sum(each["low"] <= truth <= each["high"] for each in found) >= 173


def test_gain_over_a_constant_is_as_sure_as_the_metric() -> None:
    """A constant ranks no class: what a model without a mistake gains is not surer than what it reaches."""
    rows = drawn(np.random.default_rng(0), 60, 9.0)
    nothing = evaluate.constant(rows, np.full(3, 1 / 3))
    gained, reached = evaluate.gain("roc_auc_ovr", rows, nothing, 200), evaluate.measured("roc_auc_ovr", rows, 200)
    assert reached["value"] == 1
    assert reached["low"] < 1
    assert gained["low"] == pytest.approx(reached["low"] - 0.5)


def test_calibration_sees_what_one_class_is_promised_too_much() -> None:
    """Honest probabilities are no error beyond chance; a class that is always said to be rarer than it is shows."""
    rows = drawn(np.random.default_rng(0), 3000)
    found = calibration.measure(rows, 100)
    assert found["error"] < 0.02
    assert found["p"] > 0.05
    bent = rows.scores * np.array([1.0, 1.0, 0.3])
    found = calibration.measure(evaluate.Rows(rows.truth, bent / bent.sum(axis=1, keepdims=True), EVEN), 100)
    assert found["error"] > 0.05 > found["visible"]
    assert found["p"] < 1e-6
    assert max(found["classes"], key=lambda name: found["classes"][name]["error"]) == "c"


def test_honest_probabilities_are_seldom_called_wrong() -> None:
    """At a level of 5 % in at most 5 % of draws, but for chance: the 99 % bound of a binomial in 200."""
    rng = np.random.default_rng(0)
    assert sum(calibration.measure(drawn(rng, 300), 100)["p"] < 0.05 for _ in range(200)) <= 20
