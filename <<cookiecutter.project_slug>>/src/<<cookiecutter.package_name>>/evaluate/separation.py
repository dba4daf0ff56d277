"""What columns tell of several classes, each of them against all others."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import linalg, special
from sklearn.base import BaseEstimator
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .ranking import Array, roc_auc

# A breath: what does not vary inside the classes is then told best of all, and not left out.
LEAST = 1e-6


class Line(BaseEstimator):  # type: ignore[misc]
    """What a weighted sum tells: by the distances to the means of the classes, for those between others too.

    It is scikit-learn's linear discriminant analysis of scaled columns (`lsqr`, shrunk by a breath) in closed form: of
    many small tables most of its time goes into asking whether they are tables.
    """

    def fit(self, table: Array, wanted: Array) -> "Line":
        """Learn the means of the classes and the covariance inside them."""
        self.classes_, places, counts = np.unique(wanted, return_inverse=True, return_counts=True)
        self._centre, spread = table.mean(axis=0), table.std(axis=0)
        self._spread = np.where(spread > np.finfo(float).eps * np.abs(self._centre), spread, 1.0)
        scaled = (table - self._centre) / self._spread
        means = (places == np.arange(len(counts))[:, None]) @ scaled / counts[:, None]
        apart = scaled - means[places]
        inside = apart.T @ apart / len(table)
        # The least number keeps a single column that does not vary at all inside the classes.
        breath = LEAST * np.trace(inside) / len(inside) + np.finfo(float).eps
        inside = (1 - LEAST) * inside + breath * np.eye(len(inside))
        self._weights = linalg.lstsq(inside, means.T)[0]
        self._start = np.log(counts / len(table)) - (means * self._weights.T).sum(axis=1) / 2
        return self

    def predict_proba(self, table: Array) -> Array:
        """Return the probability of every class that was there: (n, classes)."""
        scaled = (table - self._centre) / self._spread
        return np.asarray(special.softmax(scaled @ self._weights + self._start, axis=1))


def shrunk() -> Any:
    """Return such a line of many columns, shrunk by as much as they ask for."""
    return make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"))


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
