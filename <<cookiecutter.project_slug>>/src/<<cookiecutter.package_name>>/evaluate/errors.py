"""Intervals of the errors of numbers: a few large ones make the usual bootstrap too narrow."""

from collections.abc import Callable, Mapping

import numpy as np

from .bootstrap import CONFIDENCE, resampled
from .metrics import Array, Rows

# From the logarithm of the loss back to the metric.
BACK: Mapping[str, Callable[[float], float]] = {
    "neg_mean_absolute_error": lambda loss: -float(np.exp(loss)),
    "neg_root_mean_squared_error": lambda loss: -float(np.exp(loss / 2)),
    "r2": lambda loss: 1 - float(np.exp(loss)),
}


def interval(metric: str, rows: Rows, resamples: int) -> tuple[float, float]:
    """Return the bootstrap-t interval of the logarithm of the loss, carried back (Hall 1988).

    Each resample is measured in its own standard error (delta method). At 200 rows whose errors grow with the
    prediction percentiles of the root mean squared error cover 90 %, and this 92 %.
    """
    terms = _terms(metric, rows)
    middle, error = _loss(metric, terms.mean(0))
    if not (np.isfinite(middle) and error > 0):
        return np.nan, np.nan  # no error at all, or a truth that does not vary

    def studentised(counts: Array, columns: Array) -> Array:
        loss, its_error = _loss(metric, counts @ columns / counts.sum(-1, keepdims=True))
        return (loss - middle) / its_error

    found = resampled(studentised, (terms,), resamples, rows.groups)
    tail = (1 - CONFIDENCE) / 2
    first, last = np.quantile(found[np.isfinite(found)], [tail, 1 - tail])
    return BACK[metric](middle - first * error), BACK[metric](middle - last * error)


def _terms(metric: str, rows: Rows) -> Array:
    """Return the columns whose means make the loss and its error."""
    wrong, apart = rows.scores - rows.truth, rows.truth - rows.truth.mean()
    if metric == "neg_mean_absolute_error":
        return np.column_stack([np.abs(wrong), wrong**2])
    if metric == "neg_root_mean_squared_error":
        return np.column_stack([wrong**2, wrong**4])
    return np.column_stack([wrong**2, wrong**4, apart, apart**2, apart**4, wrong**2 * apart**2])


def _loss(metric: str, means: Array) -> tuple[Array, Array]:
    """Return the logarithm of the loss, and its standard error times the root of the rows."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if metric != "r2":
            loss, square = means[..., 0], means[..., 1]
            return np.log(loss), np.sqrt(square / loss**2 - 1)
        loss, spread = means[..., 0], means[..., 3] - means[..., 2] ** 2
        square = means[..., 1] / loss**2 - 2 * means[..., 5] / (loss * spread) + means[..., 4] / spread**2
        return np.log(loss / spread), np.sqrt(square)
