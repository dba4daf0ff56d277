"""Describe what was learned: which columns matter, and what the training data looked like."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from sklearn.inspection import permutation_importance
from sklearn.pipeline import Pipeline

from .. import features
from ..contract import Contract
from ..data import Parts

REPEATS = 5
# More categories than this are summed up as the rest.
LARGEST = 50


def importance(pipeline: Pipeline, contract: Contract, parts: Parts, scoring: str, seed: int) -> dict[str, float]:
    """Return how much score the validation rows lose when a column is shuffled (Breiman 2001)."""
    rows, wanted = features.inputs(contract, parts.validation), features.target(contract, parts.validation)
    found = permutation_importance(pipeline, rows, wanted, scoring=scoring, n_repeats=REPEATS, random_state=seed)
    return dict(zip(rows.columns, map(float, found.importances_mean), strict=True))


def reference(contract: Contract, train: pd.DataFrame) -> dict[str, Any]:
    """Summarise the model's inputs in train: what drift is measured against; no row is in it."""
    rows = features.inputs(contract, train)
    return {"rows": len(rows), "columns": {str(name): _summary(rows[name]) for name in rows}}


def _summary(values: "pd.Series[Any]") -> dict[str, Any]:
    if is_numeric_dtype(values):
        known = values.dropna()
        edges = sorted({float(edge) for edge in known.quantile(np.linspace(0.1, 0.9, 9))}) if len(known) else []
        counts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
        return {"missing": float(values.isna().mean()), "edges": edges, "counts": counts.tolist()}
    found = values[values != ""].value_counts()
    shown = {str(name): int(count) for name, count in sorted(found.head(LARGEST).items())}
    return {"missing": float((values == "").mean()), "counts": shown, "rest": int(found.iloc[LARGEST:].sum())}
