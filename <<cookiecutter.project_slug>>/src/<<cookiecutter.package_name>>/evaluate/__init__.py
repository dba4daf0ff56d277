"""Measure the model on the test part, which nothing else reads, and describe what was learned."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.inspection import permutation_importance
from sklearn.pipeline import Pipeline

from .. import data, export, features, model
from ..bundle import Bundle
from ..config import Evaluate
from ..contract import Contract
from ..data import Parts
from .metrics import Rows, gain, interval, score, statistic

__all__ = [
    "Rows",
    "against",
    "gain",
    "importance",
    "incomparable",
    "interval",
    "measure",
    "predicted",
    "reference",
    "score",
    "statistic",
]
REPEATS = 5

PREDICTIONS = 300
# Reported beside the promised metric, because people ask for them.
CUSTOMARY = {
    "classification": ("roc_auc", "average_precision", "neg_brier_score", "balanced_accuracy", "f1"),
    "regression": ("r2", "neg_mean_absolute_error", "neg_root_mean_squared_error"),
}


def measure(
    parts: Parts,
    exported: model.Model,
    pipeline: Pipeline,
    metric: str,
    params: Evaluate,
    size: int,
    golden: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return one measurement a gate; this is the only reader of the test part.

    `size` is that of `model.onnx` in bytes, `golden` holds the rows whose prediction is timed.
    """
    contract = exported.contract
    rows = predicted(exported, parts.test)
    dumb = Rows(rows.truth, np.full(len(rows.truth), _dumb(contract, parts)), exported.threshold)
    spread = float(np.std(rows.truth)) if exported.threshold is None else 1.0
    measured = _measured(metric, rows, params)
    return {
        "quality": {"metric": metric, **measured},
        "baseline": {"metric": metric, **gain(metric, rows, dumb, params)},
        "overfit": {"metric": metric, **_gap(metric, parts, exported)},
        "parity": export.proof(pipeline, exported, parts.test, spread),
        "budget": {"megabytes": size / 1e6, "latency": latency(exported, golden)},
        "metrics": {name: _measured(name, rows, params) for name in CUSTOMARY[contract.problem.task]},
    }


def predicted(exported: model.Model, table: pd.DataFrame) -> Rows:
    """Return the truth of a typed table and what the exported model says about it."""
    contract = exported.contract
    scores = exported.scores(model.tensors(contract, features.arrays(contract, table)))
    return Rows(features.target(contract, table), scores, exported.threshold, data.groups(table, contract))


def _measured(metric: str, rows: Rows, params: Evaluate) -> dict[str, Any]:
    columns = (rows.truth, rows.scores)
    low, high = interval(statistic(metric, rows.threshold), columns, params.resamples, rows.groups)
    return {"value": score(metric, rows), "low": low, "high": high, "rows": len(rows.truth)}


def _dumb(contract: Contract, parts: Parts) -> float:
    """Return what somebody without a model would say: the share of the positive class, or the mean."""
    y = features.target(contract, parts.train)
    nothing = np.zeros((len(y), 1))
    if contract.problem.task == "regression":
        return float(DummyRegressor().fit(nothing, y).predict(nothing[:1])[0])
    return float(DummyClassifier().fit(nothing, y).predict_proba(nothing[:1])[0, 1])


def _gap(metric: str, parts: Parts, exported: model.Model) -> dict[str, Any]:
    found = {
        name: score(metric, predicted(exported, table))
        for name, table in (("train", parts.train), ("validation", parts.validation))
    }
    return {**found, "gap": found["train"] - found["validation"]}


def latency(exported: model.Model, rows: list[dict[str, Any]]) -> float:
    """Return the 95th percentile of one prediction, as a multiple of that of a reference computation.

    Both are timed in turn in this process, so that a slow or busy machine slows both.
    """
    ours, reference = [], []
    for i in range(PREDICTIONS):
        ours.append(_timed(lambda: exported.predict([rows[i % len(rows)]])))  # noqa: B023 (called at once)
        reference.append(_timed(lambda: sum(number * number for number in range(10_000))))
    return float(np.percentile(ours, 95) / np.percentile(reference, 95))


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def importance(pipeline: Pipeline, contract: Contract, parts: Parts, scoring: str, seed: int) -> dict[str, float]:
    """Return how much score the validation rows lose when a column is shuffled (Breiman 2001)."""
    rows, wanted = features.inputs(contract, parts.validation), features.target(contract, parts.validation)
    found = permutation_importance(pipeline, rows, wanted, scoring=scoring, n_repeats=REPEATS, random_state=seed)
    return dict(zip(rows.columns, map(float, found.importances_mean), strict=True))


def against(
    rows: Rows,
    test: pd.DataFrame,
    contract: Contract,
    split: Mapping[str, Any],
    champion: Bundle,
    metric: str,
    params: Evaluate,
) -> dict[str, Any]:
    """Measure how much better `rows`, predictions of the challenger on the test part, are than the champion's.

    Both are complete models: the champion answers by its own export, contract and threshold.
    """
    loaded = model.load(champion, "the champion")
    named = {"version": champion.manifest["version"], "digest": champion.digest}
    reason = incomparable(split, champion.manifest["split"], contract, loaded.contract)
    if reason:
        return {**named, "incomparable": reason}
    theirs = loaded.contract
    known = test.reindex(columns=[column.name for column in theirs.inputs])
    scores = loaded.scores(model.tensors(theirs, features.arrays(theirs, known)))
    return {**named, "metric": metric, **gain(metric, rows, Rows(rows.truth, scores, loaded.threshold), params)}


def incomparable(ours: Mapping[str, Any], theirs: Mapping[str, Any], contract: Contract, champion: Contract) -> str:
    """Return why two models cannot be compared on our test rows, or nothing.

    The champion saw none of them where both splits hash the same key, salt and shares, or where its cut into the test
    part is not later than ours.
    """
    old, new = champion.problem, contract.problem
    if (old.task, old.target, old.positive) != (new.task, new.target, new.positive):
        return f"it predicts {old.target} = {old.positive}, not {new.target} = {new.positive}"
    if ours["by"] == theirs["by"] == "time":
        if ours["column"] != theirs["column"] or theirs["cuts"][1] > ours["cuts"][1]:
            return f"it trained on rows up to {theirs['cuts'][1]}, our test rows begin at {ours['cuts'][1]}"
    elif ours != theirs:
        return "its split differs, so that it may have trained on our test rows; keep [split] as it was"
    for column in champion.inputs:
        found = next((c for c in contract.columns if c.name == column.name), None)
        if champion.demands(column) and (found is None or found.type != column.type):
            return f"it needs the column {column.name} ({column.type}), which the table no longer has"
    return ""
