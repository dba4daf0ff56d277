"""What columns tell of several classes, each of them against all others."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .ranking import Array, roc_auc

# A breath: what does not vary inside the classes is then told best of all, and not left out.
LEAST = 1e-6


def line(shrinkage: float | str = LEAST) -> Any:
    """Return what a weighted sum tells: by the distances to the means of the classes, for those between others too."""
    return make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage))


def probabilities(fitted: Any, table: Array, classes: int) -> Array:
    """Return the probability of every class; one that the rows of the fit do not have is never said."""
    found = np.zeros((len(table), classes))
    found[:, fitted.classes_] = fitted.predict_proba(table)
    return found


def shares(values: Array, truth: Array, asked: Array, classes: int) -> Array:
    """Return the share of each class in the category of each asked value; an unknown category has those of all rows."""
    counts = pd.crosstab(values, truth).reindex(columns=range(classes), fill_value=0)
    known = counts.div(counts.sum(axis=1), axis=0).reindex(asked)
    return known.fillna(pd.Series(np.bincount(truth, minlength=classes) / len(truth))).to_numpy(np.float64)


def told(truth: Array, said: Array) -> float:
    """Return the mean ROC AUC of the classes that are there, each against all others."""
    once = np.ones(len(truth))
    found = [roc_auc(once, (truth == one).astype(int), said[:, one]) for one in range(said.shape[1])]
    return float(np.nanmean(found))


def separated(table: Array, truth: Array) -> Array:
    """Return how far each two columns together separate the classes: 1 less Wilks' lambda (1932), in closed form.

    For two classes it is the squared multiple correlation.
    """
    spread = table - table.mean(axis=0)
    within = spread.copy()
    for one in np.unique(truth):
        within[truth == one] -= within[truth == one].mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1 - _areas(within) / _areas(spread))


def _areas(table: Array) -> Array:
    """Return the determinant of the covariance of each two columns, but for a factor."""
    together = table.T @ table
    own = np.diag(together)
    return np.asarray(np.outer(own, own) - together**2)
