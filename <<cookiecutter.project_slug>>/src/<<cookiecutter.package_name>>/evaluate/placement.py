"""The interval of a ROC AUC, from its placement values and on the logit scale."""

import math

import numpy as np
from scipy.special import expit, logit, stdtrit

from .bootstrap import CONFIDENCE
from .metrics import Array, Rows

# Degrees of freedom that no sample takes away: with fewer one wrong row would make the interval endless.
LEAST = 4


def interval(rows: Rows) -> tuple[float, float]:
    """Return the interval by DeLong et al. (1988); rows of a group count together (Obuchowski 1997).

    Near 1 the few rows that rank wrongly make the variance, so Student's t takes as many degrees of freedom as the
    kurtosis of their influence leaves (Satterthwaite 1946). Not finite where nothing ranks wrongly, or nothing ranks.
    """
    value, influence = _influence(rows)
    if rows.groups is not None:
        influence = np.bincount(np.unique(rows.groups, return_inverse=True)[1], influence)
    squared = influence**2
    variance = float(squared.sum())
    if not (variance > 0 and 0 < value < 1):
        return math.nan, math.nan
    excess = float((squared**2).sum()) / variance**2 - 1 / len(influence)
    # All of the same influence, as of two keys, have no kurtosis to be careful of.
    freedom = LEAST + 2 / excess if excess > 0 else math.inf
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * math.sqrt(variance) / (value * (1 - value))
    return float(expit(logit(value) - half)), float(expit(logit(value) + half))


def _influence(rows: Rows) -> tuple[float, Array]:
    """Return the ROC AUC, and by how much each row moves it: the share of the other class that it outranks."""
    sides = [rows.truth == one for one in (0, 1)]
    below, above = (np.sort(rows.scores[side]) for side in sides)
    influence = np.zeros(len(rows.truth))
    if min(len(below), len(above)) < 2:
        return math.nan, influence
    placed = _rank(below, rows.scores[sides[1]])
    value = float(placed.mean())
    for side, own in zip(sides, (1 - _rank(above, rows.scores[sides[0]]), placed), strict=True):
        influence[side] = (own - value) / math.sqrt(len(own) * (len(own) - 1))
    return value, influence


def _rank(ordered: Array, scores: Array) -> Array:
    """Return the share of the ordered values that lie below each score; those that equal it count half."""
    found = np.searchsorted(ordered, scores, "left") + np.searchsorted(ordered, scores, "right")
    return np.asarray(found / (2 * len(ordered)))
