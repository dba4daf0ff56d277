"""Recent rows against the summaries in a bundle: which columns, and whether the predictions, have drifted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy.stats import chi2_contingency

from .contract import InputError
from .gates import holm

# Fewer rows judge nothing; at so many false alarms stay below 2 %.
LEAST = 100
SIGNIFICANT = 0.01  # after Holm's correction
# More categories than this are summed up as the rest.
LARGEST = 50
EFFECT = 0.05  # population stability index, less what chance gives


@dataclass(frozen=True)
class Drift:
    """How far one column has moved, how surely, and whether that is drift."""

    column: str
    effect: float
    p: float
    drifted: bool


def summary(values: "pd.Series[Any]", edges: Sequence[float] = (), names: Sequence[str] = ()) -> dict[str, Any]:
    """Count values between edges, or by name; without these the deciles or names of the values themselves.

    The last two counts are the rest (unknown names; nothing for numbers) and the missing values.
    """
    if is_numeric_dtype(values):
        known = values.dropna()
        edges = list(edges) or sorted({float(edge) for edge in known.quantile(np.linspace(0.1, 0.9, 9)).dropna()})
        counts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
        return {"edges": list(edges), "counts": [*map(int, counts), 0, int(values.isna().sum())]}
    found = values[values != ""].value_counts()
    names = list(names) or sorted(map(str, found.index[:LARGEST]))
    counted = [int(found.get(name, 0)) for name in names]
    return {"names": list(names), "counts": [*counted, int(found.sum()) - sum(counted), int((values == "").sum())]}


def reference(inputs: pd.DataFrame, scores: npt.NDArray[Any]) -> dict[str, Any]:
    """Summarise what the model read in training, and what it said: no row of it is kept."""
    columns = {str(name): summary(inputs[name]) | _range(inputs[name]) for name in inputs}
    return {"rows": len(inputs), "columns": columns, "predictions": summary(pd.Series(scores))}


def _range(values: "pd.Series[Any]") -> dict[str, Any]:
    """Return the smallest and the largest number: beyond them the service counts."""
    known = values.dropna()
    return {"range": [float(known.min()), float(known.max())]} if is_numeric_dtype(values) and len(known) else {}


def drift(inputs: pd.DataFrame, scores: npt.NDArray[Any], then: Mapping[str, Any]) -> list[Drift]:
    """Compare recent inputs (as the model reads them) and predictions with the reference of a bundle.

    A column drifted when its chi-squared test is significant after Holm's correction, and its population stability
    index exceeds what chance gives at these sizes, (bins - 1)(1/n + 1/m), by more than the effect.
    """
    if len(inputs) < LEAST:
        raise InputError(f"{len(inputs)} rows are too few to judge drift; at least {LEAST} are needed")
    now = {name: (inputs[name], old) for name, old in then["columns"].items()}
    now["(predictions)"] = (pd.Series(scores), then["predictions"])
    measured = []
    for name, (values, old) in now.items():
        counts = summary(values, old.get("edges", ()), old.get("names", ()))["counts"]
        measured.append((name, *_moved(np.array(old["counts"]), np.array(counts))))
    significant = holm([p for _, _, p in measured], SIGNIFICANT)
    return [
        Drift(name, effect, p, bool(sure and effect > EFFECT))
        for (name, effect, p), sure in zip(measured, significant, strict=True)
    ]


def _moved(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> tuple[float, float]:
    """Return the debiased population stability index and the p value of two rows of counts."""
    some = old + new > 0
    old, new = old[some], new[some]
    if len(old) < 2:
        return 0.0, 1.0
    # Half a row in every bin, so that an empty one does not count as infinitely far.
    before, after = (old + 0.5) / (old + 0.5).sum(), (new + 0.5) / (new + 0.5).sum()
    index = float(((after - before) * np.log(after / before)).sum())
    chance = (len(old) - 1) * (1 / old.sum() + 1 / new.sum())
    return index - chance, float(chi2_contingency(np.vstack([old, new]), correction=False).pvalue)
