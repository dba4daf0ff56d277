"""Metrics of several classes, many resamples at once: means over those classes that a resample holds."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..rule import CostMatrix
from .ranking import Array, mean, roc_auc


def _over(values: list[Any], there: list[Any]) -> Any:
    """Return the mean over the classes that are there; without any it is no number."""
    known, held = np.where(there, values, 0.0), np.sum(there, axis=0)
    with np.errstate(invalid="ignore"):
        return known.sum(axis=0) / held


def _roc_auc(counts: Array, truth: Array, scores: Array, rule: CostMatrix) -> Any:
    """Mean over the classes of how well the score of each tells it from all others (Provost and Domingos 2000)."""
    found = [roc_auc(counts, (truth == one).astype(int), scores[:, one]) for one in range(len(rule.classes))]
    return _over(found, [np.isfinite(each) for each in found])


def _log_loss(counts: Array, truth: Array, scores: Array, _: CostMatrix) -> Any:
    tiny = np.finfo(np.float64).eps
    said = (scores / scores.sum(axis=1, keepdims=True))[np.arange(len(truth)), truth]
    return mean(counts, np.log(np.clip(said, tiny, 1 - tiny)))


def _brier(counts: Array, truth: Array, scores: Array, rule: CostMatrix) -> Any:
    return -mean(counts, ((scores - np.eye(len(rule.classes))[truth]) ** 2).sum(axis=1))


def _accuracy(counts: Array, truth: Array, scores: Array, rule: CostMatrix) -> Any:
    return mean(counts, rule.labels(scores) == truth)


def _tallied(counts: Array, truth: Array, scores: Array, rule: CostMatrix) -> list[tuple[Any, Any, Any]]:
    """Return for each class how many rows are found, are of it, and are said to be."""
    labels = rule.labels(scores)
    asked = [(truth == one, labels == one) for one in range(len(rule.classes))]
    return [(counts @ (own & said), counts @ own, counts @ said) for own, said in asked]


def _balanced_accuracy(counts: Array, truth: Array, scores: Array, rule: CostMatrix) -> Any:
    found = _tallied(counts, truth, scores, rule)
    return _over([hits / np.maximum(own, 1) for hits, own, _ in found], [own > 0 for _, own, _ in found])


def _f1(counts: Array, truth: Array, scores: Array, rule: CostMatrix) -> Any:
    found = _tallied(counts, truth, scores, rule)
    both = [(2 * hits, own + said) for hits, own, said in found]
    return _over([hits / np.maximum(all_, 1) for hits, all_ in both], [all_ > 0 for _, all_ in both])


# Equal to scikit-learn's where every class is there.
FAST: Mapping[str, Callable[..., Any]] = {
    "roc_auc_ovr": _roc_auc,
    "neg_log_loss": _log_loss,
    "neg_brier_score": _brier,
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "f1_macro": _f1,
}
