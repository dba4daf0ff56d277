"""Some rows with their target, and how well predictions tell it out of fold."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import KFold, StratifiedKFold

from . import separation
from .ranking import roc_auc

FOLDS = 3


@dataclass(frozen=True)
class Known:
    """The inputs of some rows, the target (1 or 0, the number of the class, or the number), and how many classes."""

    inputs: pd.DataFrame
    target: Any
    numbers: tuple[str, ...]
    classes: int

    @cached_property
    def folds(self) -> list[tuple[Any, Any]]:
        """Which rows each fold is fitted on, and which it is asked."""
        kind = (StratifiedKFold if self.classes else KFold)(FOLDS, shuffle=True, random_state=0)
        return list(kind.split(self.inputs, self.target))

    @property
    def several(self) -> bool:
        """Whether there are more than two classes, so that no number stands for them."""
        return self.classes > 2

    @property
    def resolved(self) -> float:
        """The error that is not told from none: that of one row of the rarest class."""
        return 1 / max(1, int(np.bincount(self.target).min())) if self.classes else 0.0

    @property
    def line(self) -> Any:
        """What the best weighted sum tells."""
        return separation.Line() if self.several else LinearRegression()

    def score(self, estimator: Any, inputs: pd.DataFrame, target: Any = None) -> float:
        """Return the score of an estimator's predictions out of fold."""
        wanted = self.target if target is None else target
        table, said = inputs.to_numpy(np.float64, copy=True), []
        for train, test in self.folds:
            fitted = clone(estimator).fit(table[train], wanted[train])
            if hasattr(fitted, "predict_proba"):
                told = separation.probabilities(fitted, table[test], self.classes)
                said.append(told if self.several else told[:, 1])
            else:
                said.append(fitted.predict(table[test]))
        return self.told(wanted, said)

    def told(self, wanted: Any, said: list[Any]) -> float:
        """Return how well predictions, fold by fold, tell the target: in ROC AUC or R2."""
        order = np.concatenate([test for _, test in self.folds])
        if self.several:
            return separation.told(self.target[order], np.concatenate(said))
        if self.classes:
            return float(roc_auc(np.ones(len(order)), self.target[order], np.concatenate(said)))
        return float(r2_score(wanted[order], np.concatenate(said)))
