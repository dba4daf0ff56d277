"""What is measured of several classes: labels by cost, metrics, calibration, leaks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    f1_score,
    log_loss,
    roc_auc_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from << cookiecutter.package_name >> import contract, evaluate, rule
from << cookiecutter.package_name >>.evaluate import calibration, leakage, metrics, separation, several

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


def of_classes(count: int) -> contract.Contract:
    """Return the contract of three numbers, a category and so many classes."""
    columns = {f"x{i}": {"type": "number"} for i in range(3)} | {
        "kind": {"type": "category", "values": ["u", "v", "w"]}
    }
    target = {"type": "category", "role": "target", "values": [f"k{i}" for i in range(count)]}
    problem = dict.fromkeys(("question", "decision", "owner"), "") | {"task": "multiclass", "target": "y"}
    return contract.of({"problem": problem, "columns": {**columns, "y": target}})


def innocent(rng: np.random.Generator, rows: int = 600) -> tuple[pd.DataFrame, Any]:
    """Return rows that tell nothing, and their class as a number."""
    code = rng.integers(0, 4, rows)
    table = pd.DataFrame(rng.normal(size=(rows, 3)), columns=[f"x{i}" for i in range(3)])
    return table.assign(kind=rng.choice(["u", "v", "w"], rows), y=[f"k{i}" for i in code]), code


def copied(table: pd.DataFrame, code: Any, rng: np.random.Generator) -> pd.DataFrame:
    """One number is the class with some noise: those in the middle are told, too."""
    return table.assign(x1=code + rng.normal(0, 0.1, len(code)))


def summed(table: pd.DataFrame, code: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Two numbers add up to the class, and neither tells it."""
    part = rng.normal(0, 5, len(code))
    return table.assign(x0=code / 2 + part, x2=code / 2 - part)


@pytest.mark.parametrize(
    ("leak", "columns"), [(copied, ["x1"]), (summed, ["x0", "x2"])], ids=["one-column", "two-columns"]
)
def test_leak_of_a_class_is_found(leak: Callable[..., pd.DataFrame], columns: list[str]) -> None:
    """Each class against all others, and what all other columns reach is asked."""
    rng = np.random.default_rng(0)
    table, code = innocent(rng)
    before = leakage.alone(of_classes(4), table, 0.98)["strongest"]
    assert all(each["score"] < 0.65 for each in before)
    best = leakage.alone(of_classes(4), leak(table, code, rng), 0.98)["strongest"][0]
    assert (sorted(best["columns"]), best["score"] > 0.98, best["rest"] < 0.7) == (columns, True, True)


def test_few_rows_tell_no_pair_from_its_better_column() -> None:
    """A pair that makes no mistake where its column makes few is chance in 45 rows; one of two strangers is none."""
    rng = np.random.default_rng(0)
    code = np.repeat(np.arange(3), 15)
    columns = {"kind": rng.choice(["u", "v", "w"], 45), "y": [f"k{i}" for i in code]}
    easy = pd.DataFrame({f"x{i}": code + rng.normal(0, 0.3, 45) for i in range(3)} | columns)
    assert all(len(each["columns"]) == 1 for each in leakage.alone(of_classes(3), easy, 0.999)["strongest"])
    best = leakage.alone(of_classes(3), summed(easy, code, rng), 0.999)["strongest"][0]
    assert sorted(best["columns"]) == ["x0", "x2"]


def test_category_that_tells_the_class_is_found() -> None:
    """By its shares of the classes in the other folds."""
    rng = np.random.default_rng(0)
    table, code = innocent(rng)
    told = table.assign(kind=np.array(["u", "v", "w", "w"])[code])
    best = leakage.alone(of_classes(4), told, 0.98)["strongest"][0]
    assert best["columns"] == ["kind"]
    assert 0.85 < best["score"] < 0.98


def test_two_classes_are_separated_as_far_as_they_correlate() -> None:
    """The closed form is that of the squared multiple correlation."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 200)
    table = rng.normal(size=(200, 2)) + truth[:, None] * np.array([1.0, 0.5])
    design = np.column_stack([table, np.ones(200)])
    left = truth - design @ np.linalg.lstsq(design, truth, rcond=None)[0]
    assert separation.separated(table, truth)[0, 1] == pytest.approx(1 - (left @ left) / (truth.var() * 200))


@given(some.integers(0, 10**6), some.integers(3, 12), some.integers(1, 2))
def test_line_is_the_linear_discriminant_of_scikit_learn(seed: int, classes: int, columns: int) -> None:
    """In closed form, and alike where a column tells everything, or a class has one row."""
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(classes), rng.integers(0, classes, 60)])
    table = rng.normal(size=(len(truth), columns)) * rng.choice([1e-3, 1.0, 1e6], columns) + truth[:, None] % 4
    own = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=separation.LEAST)
    theirs = make_pipeline(StandardScaler(), own).fit(table, truth)
    found = separation.Line().fit(table, truth)
    assert found.predict_proba(table) == pytest.approx(theirs.predict_proba(table), abs=1e-6)


def test_line_is_sure_of_a_column_that_is_constant_in_each_class() -> None:
    """Nothing varies inside the classes, and nothing is divided by it."""
    truth = np.arange(60) % 5
    table = np.column_stack([2.0 * truth, np.ones(60)])
    for columns in (table[:, :1], table):
        said = separation.Line().fit(columns, truth).predict_proba(columns)
        assert (said.argmax(axis=1) == truth).all()
        assert said.max(axis=1) == pytest.approx(1)
