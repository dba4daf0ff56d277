"""What somebody reaches who has no model and always says the same, and of all that might be said the best."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..contract import InputError
from .metrics import Array, Rows, score

QUANTILES = np.linspace(0, 1, 41)  # some errors count what is too much otherwise than what is too little


def constant(rows: Rows, said: Any) -> Rows:
    """Return these rows as somebody predicts them who always says the same: a score, or one of each class."""
    return replace(rows, scores=np.full(rows.scores.shape, said, np.float64))


def always(metric: str, known: Array, rows: Rows) -> Rows:
    """Return these rows as predicted by the constant that does best on the targets that are `known`.

    Of numbers it is their mean or a quantile, such as the median, of classes their shares or one of them for sure: a
    label that is priced by its mistakes may be the rarer one, and lose by accuracy to always saying the other.
    """
    learned = Rows(known, np.zeros((len(known), *rows.scores.shape[1:])), rows.rule)
    # The first of equals, as `max` takes it: what the ranks of a constant tell is the same of all.
    best = max(_constants(known, rows), key=lambda said: _reached(metric, constant(learned, said)))
    return constant(rows, best)


def _constants(known: Array, rows: Rows) -> list[Any]:
    if not rows.classes:
        return [float(each) for each in (np.mean(known), *np.quantile(known, QUANTILES))]
    shares = np.bincount(known, minlength=rows.classes) / len(known)
    return [float(shares[1]), 0.0, 1.0] if rows.scores.ndim == 1 else [shares, *np.eye(rows.classes)]


def _reached(metric: str, rows: Rows) -> float:
    try:
        found = score(metric, rows)
    except InputError:
        return -np.inf  # some say nothing of a constant, such as the Poisson deviance of a median of 0
    return found if np.isfinite(found) else -np.inf
