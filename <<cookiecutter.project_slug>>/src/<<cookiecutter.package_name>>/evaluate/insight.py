"""What people ask beyond the gates: which columns matter, and whether more rows would help."""

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.inspection import permutation_importance
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from .. import features
from ..config import Train
from ..contract import Contract, InputError
from ..data import Parts

REPEATS = 5
ROWS = 5000  # of the validation part are shuffled
SHARES = (0.1, 0.25, 0.5, 1.0)
LARGEST = 20_000  # rows that the model is fitted on again


def importance(pipeline: Pipeline, contract: Contract, parts: Parts, params: Train) -> dict[str, float]:
    """Return how much score the validation rows lose when a column is shuffled (Breiman 2001), where that is a number.

    Of many rows some are drawn: the first ones in time may all have one class.
    """
    some = np.sort(np.random.default_rng(0).permutation(len(parts.validation))[:ROWS])
    rows, wanted = features.inputs(contract, parts.validation), features.target(contract, parts.validation)
    asked = {"scoring": params.scoring, "n_repeats": REPEATS, "random_state": params.seed}
    found = permutation_importance(pipeline, rows.iloc[some], wanted[some], **asked)
    lost = zip(rows.columns, map(float, found.importances_mean), strict=True)
    return {str(name): score for name, score in lost if np.isfinite(score)}


def learning(pipeline: Pipeline, contract: Contract, parts: Parts, params: Train) -> dict[str, Any]:
    """Return the score in train and in validation when the model is fitted on ever more of the train rows.

    Split by time these are the newest rows, else rows drawn once: each step holds the one before.
    """
    n = len(parts.train)
    order = np.arange(n)[::-1] if parts.record["by"] == "time" else np.random.default_rng(0).permutation(n)
    train, y = features.inputs(contract, parts.train), features.target(contract, parts.train)
    validation, wanted = features.inputs(contract, parts.validation), features.target(contract, parts.validation)
    scorer, points = get_scorer(params.scoring), []
    for share in SHARES:
        some = np.sort(order[: int(share * min(n, LARGEST))])
        try:
            with threadpool_limits(1):
                fitted = clone(pipeline).fit(train.iloc[some], y[some])
                told = {
                    "train": scorer(fitted, train.iloc[some], y[some]),
                    "validation": scorer(fitted, validation, wanted),
                }
        except (ValueError, InputError):
            continue  # too few rows of a class to fit on
        if all(map(np.isfinite, told.values())):
            points.append({"rows": len(some), **{name: float(value) for name, value in told.items()}})
    return {"metric": params.scoring, "points": points}
