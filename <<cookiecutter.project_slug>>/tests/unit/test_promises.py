"""Promises after the release: an alarm calls somebody, so it takes more than a draw below the floor."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import cli, config, evaluate, gates, monitor
from << cookiecutter.package_name >>.config.promised import BaselineGate, CalibrationGate, QualityGate
from << cookiecutter.package_name >>.evaluate import calibration

pytestmark = pytest.mark.long

GATES = config.Gates(
    quality=QualityGate("roc_auc", 0.70), baseline=BaselineGate(0.1), calibration=CalibrationGate(0.05)
)


def failed(seed: int, labels: int, apart: float) -> bool:
    """Tell whether a promise is called broken by so many labels; 1.035 apart two classes have a ROC AUC of 0.768."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(labels) < 0.3).astype(int)
    odds = np.log(3 / 7) + apart * (apart * truth + rng.normal(size=labels) - apart / 2)
    rows = evaluate.Rows(truth, 1 / (1 + np.exp(-odds)), 0.5)
    found = {
        "quality": {"metric": "roc_auc", **evaluate.measured("roc_auc", rows, 100)},
        "baseline": {"metric": "roc_auc", **evaluate.gain("roc_auc", rows, evaluate.constant(rows, 0.3), 100)},
        "calibration": calibration.measure(rows, 100),
    }
    return any(verdict.verdict == gates.FAIL for verdict in monitor.kept(found, GATES))


@pytest.mark.parametrize("labels", [30, 100])
def test_honest_model_raises_no_alarm(labels: int) -> None:
    """A point below the floor, in every fourth draw of 30 labels, proves nothing; 99 % bound of a binomial of 2 %."""
    assert sum(failed(seed, labels, 1.035) for seed in range(100)) <= 6


def test_model_that_lost_what_it_knew_is_found() -> None:
    """Labels that no score tells apart break the promise surely."""
    assert sum(failed(seed, 300, 0.0) for seed in range(20)) >= 19


@pytest.mark.parametrize(("low", "broken"), [(0.05, False), (0.25, True)])
def test_bias_is_broken_by_its_whole_interval(low: float, broken: bool) -> None:  # noqa: FBT001
    """Of numbers too: an interval that still holds the limit is no proof."""
    found: dict[str, Any] = {
        "quality": {"metric": "r2", "value": 0.5, "low": 0.4, "high": 0.6, "rows": 100},
        "calibration": {"bias": low + 0.2, "low": low, "high": low + 0.4, "rows": 100},
    }
    promised = config.Gates(quality=QualityGate("r2", 0.3), calibration=CalibrationGate(0.2))
    verdicts = {verdict.gate: verdict.verdict for verdict in monitor.kept(found, promised)}
    assert verdicts["calibration"] == (gates.FAIL if broken else gates.INCONCLUSIVE)


def test_promise_of_a_rare_class_is_broken_by_its_whole_interval() -> None:
    """A dozen rare labels among many are enough where the model ranks them last, those of three keys or two are not.

    Nor are a dozen for a metric whose interval is made of resamples, which one mistake of few makes no wider.
    """
    broken = {"value": 0.1, "low": 0.05, "high": 0.2, "rows": 20_000, "rarer": 12}
    for metric, few, expected in (
        ("roc_auc", {}, gates.FAIL),
        ("roc_auc", {"groups": 3}, gates.INCONCLUSIVE),
        ("roc_auc", {"rarer": 2}, gates.INCONCLUSIVE),
        ("balanced_accuracy", {}, gates.INCONCLUSIVE),
    ):
        found = {"quality": {"metric": metric} | broken | few}
        promised = config.Gates(quality=QualityGate(metric, 0.7))
        (verdict,) = (each for each in monitor.kept(found, promised) if each.gate == "quality")
        assert verdict.verdict == expected


def test_calibration_is_surely_off_whatever_the_metric() -> None:
    """Of a dozen rare labels among many the p is as sure; and what is left open says why once."""
    quality = {"metric": "average_precision", "value": 0.1, "low": 0.05, "high": 0.2, "rows": 20_000, "rarer": 12}
    spoiled = {"error": 0.3, "p": 0.0, "visible": 0.01, "rows": 20_000, "rarer": 12}
    promised = config.Gates(quality=QualityGate("average_precision", 0.7), calibration=CalibrationGate(0.05))
    judged = {each.gate: each for each in monitor.kept({"quality": quality, "calibration": spoiled}, promised)}
    assert judged["calibration"].verdict == gates.FAIL
    assert (judged["quality"].verdict, judged["quality"].measured.count("12 rows")) == (gates.INCONCLUSIVE, 1)
    few = monitor.kept({"quality": quality, "calibration": spoiled | {"rows": 60}}, promised)
    assert {each.gate: each.verdict for each in few}["calibration"] == gates.INCONCLUSIVE


def test_alarm_does_not_say_that_its_rows_are_too_few() -> None:
    """It was made because they are enough for it."""
    broken = {"metric": "roc_auc", "value": 0.1, "low": 0.05, "high": 0.2, "rows": 20_000, "rarer": 12}
    (verdict,) = (
        each
        for each in monitor.kept({"quality": broken}, config.Gates(quality=QualityGate("roc_auc", 0.7)))
        if each.gate == "quality"
    )
    assert (verdict.verdict, "too few" in verdict.measured) == (gates.FAIL, False)


@pytest.mark.usefixtures("judged")
def test_bad_label_hides_no_drift(capsys: pytest.CaptureFixture[str]) -> None:
    """What was found without labels is reported and decides; what is wrong with the labels is said beside it."""
    table = pd.read_csv("data/parcels.csv", dtype=str)
    table.assign(size=(table["size"].astype(float) / 3).astype(str)).to_csv("recent.csv", index=False)
    table[["parcel", "returned"]].assign(returned="perhaps").to_csv("labels.csv", index=False)
    assert cli.main(["monitor", "--input", "recent.csv", "--labels", "labels.csv"]) == 3
    said = capsys.readouterr().out
    assert "Drifted: size" in said
    assert "Labels could not be judged: labels.csv: " in said
    assert "is none of no, yes" in json.loads(Path("build/report/monitor.json").read_text("utf-8"))["unjudged"]


@pytest.mark.usefixtures("judged")
def test_label_that_is_not_known_yet_is_none() -> None:
    """Blank cells among the labels are left out, and the others are judged."""
    table = pd.read_csv("data/parcels.csv", dtype=str)
    table.to_csv("recent.csv", index=False)
    table["returned"] = table["returned"].where(table.index % 3 > 0)
    table[["parcel", "returned"]].to_csv("labels.csv", index=False)
    assert cli.main(["monitor", "--input", "recent.csv", "--labels", "labels.csv"]) == 0
    assert json.loads(Path("build/report/monitor.json").read_text("utf-8"))["labelled"] == 1000


@pytest.mark.parametrize(
    ("empty", "filled"),
    [(np.full(300, np.nan), np.arange(300.0)), (np.full(300, ""), np.array(["red", "green", "blue"] * 100))],
    ids=["number", "category"],
)
def test_column_that_fills_up_has_drifted(empty: Any, filled: Any) -> None:
    """In training nothing stood there: that has neither edges nor names, and is compared all the same."""
    scores = np.linspace(0, 1, 300)
    then = monitor.reference(pd.DataFrame({"x": pd.Series(empty)}), scores)
    found = monitor.drift(pd.DataFrame({"x": pd.Series(filled)}), scores, then)
    assert [each.column for each in found if each.drifted] == ["x"]
    assert not [each for each in monitor.drift(pd.DataFrame({"x": pd.Series(empty)}), scores, then) if each.drifted]
