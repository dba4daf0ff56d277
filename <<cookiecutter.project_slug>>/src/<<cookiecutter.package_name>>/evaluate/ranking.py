"""Means and ranks of rows that count several times or not at all: what the fast metrics are made of."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def mean(counts: Array, values: Array) -> Any:
    """Return the mean of the values in each resample."""
    return counts @ values / counts.sum(-1)


def ranked(counts: Array, truth: Array, scores: Array) -> tuple[Array, Array]:
    """Return how many positives and negatives have each score, from the smallest on: ties stand and fall together."""
    order = np.argsort(scores, kind="stable")
    ranked, positive = scores[order], truth[order] == 1
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    sorted_counts = counts[..., order]
    sides = (np.where(positive, sorted_counts, 0.0), np.where(positive, 0.0, sorted_counts))
    if len(starts) == len(ranked):
        return sides
    positives, negatives = (np.add.reduceat(side, starts, axis=-1) for side in sides)
    return positives, negatives


def roc_auc(counts: Array, truth: Array, scores: Array) -> Any:
    """Share of the pairs of a positive and a negative in which the positive ranks higher (Mann and Whitney 1947)."""
    positives, negatives = ranked(counts, truth, scores)
    below = negatives.cumsum(-1) - negatives / 2
    with np.errstate(invalid="ignore"):
        return (positives * below).sum(-1) / (positives.sum(-1) * negatives.sum(-1))
