"""What mistakes cost, and the labels that cost least."""

from typing import Any

import numpy as np

from .. import model, tensors
from ..config import Costs
from ..contract import Contract, InputError, classes
from ..rule import Rule, cost_matrix


def priced(contract: Contract, costs: Costs, y: tensors.Array, folds: int) -> Rule:
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


def threshold(scores: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any], costs: Costs) -> float:
    """Return the cheapest threshold on these rows, midway between two scores.

    Midway, so that the rounding of an exported model flips no label.
    """
    order = np.argsort(scores)
    ranked, hits = scores[order], wanted[order]
    # Cutting below row i: the positives before it are missed, the negatives from it on are false alarms.
    missed = np.concatenate([[0], np.cumsum(hits)])
    alarms = np.concatenate([[0], np.cumsum(1 - hits)])
    price = costs.false_negative * missed + costs.false_positive * (alarms[-1] - alarms)
    edges = np.concatenate([[0.0], ranked, [1.0]])
    cuts = (edges[:-1] + edges[1:]) / 2
    apart = np.diff(edges) > 2 * model.TOLERANCE
    return float(cuts[np.argmin(np.where(apart, price, np.inf))])
