"""How much better one model is than another, or than a constant, on the same rows, and between which bounds."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from ..rule import labels
from . import errors
from .bootstrap import interval
from .intervals import SHARES, measured, support
from .metrics import Array, Rows, score, statistic
from .scorers import of_labels


def gain(metric: str, ours: Rows, theirs: Rows, resamples: int) -> dict[str, Any]:
    """Measure how much better our predictions are than theirs, paired on the same rows."""
    other = score(metric, theirs)
    value = score(metric, ours) - other
    low, high = _difference(metric, ours, theirs, resamples)
    if ours.classes and metric.startswith(SHARES) and np.ptp(theirs.scores, axis=0).max() == 0:
        # No surer than of itself: where ours makes no mistake only the constant varies between resamples.
        low = min(low, measured(metric, ours, resamples)["low"] - other)
    return {"value": value, "low": low, "high": high, "other": other, **support(metric, ours)}


def _difference(metric: str, ours: Rows, theirs: Rows, resamples: int) -> tuple[float, float]:
    if ours.rule is None and metric in errors.METRICS:
        low, high = errors.gain(metric, ours, theirs, resamples)
        if math.isfinite(low):
            return low, high
    if ours.rule is not None and metric in ("roc_auc", "roc_auc_ovr") and np.ptp(theirs.scores, axis=0).max() == 0:
        # A constant ranks nothing: its ROC AUC is one half on any rows, and the gain as sure as the metric.
        own = measured(metric, ours, resamples)
        return own["low"] - 0.5, own["high"] - 0.5
    of_ours, of_theirs = statistic(metric, ours.rule), statistic(metric, theirs.rule)

    def difference(counts: Array, truth: Array, first: Array, second: Array) -> Any:
        return of_ours(counts, truth, first) - of_theirs(counts, truth, second)

    low, high = interval(difference, (ours.truth, ours.scores, theirs.scores), resamples, ours.groups)
    if ours.classes and low == high and of_labels(metric) and not np.array_equal(ours.scores, theirs.scores):
        return _as_if_one_differed(metric, ours, resamples)
    return low, high


def _as_if_one_differed(metric: str, ours: Rows, resamples: int) -> tuple[float, float]:
    """Return the interval of two models that give other scores and not one other label, as if one label did.

    Of few rows that may be luck. The label is one that is right, and of the class where it tells most.
    """
    assert ours.rule is not None
    right, worse = labels(ours.scores, ours.rule) == ours.truth, []
    for one in range(ours.classes):
        if (own := np.flatnonzero(right & (ours.truth == one))).size:
            scores = ours.scores.copy()
            scores[own[0]] = 1 - one if scores.ndim == 1 else np.eye(ours.classes)[one - 1]
            worse.append(replace(ours, scores=scores))
    if not worse:
        return 0.0, 0.0
    worst = min(worse, key=lambda each: score(metric, each))
    measure = statistic(metric, ours.rule)

    def difference(counts: Array, truth: Array, first: Array, second: Array) -> Any:
        return measure(counts, truth, first) - measure(counts, truth, second)

    low, _ = interval(difference, (ours.truth, worst.scores, ours.scores), resamples, ours.groups)
    return low, -low
