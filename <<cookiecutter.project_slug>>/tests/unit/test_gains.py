"""A gain is as sure as what it is made of: two models that agree may differ more, and a constant may too."""

import numpy as np
import pytest

from << cookiecutter.package_name >> import evaluate
from << cookiecutter.package_name >>.rule import CostMatrix

pytestmark = pytest.mark.long


@pytest.mark.parametrize("metric", ["accuracy", "f1", "precision"])
def test_two_models_that_say_the_same_of_few_rows_may_differ(metric: str) -> None:
    """It may be luck where their scores differ: the gain is as sure as if one label did; of one model it is certain."""
    for few in (20, 200):
        truth = np.arange(2 * few) % 2
        ours, theirs = (evaluate.Rows(truth, np.where(truth, high, 0.1), 0.5) for high in (0.8, 0.9))
        found, same = evaluate.gain(metric, ours, theirs, 300), evaluate.gain(metric, ours, ours, 300)
        # Of a rate of one in n three in n are drawn in one resample of forty.
        assert found["low"] == pytest.approx(-3 / (2 * few if metric == "accuracy" else few), rel=0.6)
        assert (found["value"], found["high"], same["low"]) == (0, -found["low"], 0)


def test_two_models_that_say_the_same_of_few_keys_may_differ_more() -> None:
    """Rows of one key err together: sixty keys of thirty rows say less than 1,800 keys."""
    truth, keys = np.repeat(np.arange(60) % 2, 30), np.repeat(np.arange(60), 30)
    for groups, many in ((None, 1800), (keys, 60)):
        ours, theirs = (evaluate.Rows(truth, np.where(truth, high, 0.1), 0.5, groups) for high in (0.8, 0.9))
        assert evaluate.gain("accuracy", ours, theirs, 500)["low"] == pytest.approx(-3 / many, rel=0.6)


def test_which_key_comes_first_tells_nothing() -> None:
    """Of 300 small keys and a large one the small ones are what a difference would be like."""
    keys = np.repeat(np.arange(301), [2000, *[10] * 300])
    truth = keys % 2
    for order in (slice(None), slice(None, None, -1)):
        known, key = truth[order], keys[order]
        ours, theirs = (evaluate.Rows(known, np.where(known, high, 0.1), 0.5, key) for high in (0.8, 0.9))
        assert -0.02 < evaluate.gain("accuracy", ours, theirs, 500)["low"] < 0


def test_two_models_that_are_wrong_in_the_same_rows_may_differ_more() -> None:
    """With other wrong labels too, which no accuracy tells apart."""
    truth, rule = np.arange(60) % 3, CostMatrix(("a", "b", "c"), ((0, 1, 1), (1, 0, 1), (1, 1, 0)))
    first, second = np.eye(3)[truth], np.eye(3)[truth]
    first[0], second[0] = np.eye(3)[1], np.eye(3)[2]
    ours, theirs = (evaluate.Rows(truth, scores, rule) for scores in (first, second))
    found = evaluate.gain("accuracy", ours, theirs, 500)
    assert found["value"] == 0
    assert found["low"] == pytest.approx(-3 / 60, rel=0.6)


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "f1", "matthews_corrcoef", "neg_brier_score"])
def test_perfect_model_gains_what_it_gains(metric: str) -> None:
    """Whatever resamples of it and of the constant do, the interval holds the gain, and is no point."""
    truth = (np.arange(400) < 120).astype(int)
    perfect = evaluate.Rows(truth, truth.astype(float), 0.5)
    found = evaluate.gain(metric, perfect, evaluate.always(metric, truth, perfect), 200)
    assert 0.2 * found["value"] < found["low"] < found["value"] <= found["high"]


def test_few_true_alarms_gain_no_more_for_sure_than_they_reach() -> None:
    """Five alarms that are all true: between resamples the constant varies, and the model does not."""
    truth = (np.arange(200) < 15).astype(int)
    rows = evaluate.Rows(truth, (np.arange(200) < 5).astype(float), 0.5)
    constant = evaluate.Rows(truth, np.ones(200), 0.5)
    metric, gained = evaluate.measured("precision", rows, 200), evaluate.gain("precision", rows, constant, 200)
    assert gained["low"] == pytest.approx(metric["low"] - 15 / 200)
    assert metric["rarer"] == gained["rarer"] == 5
    # The rarer of both, and not those that are said to be of the other class.
    many = evaluate.Rows(truth, np.where(np.arange(200) < 190, 0.9, 0.1), 0.5)
    assert evaluate.measured("precision", many, 50)["rarer"] == 15
    assert evaluate.gain("precision", many, rows, 50)["rarer"] == 5
