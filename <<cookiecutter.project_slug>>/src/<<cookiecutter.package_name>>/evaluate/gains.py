"""How much better one model is than another, or than a constant, on the same rows, and between which bounds."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from ..rule import labels
from . import errors
from .bootstrap import interval
from .intervals import SHARES, at_best, measured, support
from .metrics import Array, Rows, score, statistic
from .scorers import of_labels


def gain(metric: str, ours: Rows, theirs: Rows, resamples: int) -> dict[str, Any]:
    """Measure how much better our predictions are than theirs, paired on the same rows."""
    other = score(metric, theirs)
    value = score(metric, ours) - other
    low, high = _difference(metric, ours, theirs, resamples)
    known = support(metric, ours)
    if ours.classes and not _says_nothing(theirs):
        known["rarer"] = min(known["rarer"], support(metric, replace(theirs, groups=ours.groups))["rarer"])
    elif ours.classes and (metric.startswith(SHARES) or at_best(metric, value + other)):
        # No surer than of itself: where ours makes no mistake only the constant varies between resamples.
        low = min(low, measured(metric, ours, resamples)["low"] - other)
    return {"value": value, "low": low, "high": high, "other": other, **known}


def _says_nothing(rows: Rows) -> bool:
    """Tell whether every row is given the same scores."""
    return not np.ptp(rows.scores, axis=0).max() > 0


def _difference(metric: str, ours: Rows, theirs: Rows, resamples: int) -> tuple[float, float]:
    if ours.rule is None and metric in errors.METRICS:
        low, high = errors.gain(metric, ours, theirs, resamples)
        if math.isfinite(low):
            return low, high
    if ours.rule is not None and metric in ("roc_auc", "roc_auc_ovr") and _says_nothing(theirs):
        # A constant ranks nothing: its ROC AUC is one half on any rows, and the gain as sure as the metric.
        own = measured(metric, ours, resamples)
        return own["low"] - 0.5, own["high"] - 0.5
    low, high = _paired(metric, ours, theirs, resamples)
    if of_labels(metric) and low == high == 0 and not _same(ours, theirs):
        return _as_if_one_differed(metric, ours, resamples)
    return low, high


def _paired(metric: str, ours: Rows, theirs: Rows, resamples: int) -> tuple[float, float]:
    """Return the percentiles of the difference, both drawn alike."""
    of_ours, of_theirs = statistic(metric, ours.rule), statistic(metric, theirs.rule)

    def difference(counts: Array, truth: Array, first: Array, second: Array) -> Any:
        return of_ours(counts, truth, first) - of_theirs(counts, truth, second)

    return interval(difference, (ours.truth, ours.scores, theirs.scores), resamples, ours.groups)


def _same(ours: Rows, theirs: Rows) -> bool:
    """Tell whether two models give the same scores and draw the same labels from them; of numbers there are none."""
    return ours.rule is None or (ours.rule == theirs.rule and np.array_equal(ours.scores, theirs.scores))


def _as_if_one_differed(metric: str, ours: Rows, resamples: int) -> tuple[float, float]:
    """Return the interval of two models that are equal in each resample as if one label differed, or those of one key.

    Of few rows that may be luck. The label is one that is right, and of the class where it tells most.
    """
    assert ours.rule is not None
    right, worse = labels(ours.scores, ours.rule) == ours.truth, []
    wrong = 1 - ours.truth if ours.scores.ndim == 1 else np.eye(ours.classes)[ours.truth - 1]
    for one in range(ours.classes):
        if (own := np.flatnonzero(right & (ours.truth == one))).size:
            differing = own[:1] if ours.groups is None else right & (ours.groups == _middling(ours.groups, own))
            scores = ours.scores.copy()
            scores[differing] = wrong[differing]
            worse.append(replace(ours, scores=scores))
    if not worse:
        return 0.0, 0.0
    worst = min(worse, key=lambda each: score(metric, each))
    low, _ = _paired(metric, worst, ours, resamples)
    return low, -low


def _middling(groups: Array, own: Array) -> Any:
    """Return the key of middling size among those of these rows; a larger one would tell only of itself."""
    names, sizes = np.unique(groups[np.isin(groups, groups[own])], return_counts=True)
    return names[np.argsort(sizes, kind="stable")[len(sizes) // 2]]
