"""The metric of given rows, and between which bounds it lies: each kind of metric by the method that covers it."""

import math
from typing import Any

import numpy as np

from ..rule import labels
from . import errors, placement
from .bootstrap import interval, resampled, wilson
from .metrics import Array, Rows, score, statistic

# Shares of 1. Near 1 percentiles are too narrow: a model without a mistake would be sure of itself.
SHARES = ("average_precision", "accuracy", "balanced_accuracy", "f1", "roc_auc_ovr", "f1_macro")


def measured(metric: str, rows: Rows, resamples: int) -> dict[str, Any]:
    """Return the value of a metric, its interval, and how many rows of which kind stand behind it."""
    value = score(metric, rows)
    low, high = _interval(metric, value, rows, resamples)
    return {"value": value, "low": low, "high": high, **support(rows)}


def gain(metric: str, ours: Rows, theirs: Rows, resamples: int) -> dict[str, Any]:
    """Measure how much better our predictions are than theirs, paired on the same rows."""
    other = score(metric, theirs)
    value = score(metric, ours) - other
    low, high = _difference(metric, value, ours, theirs, resamples)
    return {"value": value, "low": low, "high": high, "other": other, **support(ours)}


def support(rows: Rows) -> dict[str, int]:
    """Return how many rows there are, how many groups where a key repeats, and how many of either the rarest class has.

    No interval knows more than these do.
    """
    counted = {"rows": len(rows.truth)}
    if rows.groups is not None:
        counted["groups"] = len(np.unique(rows.groups))
    if not rows.classes:
        return counted
    return {**counted, "rarer": min(_units(rows, rows.truth == one) for one in range(rows.classes))}


def _interval(metric: str, value: float, rows: Rows, resamples: int) -> tuple[float, float]:
    if rows.rule is None and metric in errors.METRICS:
        low, high = errors.interval(metric, rows, resamples)
        return (low, high) if math.isfinite(low) else (value, value)
    measure, columns = statistic(metric, rows.rule), (rows.truth, rows.scores)
    if rows.rule is not None and metric == "roc_auc":
        low, high = placement.interval(rows)
        return (low, high) if math.isfinite(low) else _wilson(value, 0.0, rows)
    if rows.rule is None or metric not in SHARES:
        low, high = interval(measure, columns, resamples, rows.groups)
        # Hardly a resample differs, as where the few rows that are called positive are: that is no certainty.
        return (low, high) if rows.rule is None or low < high or not 0 <= value <= 1 else wilson(value, _fewest(rows))
    found = resampled(measure, columns, resamples, rows.groups)
    return _wilson(value, float(np.nanvar(found, ddof=1)), rows)


def _difference(metric: str, value: float, ours: Rows, theirs: Rows, resamples: int) -> tuple[float, float]:
    if ours.rule is None and metric in errors.METRICS:
        low, high = errors.gain(metric, ours, theirs, resamples)
        if math.isfinite(low):
            return low, high
    if ours.rule is not None and metric in ("roc_auc", "roc_auc_ovr") and np.ptp(theirs.scores, axis=0).max() == 0:
        # A constant ranks nothing: its ROC AUC is one half on any rows, and the gain as sure as the metric.
        low, high = _interval(metric, value + 0.5, ours, resamples)
        return low - 0.5, high - 0.5
    of_ours, of_theirs = statistic(metric, ours.rule), statistic(metric, theirs.rule)

    def difference(counts: Array, truth: Array, first: Array, second: Array) -> Any:
        return of_ours(counts, truth, first) - of_theirs(counts, truth, second)

    low, high = interval(difference, (ours.truth, ours.scores, theirs.scores), resamples, ours.groups)
    if ours.rule is None or low < high or np.array_equal(ours.scores, theirs.scores):
        return low, high
    # Other scores, and not one other label: of few rows that may be luck.
    luck = 1 - wilson(1, _fewest(ours))[0]
    return value - luck, value + luck


def _wilson(value: float, variance: float, rows: Rows) -> tuple[float, float]:
    """Return Wilson's interval at the effective size, as in surveys (Korn and Graubard 1998).

    That is the number of independent rows of which a share would vary as much as the metric does between resamples;
    where it does not vary, because nothing is wrong, the rows (or groups) of the rarest class are counted.
    """
    n = float(len(rows.truth))
    if variance > 0 and 0 < value < 1:
        # Each of several classes is told from all others: no row counts more often than it is compared.
        n = min((rows.classes - 1) * n, value * (1 - value) / variance)
    else:
        n = float(max(1, support(rows)["rarer"]))
    return wilson(value, n)


def _fewest(rows: Rows) -> float:
    """Return the rows (or groups) of the class that fewest have, or that is said of the fewest."""
    assert rows.rule is not None
    said = labels(rows.scores, rows.rule)
    return float(min(_units(rows, kind == one) for kind in (rows.truth, said) for one in np.unique(kind)))


def _units(rows: Rows, inside: Any) -> int:
    return int(inside.sum()) if rows.groups is None else len(np.unique(rows.groups[inside]))
