"""What people ask beyond the gates: which columns matter, and whether more rows would help."""

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from .. import features, model, tensors
from ..config import Train
from ..contract import Contract, InputError
from ..data import Parts
from .metrics import Rows, score

REPEATS = 5
ROWS = 5000  # of the validation part are shuffled
SHARES = (0.1, 0.25, 0.5, 1.0)
LARGEST = 20_000  # rows that the model is fitted on again


def importance(exported: model.Model, parts: Parts, params: Train) -> dict[str, float]:
    """Return how much score the validation rows lose when a column is shuffled (Breiman 2001), where that is a number.

    What ships is asked, and labels are those that it gives; in ONNX it answers many times sooner than the pipeline.
    Of many rows some are drawn: the first ones in time may all have one class.
    """
    contract = exported.contract
    some = np.sort(np.random.default_rng(0).permutation(len(parts.validation))[:ROWS])
    rows = parts.validation.iloc[some]
    inputs, truth = tensors.stacked(contract, features.arrays(contract, rows)), features.target(contract, rows)
    rng = np.random.default_rng(params.seed)

    def told() -> float:
        return score(params.scoring, Rows(truth, exported.scores(inputs), exported.rule))

    try:
        usual, found = told(), dict[str, float]()
    except InputError:
        return {}  # of rows with one class alone some scorings say nothing
    for names, tensor in ((contract.numbers, "num"), (contract.categories, "cat")):
        for place, name in enumerate(names):
            column = inputs[tensor][:, place].copy()
            shuffled = []
            for _ in range(REPEATS):
                inputs[tensor][:, place] = rng.permutation(column)
                shuffled.append(told())
            inputs[tensor][:, place] = column
            found[name] = usual - float(np.mean(shuffled))
    return {name: lost for name, lost in found.items() if np.isfinite(lost)}


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
