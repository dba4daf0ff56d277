"""Each part of the world on its own, and what probabilities mean."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import config, contract, data, evaluate, gates
from << cookiecutter.package_name >>.config.promised import CalibrationGate, SlicesGate
from << cookiecutter.package_name >>.evaluate import calibration, slices

pytestmark = pytest.mark.long


def rows(n: int, seed: int = 0) -> evaluate.Rows:
    """Return rows whose probabilities are right."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(1.2, 2.8, n)
    return evaluate.Rows((rng.random(n) < chance).astype(int), chance, 0.5)


@pytest.fixture
def table(agreed: contract.Contract, raw: pd.DataFrame) -> pd.DataFrame:
    """Return the small table, typed."""
    return data.typed(raw, agreed)[0]


def with_slices(agreed: contract.Contract, *names: str) -> contract.Contract:
    """Return the contract with other columns to be looked at."""
    columns = tuple(dataclasses.replace(column, slice=column.name in names) for column in agreed.columns)
    return dataclasses.replace(agreed, columns=columns)


def test_every_value_is_a_slice(agreed: contract.Contract, table: pd.DataFrame) -> None:
    """Values of categories and booleans, quarters of numbers, and what is missing."""
    asked = with_slices(agreed, "colour", "express", "weight")
    found = slices.measure(asked, table, table, rows(len(table)), "roc_auc")["slices"]
    listed = [(each["column"], each["value"]) for each in found]
    assert [value for column, value in listed if column == "colour"] == ["red", "green", "blue"]
    assert [value for column, value in listed if column == "express"] == ["false", "true"]
    quarters = [value for column, value in listed if column == "weight"]
    assert len(quarters) == 5
    assert (quarters[0][:5], quarters[3][-7:], quarters[4]) == ("below", "or more", "missing")
    for column in ("colour", "express", "weight"):
        assert sum(each["rows"] for each in found if each["column"] == column) == len(table)


def test_what_training_never_met_is_a_slice(agreed: contract.Contract, table: pd.DataFrame) -> None:
    """Where a category is open, rows of values that training lacked are judged together, if there are enough."""
    asked = with_slices(agreed, "colour")
    free = tuple(dataclasses.replace(each, values=()) if each.name == "colour" else each for each in asked.columns)
    train = table[table["colour"] != "green"]
    asked = dataclasses.replace(asked, columns=free)
    found = slices.measure(asked, train, table, rows(len(table)), "roc_auc")["slices"]
    assert [each["value"] for each in found] == ["blue", "red", "unseen in training"]
    assert sum(each["rows"] for each in found) == len(table)


def test_slice_equals_its_rows(agreed: contract.Contract, table: pd.DataFrame) -> None:
    """The score of a slice is that of scikit-learn on its rows, the gap is to all others, and both have an error."""
    said = rows(len(table))
    measured = slices.measure(with_slices(agreed, "colour"), table, table, said, "roc_auc")
    assert measured["overall"] == evaluate.score("roc_auc", said)
    found = measured["slices"][1]
    inside = (table["colour"] == "green").to_numpy()
    assert found["score"] == pytest.approx(evaluate.score("roc_auc", slices.part(said, inside)))
    assert found["gap"] == pytest.approx(evaluate.score("roc_auc", slices.part(said, ~inside)) - found["score"])
    assert found["low"] < found["score"] < found["high"]
    assert found["visible"] > 2 * found["gap_error"]


@pytest.mark.parametrize(
    ("count", "classes", "note"),
    [
        pytest.param(20, 2, "has 20 test rows", id="few"),
        pytest.param(60, 1, "have one class", id="one-class"),
        pytest.param(60, 1.1, "has 6 rows of its rarest class or label, and 15 are the least", id="rare-class"),
    ],
)
def test_slice_that_cannot_be_measured_says_why(
    agreed: contract.Contract, table: pd.DataFrame, count: int, classes: float, note: str
) -> None:
    """It is listed all the same, and leaves the gate open instead of passing by its silence."""
    said = rows(len(table))
    colour = pd.Series("red", table.index).mask(table.index < count, "green")
    truth = np.where((table.index < count) & (classes < 2), 1, said.truth)
    truth[: round(count * (classes - 1)) if classes < 2 else 0] = 0
    measured = slices.measure(
        with_slices(agreed, "colour"),
        table,
        table.assign(colour=colour),
        dataclasses.replace(said, truth=truth),
        "roc_auc",
    )
    green = next(each for each in measured["slices"] if each["value"] == "green")
    assert green["score"] is None
    assert note in green["note"]
    judge = gates.judge({"slices": measured}, config.Gates(slices=SlicesGate(floor=0.5, gap=0.1)))
    assert next(each for each in judge if each.gate == "slices").verdict == gates.INCONCLUSIVE


def test_slice_of_few_keys_or_alarms_is_not_measured(agreed: contract.Contract, table: pd.DataFrame) -> None:
    """However many rows they have: four true alarms are no precision, and three keys no group."""
    asked = with_slices(agreed, "express")
    every = rows(len(table))
    few = dataclasses.replace(every, scores=np.where(np.arange(len(table)) < 6, 0.9, 0.1))
    keyed = dataclasses.replace(every, groups=np.arange(len(table)) % 3)
    for given, metric, note in ((few, "precision", "rarest class or label"), (keyed, "roc_auc", "has 3 test keys")):
        found = slices.measure(asked, table, table, given, metric)["slices"]
        assert all(each["score"] is None and note in each["note"] for each in found)


def test_no_slices_are_not_asked(agreed: contract.Contract, table: pd.DataFrame) -> None:
    """Without a column to look at there is nothing to promise, and that is said."""
    assert "not asked" in slices.measure(with_slices(agreed), table, table, rows(len(table)), "roc_auc")


@pytest.mark.parametrize("metric", ["roc_auc", "neg_brier_score"])
def test_worse_slice_is_found_and_equal_ones_are_not(metric: str, agreed: contract.Contract) -> None:
    """A slice whose scores are drawn anew stands out; without it the same slices pass."""
    rng, said = np.random.default_rng(1), rows(2000)
    table = pd.DataFrame({"colour": rng.choice(["red", "green", "blue"], 2000)})
    worse = np.where(table["colour"] == "green", rng.permutation(said.scores), said.scores)
    verdicts = []
    for scores in (said.scores, worse):
        found = slices.measure(
            with_slices(agreed, "colour"), table, table, dataclasses.replace(said, scores=scores), metric
        )
        promise = config.Gates(slices=SlicesGate(floor=-1.0, gap=0.02))
        verdicts.append(next(each for each in gates.judge({"slices": found}, promise) if each.gate == "slices"))
    assert [each.verdict for each in verdicts] == [gates.PASS, gates.FAIL]
    assert "colour = green" in verdicts[1].measured


@pytest.mark.parametrize(("size", "said"), [(60, gates.INCONCLUSIVE), (2000, gates.PASS)])
def test_slice_without_a_mistake_is_not_sure_of_itself(agreed: contract.Contract, size: int, said: str) -> None:
    """Sixty rows do not show that a high floor is kept; two thousand do."""
    table = pd.DataFrame({"colour": ["red"] * size + ["green", "blue"] * 2000})
    truth = np.random.default_rng(0).integers(0, 2, len(table))
    found = slices.measure(
        with_slices(agreed, "colour"), table, table, evaluate.Rows(truth, truth.astype(float), 0.5), "accuracy"
    )
    judged = gates.judge({"slices": found}, config.Gates(slices=SlicesGate(floor=0.97, gap=0.05)))
    assert next(each.verdict for each in judged if each.gate == "slices") == said


@pytest.mark.parametrize(("base", "size"), [(0.03, 60), (0.05, 60), (0.09, 300)], ids=["one-or-two", "three", "many"])
def test_rare_classes_make_no_alarm(agreed: contract.Contract, base: float, size: int) -> None:
    """Equal slices of which one knows few positives: a ROC AUC of one or two of them would fail in two of five."""
    rng, alarms, draws = np.random.default_rng(0), 0, 40
    table = pd.DataFrame({"colour": np.repeat(["red", "green"], [size, 800])})
    for _ in range(draws):
        truth = (rng.random(len(table)) < base).astype(int)
        odds = 1.5 * truth + rng.normal(size=len(table))
        said = evaluate.Rows(truth, 1 / (1 + np.exp(-odds)), 0.5)
        found = slices.measure(with_slices(agreed, "colour"), table, table, said, "roc_auc")
        judged = gates.judge({"slices": found}, config.Gates(slices=SlicesGate(floor=0.6, gap=0.05)))
        alarms += next(each.verdict for each in judged if each.gate == "slices") == gates.FAIL
    # The 99 % bound of a binomial of 5 %.
    assert alarms <= 6


def verdict(found: dict[str, Any], limit: float = 0.05) -> str:
    """Return what the gate says of a calibration."""
    judged = gates.judge({"calibration": found}, config.Gates(calibration=CalibrationGate(limit)))
    return next(each.verdict for each in judged if each.gate == "calibration")


def test_perfect_probabilities_pass() -> None:
    """A model that is right fails in few of 200 draws, and a plain calibration error would condemn it."""
    found = [calibration.measure(rows(2000, seed), 100) for seed in range(200)]
    failed = sum(verdict(each) != gates.PASS for each in found)
    # The 99 % bound of a binomial of 5 %.
    assert failed <= 18
    assert np.mean([each["error"] for each in found]) < 0.015


@pytest.mark.parametrize("bend", [np.square, np.sqrt], ids=["squared", "rooted"])
def test_bent_probabilities_fail(bend: Any) -> None:
    """The order of the scores is kept, their meaning is lost, and the curve shows it."""
    said = rows(1000)
    found = calibration.measure(dataclasses.replace(said, scores=bend(said.scores)), 100)
    assert verdict(found) == gates.FAIL
    assert found["error"] > 0.05
    off = sum(not point["low"] <= point["predicted"] <= point["high"] for point in found["curve"])
    assert off > len(found["curve"]) / 2


def test_few_rows_cannot_tell_probabilities() -> None:
    """Of 100 rows chance makes a larger error than is promised: that is no pass."""
    assert verdict(calibration.measure(rows(100), 100)) == gates.INCONCLUSIVE


def test_certain_probabilities_that_are_wrong_fail() -> None:
    """One wrong answer told with certainty is impossible under these probabilities."""
    truth = np.tile([0, 1], 200)
    found = calibration.measure(
        evaluate.Rows(truth, np.where(np.arange(400) < 40, 1 - truth, truth).astype(float), 0.5), 9
    )
    assert found["p"] < 0.001
    assert verdict(found) == gates.FAIL


def test_biased_numbers_fail() -> None:
    """Half a spread too much is found; noise around the truth is not."""
    rng = np.random.default_rng(0)
    truth = rng.normal(10, 2, 500)
    for off, expected in ((0.0, gates.PASS), (1.0, gates.FAIL)):
        found = calibration.measure(evaluate.Rows(truth, truth + off + rng.normal(0, 0.5, 500), None), 200)
        assert verdict(found, 0.2) == expected


def test_rows_that_are_there_are_not_asked_for() -> None:
    """Where so many would see such an error, and it still may be chance, no smaller number is named."""
    found = {"error": 0.06, "p": 0.2, "visible": 0.04, "rows": 500}
    judged = gates.judge({"calibration": found}, config.Gates(calibration=CalibrationGate(0.05)))
    said = next(each.measured for each in judged if each.gate == "calibration")
    assert said.endswith("; about 720 rows would decide")


def repeated(seed: int, groups: int = 250, each: int = 4) -> evaluate.Rows:
    """Return rows whose probabilities are right, of which four of a key share their truth and half their noise."""
    rng = np.random.default_rng(seed)
    truth = np.repeat((rng.random(groups) < 0.3).astype(int), each)
    noise = np.sqrt(0.5) * (np.repeat(rng.normal(size=groups), each) + rng.normal(size=groups * each))
    odds = np.log(3 / 7) + truth + noise - 0.5
    return evaluate.Rows(truth, 1 / (1 + np.exp(-odds)), 0.5, np.repeat(np.arange(groups), each))


def test_rows_of_one_key_are_no_evidence_of_their_own() -> None:
    """Right probabilities are condemned in 5 % of the draws, not in a quarter as if the rows were independent."""
    draws = [repeated(seed) for seed in range(100)]
    condemned = sum(calibration.measure(each, 9)["p"] < 0.05 for each in draws)
    alone = sum(calibration.measure(dataclasses.replace(each, groups=None), 9)["p"] < 0.05 for each in draws)
    # The 99 % bound of a binomial of 5 %.
    assert condemned <= 11 < alone
    bent = [dataclasses.replace(each, scores=np.sqrt(each.scores)) for each in draws[:10]]
    assert all(verdict(calibration.measure(each, 9)) == gates.FAIL for each in bent)
