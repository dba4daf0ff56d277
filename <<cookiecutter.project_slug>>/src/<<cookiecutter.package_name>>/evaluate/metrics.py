"""Metrics of given predictions, and how sure they are; any scorer name of scikit-learn will do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import bootstrap, rankdata
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import get_scorer, get_scorer_names

from ..config import Evaluate
from ..contract import InputError

Array = npt.NDArray[Any]
# No parameter: with a smaller one any floor could be kept.
CONFIDENCE = 0.95
BATCH = 200  # resamples at once: beyond it memory traffic costs more than the loop saves


@dataclass(frozen=True)
class Rows:
    """What is known about n rows: the truth, the scores of a model, and for classes its threshold.

    `truth` holds 1 for the positive class and 0 for the other, or the number; `scores` holds
    probabilities, or predicted numbers; `groups` numbers the keys of the rows where a key repeats.
    """

    truth: Array
    scores: Array
    threshold: float | None
    groups: Array | None = None


class _Told(BaseEstimator):  # type: ignore[misc]
    """An estimator that was told its answers: lets scikit-learn's scorers judge given predictions."""

    def __init__(self, threshold: float | None) -> None:
        self.threshold = threshold

    def __sklearn_is_fitted__(self) -> bool:
        return True


class _ToldNumbers(RegressorMixin, _Told):  # type: ignore[misc]
    def predict(self, scores: Array) -> Array:
        return scores[:, 0]


class _ToldClasses(ClassifierMixin, _Told):  # type: ignore[misc]
    classes_ = np.array([0, 1])

    def predict(self, scores: Array) -> Array:
        return (scores[:, 0] >= self.threshold).astype(int)

    def predict_proba(self, scores: Array) -> Array:
        return np.column_stack([1 - scores[:, 0], scores[:, 0]])


def score(metric: str, rows: Rows) -> float:
    """Return the value of a scikit-learn scorer; as there, more is always better."""
    try:
        scorer = get_scorer(metric)
        told = _ToldNumbers(None) if rows.threshold is None else _ToldClasses(rows.threshold)
        return float(scorer(told, rows.scores[:, None], rows.truth))
    except ValueError as error:
        known = ", ".join(get_scorer_names()) if "Valid options" in str(error) or "valid" in str(error) else ""
        reason = f"known: {known}" if known else " ".join(str(error).split())
        raise InputError(f"gates.toml, [quality]: metric {metric!r} cannot be computed; {reason}") from error


def interval(
    statistic: Callable[..., Any], columns: tuple[Array, ...], resamples: int, groups: Array | None = None
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a statistic of paired columns (Efron 1979).

    Rows are resampled without strata: strata cover too little for several metrics. Rows of one group say less than as
    many of different ones, so groups are resampled whole.
    """
    if groups is not None:
        low, high = np.quantile(
            resampled(statistic, columns, resamples, groups), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
        )
        return float(low), float(high)
    answer = bootstrap(
        columns,
        statistic,
        paired=True,
        vectorized=True,
        n_resamples=resamples,
        batch=BATCH,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return float(answer.confidence_interval.low), float(answer.confidence_interval.high)


def resampled(
    statistic: Callable[..., Any], columns: tuple[Array, ...], resamples: int, groups: Array | None = None
) -> Array:
    """Return the statistic of each bootstrap resample: of rows, or of whole groups (Davison and Hinkley 1997, 3.8)."""
    rng = np.random.default_rng(0)
    if groups is None:
        n = len(columns[0])
        places = (rng.integers(0, n, (min(BATCH, resamples - done), n)) for done in range(0, resamples, BATCH))
        return np.concatenate([statistic(*(column[rows] for column in columns), axis=-1) for rows in places])
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    found = []
    for _ in range(resamples):
        rows = np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        found.append(float(statistic(*(column[rows] for column in columns))))
    return np.array(found)


def statistic(metric: str, threshold: float | None) -> Callable[..., Any]:
    """Return the metric as a function of (truth, scores) along an axis, for `interval`.

    The commonest are vectorised, equal to scikit-learn's; others call the scorer once a resample.
    """
    fast = FAST["regression" if threshold is None else "classification"]
    if metric in fast:
        return fast[metric]
    if threshold is not None and metric in LABELLED:
        return lambda truth, scores, axis=-1: LABELLED[metric](truth, scores >= threshold, axis)

    def loop(truth: Array, scores: Array, axis: int = -1) -> Any:
        truth, scores = np.moveaxis(truth, axis, -1), np.moveaxis(scores, axis, -1)
        flat = [
            score(metric, Rows(t, s, threshold))
            for t, s in zip(truth.reshape(-1, truth.shape[-1]), scores.reshape(-1, scores.shape[-1]), strict=True)
        ]
        return np.reshape(flat, truth.shape[:-1])

    return loop


def gain(metric: str, ours: Rows, theirs: Rows, params: Evaluate) -> dict[str, Any]:
    """Measure how much better our predictions are than theirs, paired on the same rows."""
    of_ours, of_theirs = statistic(metric, ours.threshold), statistic(metric, theirs.threshold)

    def difference(truth: Array, first: Array, second: Array, axis: int = -1) -> Any:
        return of_ours(truth, first, axis=axis) - of_theirs(truth, second, axis=axis)

    columns = (ours.truth, ours.scores, theirs.scores)
    low, high = interval(difference, columns, params.resamples, ours.groups)
    other = score(metric, theirs)
    return {"value": score(metric, ours) - other, "low": low, "high": high, "other": other, "rows": len(ours.truth)}


def _roc_auc(truth: Array, scores: Array, axis: int = -1) -> Any:
    """Area under the ROC curve from average ranks (Mann and Whitney 1947)."""
    positives = truth.sum(axis)
    negatives = truth.shape[axis] - positives
    ranks = (rankdata(scores, axis=axis) * truth).sum(axis)
    with np.errstate(invalid="ignore"):
        return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def _brier(truth: Array, scores: Array, axis: int = -1) -> Any:
    return -((scores - truth) ** 2).mean(axis)


def _average_precision(truth: Array, scores: Array, axis: int = -1) -> Any:
    """Mean precision at the positives; rows of one score stand and fall together."""
    truth, scores = np.moveaxis(truth, axis, -1), np.moveaxis(scores, axis, -1)
    order = np.argsort(-scores, axis=-1)
    hits, ranked = np.take_along_axis(truth, order, -1), np.take_along_axis(scores, order, -1)
    n = truth.shape[-1]
    last = np.full(ranked.shape, n - 1)
    last[..., :-1] = np.where(ranked[..., :-1] != ranked[..., 1:], np.arange(n - 1), n - 1)
    # Where the tie of each row ends: the nearest end that is not before it.
    last = np.minimum.accumulate(last[..., ::-1], -1)[..., ::-1]
    precision = np.take_along_axis(hits.cumsum(-1), last, -1) / (last + 1)
    with np.errstate(invalid="ignore"):
        return (precision * hits).sum(-1) / hits.sum(-1)


def _accuracy(truth: Array, labels: Array, axis: int = -1) -> Any:
    return (labels == truth).mean(axis)


def _balanced_accuracy(truth: Array, labels: Array, axis: int = -1) -> Any:
    positives, negatives = truth.sum(axis), (1 - truth).sum(axis)
    with np.errstate(invalid="ignore"):
        return ((labels * truth).sum(axis) / positives + (~labels * (1 - truth)).sum(axis) / negatives) / 2


def _f1(truth: Array, labels: Array, axis: int = -1) -> Any:
    hits, said = (labels * truth).sum(axis), labels.sum(axis) + truth.sum(axis)
    return np.divide(2 * hits, said, out=np.zeros(np.shape(hits)), where=said > 0)


def _r2(truth: Array, scores: Array, axis: int = -1) -> Any:
    return 1 - ((scores - truth) ** 2).sum(axis) / ((truth - truth.mean(axis, keepdims=True)) ** 2).sum(axis)


def _mean_absolute_error(truth: Array, scores: Array, axis: int = -1) -> Any:
    return -np.abs(scores - truth).mean(axis)


def _root_mean_squared_error(truth: Array, scores: Array, axis: int = -1) -> Any:
    return -np.sqrt(((scores - truth) ** 2).mean(axis))


FAST: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "classification": {"roc_auc": _roc_auc, "average_precision": _average_precision, "neg_brier_score": _brier},
    "regression": {
        "r2": _r2,
        "neg_mean_absolute_error": _mean_absolute_error,
        "neg_root_mean_squared_error": _root_mean_squared_error,
    },
}
# Those of labels: the threshold comes first.
LABELLED: Mapping[str, Callable[..., Any]] = {"accuracy": _accuracy, "balanced_accuracy": _balanced_accuracy, "f1": _f1}
