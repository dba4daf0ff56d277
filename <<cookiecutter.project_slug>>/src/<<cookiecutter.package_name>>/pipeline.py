"""The scikit-learn pipeline itself, for models that cannot be exported: read without running code, and asked."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import skops.io
from sklearn.pipeline import Pipeline

from .contract import Contract

Array = npt.NDArray[Any]


def loads(content: bytes) -> Pipeline:
    """Read a pipeline; only types of scikit-learn, numpy and this project are trusted."""
    ours = ("sklearn.", "numpy.", f"{__name__.partition('.')[0]}.")
    trusted = [name for name in skops.io.get_untrusted_types(data=content) if name.startswith(ours)]
    return skops.io.loads(content, trusted=trusted)


def frame(contract: Contract, tensors: Mapping[str, Array]) -> pd.DataFrame:
    """Return tensors as the named columns that the pipeline is fitted on."""
    parts = []
    if "num" in tensors:
        parts.append(pd.DataFrame(tensors["num"], columns=list(contract.numbers)))
    if "cat" in tensors:
        parts.append(pd.DataFrame(tensors["cat"], columns=list(contract.categories), dtype=object))
    return pd.concat(parts, axis=1)


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
