"""How the winner and its threshold are chosen."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from << cookiecutter.package_name >> import (
    cli,
    config,
    contract,
    data,
    export,
    model,
    train,
)
from << cookiecutter.package_name >>.report import facts

SCORED = some.integers(2, 40).flatmap(
    lambda n: some.tuples(
        arrays(float, n, elements=some.sampled_from([0.0, 0.1, 0.2, 0.35, 0.5, 0.9, 1.0]) | some.floats(0, 1)),
        arrays(int, n, elements=some.integers(0, 1)),
    )
)


def price(cut: float, scores: Any, wanted: Any, costs: config.Costs) -> float:
    """Return what a threshold costs on these rows."""
    said = scores >= cut
    return float(costs.false_positive * (said & (wanted == 0)).sum() + costs.false_negative * (~said & wanted).sum())


def world(rng: np.random.Generator, rows: int, bent: float) -> tuple[Any, Any]:
    """Return scores and labels of a model, calibrated where `bent` is 1: base rate 30 %, ROC AUC 0.77."""
    wanted = (rng.random(rows) < 0.3).astype(int)
    odds = 1.05 * (rng.normal(size=rows) + 1.05 * wanted) - 1.05**2 / 2 + np.log(0.3 / 0.7)
    return 1 / (1 + np.exp(-bent * odds)), wanted


@pytest.mark.parametrize("bent", [0.5, 1.0, 2.0], ids=["too-shy", "calibrated", "too-sure"])
def test_threshold_costs_users_less_than_the_cheapest_cut_of_few_rows(bent: float) -> None:
    """Chosen on 300 rows, it stays within 2 % of the best one on very many; the cheapest cut of 300 does not."""
    rng, costs = np.random.default_rng(0), config.Costs(1.0, 2.0)
    many = world(rng, 100_000, bent)
    best = min(price(cut, *many, costs) for cut in np.linspace(0.01, 0.99, 99))
    ours, cheapest = [], []
    for _ in range(20):
        scores, wanted = world(rng, 300, bent)
        ours.append(price(train.threshold(scores, wanted, costs), *many, costs) / best)
        cuts = (np.sort(scores)[1:] + np.sort(scores)[:-1]) / 2
        cut = min(cuts, key=lambda each: price(each, scores, wanted, costs))
        cheapest.append(price(cut, *many, costs) / best)
    assert np.mean(ours) < min(1.02, float(np.mean(cheapest)))


@given(SCORED, some.floats(0.1, 10), some.floats(1, 10))
def test_dearer_a_miss_lower_the_threshold(scored: tuple[Any, Any], negative: float, dearer: float) -> None:
    """Or as low: never higher."""
    cheap, dear = (train.threshold(*scored, config.Costs(1.0, miss)) for miss in (negative, negative * dearer))
    assert dear <= cheap


def test_scores_that_mean_nothing_are_cut_where_it_costs_least() -> None:
    """A curve that falls says nothing of where to cut; then the rows alone do."""
    scores, wanted = np.linspace(0.1, 0.9, 50), np.array([1, 0] * 25)[::-1].copy()
    wanted[:10], wanted[-10:] = 1, 0
    costs = config.Costs(1.0, 3.0)
    cut = train.threshold(scores, wanted, costs)
    cuts = (scores[1:] + scores[:-1]) / 2
    assert price(cut, scores, wanted, costs) <= min(price(each, scores, wanted, costs) for each in cuts)


@given(SCORED)
def test_threshold_keeps_its_distance(scored: tuple[Any, Any]) -> None:
    """Rounding in an exported model flips no label."""
    cut = train.threshold(*scored, config.Costs())
    assert np.abs(scored[0] - cut).min() >= model.TOLERANCE


def changed(path: str, old: str, new: str) -> None:
    """Replace a text in a file of the working directory."""
    text = Path(path).read_text("utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), "utf-8")


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        pytest.param("LogisticRegression", "LogicalRegression", "LogicalRegression", id="no-such-estimator"),
        pytest.param("sklearn.linear_model", "sklearn.linear", "sklearn.linear", id="no-such-module"),
        pytest.param("max_iter = 1000", "max_itr = 1000", "max_itr", id="no-such-argument"),
        pytest.param("C = [0.1, 1.0]", "D = [1.0]", "linear", id="no-such-grid"),
        pytest.param("C = [0.1, 1.0]", "C = [-1.0]", "cannot be fitted", id="value-out-of-range"),
        pytest.param('"sklearn.linear_model.', '"', "LogisticRegression", id="without-module"),
        pytest.param("linear_model.LogisticRegression", "svm.LinearSVC", "LinearSVC", id="without-probability"),
    ],
)
def test_family_that_cannot_be_trained_is_refused_by_name(
    capsys: pytest.CaptureFixture[str], old: str, new: str, named: str
) -> None:
    """One sentence, exit 2, no model."""
    changed("params.toml", old, new)
    if "SVC" in new:
        changed("params.toml", "grid", "# grid")
    assert cli.main(["train"]) == 2
    said = capsys.readouterr().err
    assert named in said
    assert said.count("\n") == 1
    assert not Path("build/model").exists()


@pytest.mark.usefixtures("untrained")
def test_estimator_that_cannot_be_exported_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names the step."""
    changed("params.toml", "linear_model.LogisticRegression", "dummy.DummyClassifier")
    changed("params.toml", "fixed = { max_iter = 1000 }", "")
    changed("params.toml", "grid = { C = [0.1, 1.0] }", "")
    assert cli.main(["train"]) == 2
    assert "step 'model' (DummyClassifier) cannot be exported" in capsys.readouterr().err


@pytest.mark.usefixtures("untrained")
def test_export_that_differs_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion that is silently wrong makes no model."""
    monkeypatch.setattr(export, "proof", lambda *_: {"largest": 0.01, "labels": 2, "rows": 300})
    assert cli.main(["train"]) == 2
    assert "differs from the pipeline by 0.01 and in 2 labels" in capsys.readouterr().err


def test_search_finds_the_best_and_tells_the_others(
    small: Path, raw: pd.DataFrame, agreed: contract.Contract, tmp_path: Path
) -> None:
    """The winner is the best on validation; every finalist is recorded."""
    text = (small / "params.toml").read_text("utf-8").replace('by = "hash"', 'by = "time"')
    stump = '[train.families.stump]\nestimator = "sklearn.tree.DecisionTreeClassifier"\nfixed = { max_depth = 1 }\n'
    path = tmp_path / "params.toml"
    path.write_text(text + stump, "utf-8")
    params = config.params(path)
    trained = train.fit(data.split(data.typed(raw, agreed)[0], agreed, params.split), agreed, params)
    finalists = {each["family"]: each["validation"] for each in trained.record["finalists"]}
    assert set(finalists) == {"linear", "stump"}
    assert trained.record["family"] == max(finalists, key=lambda name: finalists[name])


def test_large_table_is_searched_on_a_sample(
    small: Path, raw: pd.DataFrame, agreed: contract.Contract, tmp_path: Path
) -> None:
    """The winner knows all of train, and the record says on how many rows it was looked for."""
    path = tmp_path / "params.toml"
    path.write_text((small / "params.toml").read_text("utf-8").replace("[train]", "[train]\nsample = 1000"), "utf-8")
    params = config.params(path)
    parts = data.split(data.typed(raw, agreed)[0], agreed, params.split)
    parts = dataclasses.replace(parts, train=pd.concat([parts.train, parts.train], ignore_index=True))
    seen: list[int] = []

    def search(candidates: Any, work: train.Work) -> list[float]:
        seen.append(len(work.rows))
        return train.one_by_one(candidates, work)

    trained = train.fit(parts, agreed, params, search)
    assert (seen, trained.record["searched"]) == ([1000], {"rows": 1000, "of": len(parts.train)})
    scaler = trained.pipeline["features"].named_transformers_["num"][1]
    assert scaler.n_samples_seen_ == len(parts.train)
    assert "1,000 of" in facts.searched(trained.record)
    path.write_text(path.read_text("utf-8").replace("sample = 1000", "sample = 999"), "utf-8")
    with pytest.raises(contract.InputError, match="1000 rows or more"):
        config.params(path)


def test_costs_of_classes_are_refused_for_two(untrained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing stands in a file and means nothing."""
    params = untrained / "params.toml"
    params.write_text(
        params.read_text("utf-8").replace("[evaluate]", "[costs.matrix.yes]\nno = 2.0\n[evaluate]"), "utf-8"
    )
    assert cli.main(["train"]) == 2
    assert "is for multiclass" in capsys.readouterr().err


@pytest.mark.parametrize(("begin", "where"), [(600, "in fold 2 of 2"), (900, "on validation")])
def test_score_that_is_no_number_is_refused(
    small: Path,
    raw: pd.DataFrame,
    agreed: contract.Contract,
    begin: int,
    where: str,
) -> None:
    """A stretch of time without positives has no ROC AUC: that chooses nothing in silence."""
    params = config.params(small / "params.toml")
    by_time = dataclasses.replace(params, split=config.Split(by="time"))
    parts = data.split(data.typed(raw, agreed)[0], agreed, by_time.split)
    late = parts.train.assign(returned=parts.train["returned"].mask(parts.train.index >= begin, "no"))
    parts = dataclasses.replace(parts, train=late)
    if where == "on validation":
        parts = dataclasses.replace(parts, validation=parts.validation.assign(returned="no"))
    with (
        pytest.warns(UserWarning, match="one class"),
        pytest.raises(contract.InputError, match=f"linear.*is no number {where}"),
    ):
        train.fit(parts, agreed, by_time)
