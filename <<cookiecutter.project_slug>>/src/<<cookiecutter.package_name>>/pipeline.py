"""The scikit-learn pipeline itself, for models that cannot be exported: read without running code, and asked."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import TargetEncoder

from .contract import Contract
from .tensors import Array

HAIR = 1e-6  # more than float32 rounds by, less than values differ by


def loads(content: bytes) -> Pipeline:
    """Read a pipeline; only types of scikit-learn, numpy and this project are trusted."""
    ours = ("sklearn.", "numpy.", f"{__name__.partition('.')[0]}.")
    trusted = [name for name in skops.io.get_untrusted_types(data=content) if name.startswith(ours)]
    return skops.io.loads(content, trusted=trusted)


def frame(contract: Contract, inputs: Mapping[str, Array]) -> pd.DataFrame:
    """Return the model's inputs as the named columns that the pipeline is fitted on."""
    parts = []
    if "num" in inputs:
        parts.append(pd.DataFrame(inputs["num"], columns=list(contract.numbers)))
    if "cat" in inputs:
        parts.append(pd.DataFrame(inputs["cat"], columns=list(contract.categories), dtype=object))
    return pd.concat(parts, axis=1)


def fitted(pipeline: Pipeline, rows: pd.DataFrame, wanted: Array) -> Pipeline:
    """Fit a pipeline such that float32, in which it is served, tells the same rows apart.

    Means and scales are those that float32 holds, before the model sees what they make. Trees split halfway between two
    values, where a third may lie exactly: their thresholds are moved a hair away from it.
    """
    *before, (_, estimator) = pipeline.steps
    prepare = Pipeline(before).fit(rows, wanted)
    for encoder in _inside(prepare, "encodings_"):
        encoder.encodings_ = [means.astype(np.float32).astype(np.float64) for means in encoder.encodings_]
    for scaler in _inside(prepare, "scale_"):
        for name in ("mean_", "scale_"):
            if getattr(scaler, name, None) is not None:
                setattr(scaler, name, getattr(scaler, name).astype(np.float32).astype(np.float64))
    estimator.fit(_crossed(prepare, rows, wanted), wanted)
    for tree in _inside(estimator, "tree_"):
        _aside(tree.tree_.threshold)
    for predictors in getattr(estimator, "_predictors", ()):
        for predictor in predictors:
            _aside(predictor.nodes["num_threshold"])
    return pipeline


def _crossed(prepare: Pipeline, rows: pd.DataFrame, wanted: Array) -> Array:
    """Return what a pipeline makes of the rows it was fitted on, a mean target without that of the row itself.

    The search has it so from scikit-learn, whose `fit_transform` asks each row of other folds.
    """
    told = prepare.transform(rows)
    for name, step, chosen in getattr(prepare[-1], "transformers_", ()):
        if isinstance(step, Pipeline) and isinstance(step[0], TargetEncoder):
            crossed = clone(step[0]).fit_transform(rows[chosen], wanted)
            told[:, prepare[-1].output_indices_[name]] = step[1:].transform(crossed)
    return np.asarray(told)


def _aside(thresholds: Array) -> None:
    thresholds += HAIR * np.maximum(1.0, np.abs(thresholds))


def _inside(step: Any, fact: str) -> Iterator[Any]:
    """Yield every fitted part, however deep, that knows this about its data."""
    if hasattr(step, fact):
        yield step
    nested = getattr(step, "transformers_", None) or getattr(step, "steps", None) or ()
    for child in [*(each[1] for each in nested), *np.ravel(getattr(step, "estimators_", []))]:
        if not isinstance(child, str):
            yield from _inside(child, fact)


class Session:
    """Answers as an exported model does, at scikit-learn's speed."""

    def __init__(self, contract: Contract, content: bytes) -> None:
        self._contract = contract
        self._pipeline = loads(content)
        # More than one job makes one row slower.
        jobs = [name for name in self._pipeline.get_params() if name.rpartition("__")[2] == "n_jobs"]
        self._pipeline.set_params(**dict.fromkeys(jobs, 1))

    def scores(self, inputs: Mapping[str, Array]) -> Array:
        """Return the value of each row, or the probability of each class: (n, 1) or (n, classes)."""
        rows = frame(self._contract, inputs)
        if self._contract.problem.task == "regression":
            return np.asarray(self._pipeline.predict(rows), np.float64)[:, None]
        return np.asarray(self._pipeline.predict_proba(rows), np.float64)
