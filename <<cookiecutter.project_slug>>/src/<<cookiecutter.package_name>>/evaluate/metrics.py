"""Metrics of given predictions; any scorer name of scikit-learn will do."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import get_scorer

from ..contract import InputError
from ..rule import CostMatrix, Rule, labels
from . import several
from .ranking import mean, ranked, roc_auc
from .told import ToldClasses, ToldNumbers, ToldSeveral

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Rows:
    """What is known about n rows: the truth, the scores of a model, and for classes the rule of its labels.

    `truth` holds 1 for the positive class and 0 for the other, the number of the class, or the number; `scores` holds
    probabilities (of several classes one a column), or predicted numbers; `groups` numbers the keys of the rows where a
    key repeats.
    """

    truth: Array
    scores: Array
    rule: Rule
    groups: Array | None = None

    @property
    def classes(self) -> int:
        """How many classes there are; none of numbers."""
        return 0 if self.rule is None else len(self.rule.classes) if isinstance(self.rule, CostMatrix) else 2


def score(metric: str, rows: Rows) -> float:
    """Return the value of a scikit-learn scorer; as there, more is always better.

    Of several classes ours stands for it where we have one: a class that no row has counts in neither mean.
    """
    try:
        return _score(metric, rows)
    except ValueError as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise InputError(f"{metric} cannot be computed ({reason}); take another metric in gates.toml") from error


def _score(metric: str, rows: Rows) -> float:
    scorer = get_scorer(metric)
    with warnings.catch_warnings():
        # Of labels that are never said, where a metric is 0 by definition: once a resample that would be a flood.
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        if isinstance(rows.rule, CostMatrix):
            if metric in several.FAST:
                return float(several.FAST[metric](np.ones(len(rows.truth)), rows.truth, rows.scores, rows.rule))
            return float(scorer(ToldSeveral(rows.rule), rows.scores, rows.truth))
        told = ToldNumbers(None) if rows.rule is None else ToldClasses(rows.rule)
        return float(scorer(told, rows.scores[:, None], rows.truth))


def statistic(metric: str, rule: Rule) -> Callable[..., Any]:
    """Return the metric as a function of (counts, truth, scores), where a count says how often a row was drawn.

    The commonest are vectorised, equal to scikit-learn's; others call the scorer once a resample.
    """
    fast = FAST["regression" if rule is None else "classification"]
    if isinstance(rule, CostMatrix):
        if metric in several.FAST:
            return lambda counts, truth, scores: several.FAST[metric](counts, truth, scores, rule)
    elif metric in fast:
        return fast[metric]
    elif rule is not None and metric in LABELLED:
        return lambda counts, truth, scores: LABELLED[metric](counts, truth, labels(scores, rule))

    def loop(counts: Array, truth: Array, scores: Array) -> Any:
        drawn = [np.repeat(np.arange(len(truth)), some.astype(int)) for some in np.atleast_2d(counts)]
        found = [score(metric, Rows(truth[rows], scores[rows], rule)) for rows in drawn]
        return np.reshape(found, counts.shape[:-1])

    return loop


def _average_precision(counts: Array, truth: Array, scores: Array) -> Any:
    """Mean precision at the positives."""
    positives, negatives = (side[..., ::-1] for side in ranked(counts, truth, scores))
    hits, said = positives.cumsum(-1), (positives + negatives).cumsum(-1)
    precision = np.divide(hits, said, out=np.zeros(hits.shape), where=said > 0)
    with np.errstate(invalid="ignore"):
        return (precision * positives).sum(-1) / hits[..., -1]


def _brier(counts: Array, truth: Array, scores: Array) -> Any:
    return -mean(counts, (scores - truth) ** 2)


def _accuracy(counts: Array, truth: Array, labels: Array) -> Any:
    return mean(counts, labels == truth)


def _balanced_accuracy(counts: Array, truth: Array, labels: Array) -> Any:
    with np.errstate(invalid="ignore"):
        return sum(counts @ ((labels == truth) & (truth == one)) / (counts @ (truth == one)) for one in (0, 1)) / 2


def _f1(counts: Array, truth: Array, labels: Array) -> Any:
    hits, said = counts @ (labels * truth), counts @ (labels + truth)
    return np.divide(2 * hits, said, out=np.zeros(np.shape(hits)), where=said > 0)


def _r2(counts: Array, truth: Array, scores: Array) -> Any:
    apart = truth - truth.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 - mean(counts, (scores - truth) ** 2) / (mean(counts, apart**2) - mean(counts, apart) ** 2)


def _mean_absolute_error(counts: Array, truth: Array, scores: Array) -> Any:
    return -mean(counts, np.abs(scores - truth))


def _root_mean_squared_error(counts: Array, truth: Array, scores: Array) -> Any:
    return -np.sqrt(mean(counts, (scores - truth) ** 2))


FAST: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "classification": {"roc_auc": roc_auc, "average_precision": _average_precision, "neg_brier_score": _brier},
    "regression": {
        "r2": _r2,
        "neg_mean_absolute_error": _mean_absolute_error,
        "neg_root_mean_squared_error": _root_mean_squared_error,
    },
}
# Those of labels: the threshold comes first.
LABELLED: Mapping[str, Callable[..., Any]] = {"accuracy": _accuracy, "balanced_accuracy": _balanced_accuracy, "f1": _f1}
