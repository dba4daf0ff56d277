"""Measure the model on the test part, which nothing else reads, and describe what was learned."""

from typing import Any

import pandas as pd
from sklearn import config_context
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from .. import data, export, features, model, tensors
from ..config import Evaluate, Gates
from ..contract import Contract
from ..data import Parts
from ..rule import unit
from . import budget, calibration, forbidden, leakage, overlap, robustness, slices
from .baseline import always, constant
from .bootstrap import interval
from .champion import against, incomparable, reread
from .gains import gain
from .insight import importance, learning
from .intervals import measured
from .metrics import Rows, score, statistic

__all__ = [
    "Rows",
    "against",
    "always",
    "constant",
    "gain",
    "importance",
    "incomparable",
    "interval",
    "leaks",
    "learning",
    "measure",
    "measured",
    "predicted",
    "reread",
    "score",
    "statistic",
]

# Reported beside the promised metric, because people ask for them.
CUSTOMARY = {
    "classification": ("roc_auc", "average_precision", "neg_brier_score", "balanced_accuracy", "f1"),
    "multiclass": ("roc_auc_ovr", "neg_log_loss", "accuracy", "balanced_accuracy", "f1_macro"),
    "regression": ("r2", "neg_mean_absolute_error", "neg_root_mean_squared_error"),
}


def measure(
    parts: Parts,
    exported: model.Model,
    content: bytes,
    pipeline: Pipeline,
    metric: str,
    promises: Gates,
    params: Evaluate,
) -> dict[str, Any]:
    """Return one measurement a gate; this is the only reader of the test part."""
    contract = exported.contract
    rows = predicted(exported, parts.test)
    dumb = always(metric, features.target(contract, parts.train), rows)
    spread = unit(rows.truth, exported.rule)
    metrics = {
        name: measured(name, rows, params.resamples)
        for name in dict.fromkeys((metric, *CUSTOMARY[contract.problem.task]))
    }
    asked = promises.slices.metric if promises.slices else ""
    return {
        "leakage": leaks(
            contract, parts, list(pipeline.feature_names_in_), promises.leakage.alone if promises.leakage else 1.0
        ),
        "quality": {"metric": metric, **metrics[metric]},
        "baseline": {"metric": metric, **gain(metric, rows, dumb, params.resamples)},
        "overfit": {"metric": metric, **_gap(metric, parts, exported)},
        "slices": {"asked": asked} | slices.measure(contract, parts.train, parts.test, rows, asked or metric),
        "calibration": calibration.measure(rows, params.resamples),
        "parity": export.proof(pipeline, exported, parts.test, spread),
        "robustness": robustness.measure(exported, parts.test, spread),
        "budget": budget.measure(exported, content, export.golden(contract)),
        "metrics": metrics,
    }


def leaks(contract: Contract, parts: Parts, read: list[str], suspect: float) -> dict[str, Any]:
    """Return what columns tell alone, which rows stand in two parts, and what is used that must not be.

    `read` names the columns that the fitted pipeline reads. One that reaches `suspect` alone is compared with the rest.
    """
    findings = [
        *forbidden.unavailable(contract, read),
        *forbidden.copies(contract, parts.train),
        *forbidden.later(contract, parts.train),
        *overlap.keys(contract, parts),
    ]
    # One thread: on small tables, and beside other work, several cost more than they give. Thousands of small fits by
    # parameters of ours: to validate them each time takes a tenth.
    with threadpool_limits(1), config_context(skip_parameter_validation=True):
        told, twins = leakage.alone(contract, parts.train, suspect), overlap.twins(contract, parts)
    return {"suspect": suspect, **told, "findings": findings, "twins": twins}


def predicted(exported: model.Model, table: pd.DataFrame) -> Rows:
    """Return the truth of a typed table and what the exported model says about it."""
    contract = exported.contract
    scores = exported.scores(tensors.stacked(contract, features.arrays(contract, table)))
    return Rows(features.target(contract, table), scores, exported.rule, data.groups(table, contract))


def _gap(metric: str, parts: Parts, exported: model.Model) -> dict[str, Any]:
    found = {
        name: score(metric, predicted(exported, table))
        for name, table in (("train", parts.train), ("validation", parts.validation))
    }
    return {**found, "gap": found["train"] - found["validation"]}
