"""The metric of given rows, and between which bounds it lies: each kind of metric by the method that covers it."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..config import best
from ..rule import labels
from . import errors, placement
from .bootstrap import interval, resampled, wilson
from .metrics import Rows, score, statistic
from .scorers import of_labels

# Shares of 1. Near 1 percentiles are too narrow: a model without a mistake would be sure of itself.
SHARES = ("average_precision", "accuracy", "balanced_accuracy", "f1", "jaccard", "precision", "recall", "roc_auc_ovr")
RARE = 0.05  # of the rows: classes that have less together move no mean that is weighted by them
NO_MORE = 1e-9  # nearer to the best of a metric is the best


def measured(metric: str, rows: Rows, resamples: int) -> dict[str, Any]:
    """Return the value of a metric, its interval, and how many rows of which kind stand behind it."""
    value = score(metric, rows)
    low, high = _interval(metric, value, rows, resamples)
    return {"value": value, "low": low, "high": high, **support(metric, rows)}


def support(metric: str, rows: Rows) -> dict[str, int]:
    """Return how many rows there are, how many groups where a key repeats, and how many of either the rarest class has.

    No interval knows more than these do.
    """
    counted = {"rows": len(rows.truth)}
    if rows.groups is not None:
        counted["groups"] = len(np.unique(rows.groups))
    if not rows.classes:
        return counted
    return {**counted, "rarer": rarest(metric, rows, range(rows.classes))}


def rarest(metric: str, rows: Rows, classes: Iterable[int]) -> int:
    """Return how many rows, or groups, the rarest of these classes has.

    Precision knows those alone that are said to be of a class, of two classes of the positive one; a weighted one is
    hardly moved by classes that are rare.
    """
    found = [units(rows, rows.truth == one) for one in classes]
    if rows.rule is not None and metric in ("precision", "precision_macro", "precision_weighted"):
        said = labels(rows.scores, rows.rule)
        kinds = np.array([1]) if metric == "precision" else np.unique(said)
        if metric == "precision_weighted":
            shares = np.bincount(rows.truth, minlength=rows.classes)[kinds] / len(rows.truth)
            kinds = kinds[np.argsort(shares)][np.cumsum(np.sort(shares)) >= RARE]
        found += [units(rows, said == one) for one in kinds]
    return min(found)


def at_best(metric: str, value: float) -> bool:
    """Tell whether a metric of classes can be no better."""
    return value > best(metric) - NO_MORE


def _interval(metric: str, value: float, rows: Rows, resamples: int) -> tuple[float, float]:
    if rows.rule is None and metric in errors.METRICS:
        low, high = errors.interval(metric, rows, resamples)
        return (low, high) if math.isfinite(low) else (value, value)
    measure, columns = statistic(metric, rows.rule), (rows.truth, rows.scores)
    if rows.rule is not None and metric == "roc_auc":
        low, high = placement.interval(rows)
        return (low, high) if math.isfinite(low) else _wilson(value, 0.0, rows, _fewest(metric, rows))
    if rows.rule is None or not metric.startswith(SHARES):
        low, high = interval(measure, columns, resamples, rows.groups)
        return (low, high) if rows.rule is None or low < high else _alike(metric, value, rows)
    found = resampled(measure, columns, resamples, rows.groups)
    return _wilson(value, float(np.nanvar(found, ddof=1)), rows, _fewest(metric, rows))


def _alike(metric: str, value: float, rows: Rows) -> tuple[float, float]:
    """Return the interval of a metric of which no resample differs; at its best that is no certainty.

    It is Wilson's of no mistake; of errors too, though a logarithmic one may be larger than 1.
    """
    if not at_best(metric, value):
        return value, value
    low, _ = wilson(1, _fewest(metric, rows))
    return (low - 1, value) if metric.startswith("neg_") else (low, value)


def _wilson(value: float, variance: float, rows: Rows, fewest: float) -> tuple[float, float]:
    """Return Wilson's interval at the effective size, as in surveys (Korn and Graubard 1998).

    That is the number of independent rows of which a share would vary as much as the metric does between resamples;
    where it does not vary, because nothing is wrong, it is the `fewest`.
    """
    if not (variance > 0 and 0 < value < 1):
        return wilson(value, fewest)
    # Each of several classes is told from all others: no row counts more often than it is compared.
    return wilson(value, min((rows.classes - 1) * len(rows.truth), value * (1 - value) / variance))


def _fewest(metric: str, rows: Rows) -> float:
    """Return the rows (or groups) of the class that fewest have, or by a metric of labels are said to have."""
    assert rows.rule is not None
    kinds = (rows.truth, labels(rows.scores, rows.rule)) if of_labels(metric) else (rows.truth,)
    return float(min(units(rows, kind == one) for kind in kinds for one in np.unique(kind)))


def units(rows: Rows, inside: Any) -> int:
    """Return how many of these rows there are, or groups where a key repeats."""
    return int(inside.sum()) if rows.groups is None else len(np.unique(rows.groups[inside]))
