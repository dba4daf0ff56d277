"""How far each column, and what the model says, have moved away from the reference, and whether that is drift."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2_contingency

from ..contract import Contract, InputError
from ..gates import holm
from .reference import bins, summary, whole

STATISTICS = ("pearson", "log-likelihood")
# Fewer rows judge nothing; at so many false alarms stay below 2 %.
LEAST = 100
SIGNIFICANT = 0.01  # after Holm's correction
EFFECT = 0.05  # population stability index, less what chance gives
PREDICTIONS = "(predictions)"
CALENDAR = ("weekday", "month")


@dataclass(frozen=True)
class Drift:
    """How far one column has moved, how surely, and whether that is drift; both distributions as counts of bins."""

    column: str
    effect: float
    p: float
    drifted: bool
    bins: tuple[str, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def missing(self) -> tuple[float, float]:
        """The share of missing values, then and now."""
        return self.before[-1] / sum(self.before), self.after[-1] / sum(self.after)

    @property
    def unseen(self) -> float:
        """The share of values now that training never met; rare categories share a bin, which tells nothing of that."""
        return 0.0 if self.before[-2] else self.after[-2] / sum(self.after)


def drift(
    inputs: pd.DataFrame, scores: npt.NDArray[Any], then: Mapping[str, Any], contract: Contract | None = None
) -> list[Drift]:
    """Compare recent inputs (as the model reads them) and predictions with the reference of a bundle.

    Of a derived weekday or month only what is missing is judged: recent rows never come from all of a year.

    A column drifted when its chi-squared test, by the less sure of two statistics, is significant after Holm's
    correction, and its population stability index exceeds what chance gives at these sizes, (bins - 1)(1/n + 1/m), by
    more than the effect.
    """
    if len(inputs) < LEAST:
        raise InputError(f"{len(inputs)} rows are too few to judge drift; at least {LEAST} are needed")
    calendar = {each.name for each in contract.derive if each.operation in CALENDAR} if contract else set()
    ends = whole(contract) if contract else {}
    now = {name: (inputs[name], _there(old) if name in calendar else old) for name, old in then["columns"].items()}
    now[PREDICTIONS] = (pd.Series(scores), then["predictions"])
    counted = {
        name: summary(values, old.get("edges"), old.get("names"))["counts"] for name, (values, old) in now.items()
    }
    moved = {name: _moved(np.array(now[name][1]["counts"]), np.array(counts)) for name, counts in counted.items()}
    significant = holm([p for _, p in moved.values()], SIGNIFICANT)
    return [
        Drift(
            name,
            effect,
            p,
            bool(sure and effect > EFFECT),
            tuple(bins(now[name][1], ends.get(name))),
            tuple(now[name][1]["counts"]),
            tuple(counted[name]),
        )
        for (name, (effect, p)), sure in zip(moved.items(), significant, strict=True)
    ]


def _there(counted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the summary of a column of numbers that tells known from missing, and no more."""
    *known, missing = counted["counts"]
    return {"edges": [], "counts": [sum(known), 0, missing]}


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
    # Where hardly a row is expected in a bin, Pearson's statistic is too sure of the first that come (Cochran 1954);
    # the likelihood ratio is not, and elsewhere they agree.
    counts = np.vstack([old, new])
    p = max(float(chi2_contingency(counts, correction=False, lambda_=way).pvalue) for way in STATISTICS)
    return index - chance, p
