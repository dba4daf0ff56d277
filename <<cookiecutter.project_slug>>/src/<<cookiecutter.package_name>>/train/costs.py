"""What mistakes cost, and the labels that cost least."""

import numpy as np
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from .. import model
from ..config import Costs
from ..contract import Contract, InputError, classes
from ..rule import Rule, cost_matrix
from ..tensors import Array

CERTAIN = 1e-6  # scores are taken as no surer than this


def priced(contract: Contract, costs: Costs, y: Array, folds: int) -> Rule:
    """Return the cost matrix of several classes, or nothing; costs of another task are refused."""
    known = classes(contract.target)
    if contract.problem.task != "multiclass":
        if costs.matrix:
            task = contract.problem.task
            raise InputError(f"params.toml, [costs.matrix]: is for multiclass, not for {task}; remove it")
        return None
    if (costs.false_positive, costs.false_negative) != (1.0, 1.0):
        raise InputError("params.toml, [costs]: of several classes none is positive; write [costs.matrix.TRUTH]")
    for name in {*costs.matrix, *(label for row in costs.matrix.values() for label in row)}:
        if name not in known:
            raise InputError(f"params.toml, [costs.matrix]: {name!r} is no class; known: {', '.join(map(str, known))}")
    counts = np.bincount(y, minlength=len(known))
    if counts.min() < folds:
        rare = f"{counts.min()} train rows have {contract.target.name} = {known[counts.argmin()]}"
        raise InputError(f"params.toml, [train]: folds is {folds}, and {rare}; each fold needs one: take fewer folds")
    return cost_matrix(known, costs.matrix)


def threshold(scores: Array, wanted: Array, costs: Costs) -> float:
    """Return the score from which a positive label costs less than a negative one, midway between two scores.

    A logistic curve over the log odds of the scores (Platt 1999) says what a score means, and the costs say from which
    probability on. The cut that is cheapest on these rows alone follows their noise: in simulation (300 or 1,000 rows,
    scores calibrated or bent, a miss 2 to 10 times as dear) it costs two to three times as much above the best cut.

    Midway, so that the rounding of an exported model flips no label.
    """
    cuts, edges = _cuts(scores)
    turning = _turning(scores, wanted, costs)
    if turning is None:
        return float(cuts[np.argmin(_prices(cuts, scores, wanted, costs))])
    beside = np.maximum(np.maximum(edges[:, 0] - turning, turning - edges[:, 1]), 0.0)
    return float(cuts[np.argmin(beside)])


def _turning(scores: Array, wanted: Array, costs: Costs) -> float | None:
    """Return the score at which either label costs the same, or nothing where a higher score means no more."""
    if len(np.unique(wanted)) < 2:
        return None
    odds = logit(np.clip(scores, CERTAIN, 1 - CERTAIN))
    curve = LogisticRegression(C=1e6, max_iter=1000).fit(odds[:, None], wanted)
    slope, start = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    return float(expit((np.log(costs.false_positive / costs.false_negative) - start) / slope)) if slope > 0 else None


def _cuts(scores: Array) -> tuple[Array, Array]:
    """Return every place between two scores that lie apart, and the two."""
    known = np.unique(np.concatenate([[0.0], scores, [1.0]]))
    edges = np.column_stack([known[:-1], known[1:]])
    edges = edges[np.diff(known) > 2 * model.TOLERANCE]
    return edges.mean(axis=1), edges


def _prices(cuts: Array, scores: Array, wanted: Array, costs: Costs) -> Array:
    """Return what each cut costs on these rows."""
    positive, negative = np.sort(scores[wanted == 1]), np.sort(scores[wanted == 0])
    missed, alarms = np.searchsorted(positive, cuts), len(negative) - np.searchsorted(negative, cuts)
    return np.asarray(costs.false_negative * missed + costs.false_positive * alarms)
