"""Estimators that were told their answers, so that scikit-learn's scorers judge given predictions."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from ..rule import CostMatrix, Rule

Array = npt.NDArray[Any]


class _Told(BaseEstimator):  # type: ignore[misc]
    """Needs no fit, and keeps the rule by which scores become labels."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def __sklearn_is_fitted__(self) -> bool:
        return True


class ToldNumbers(RegressorMixin, _Told):  # type: ignore[misc]
    """Answers with the numbers that it was told."""

    def predict(self, scores: Array) -> Array:
        """Return the numbers."""
        return scores[:, 0]


class ToldClasses(ClassifierMixin, _Told):  # type: ignore[misc]
    """Answers with the probabilities of the positive class that it was told, and by the threshold with labels."""

    classes_ = np.array([0, 1])

    def predict(self, scores: Array) -> Array:
        """Return 1 from the threshold on, 0 below."""
        return (scores[:, 0] >= self.rule).astype(int)

    def predict_proba(self, scores: Array) -> Array:
        """Return the probabilities of both classes, one a column."""
        return np.column_stack([1 - scores[:, 0], scores[:, 0]])


class ToldSeveral(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Answers with the probabilities of several classes that it was told, and by the costs with labels."""

    def __init__(self, rule: CostMatrix) -> None:
        self.rule = rule
        self.classes_ = np.arange(len(rule.classes))

    def predict(self, scores: Array) -> Array:
        """Return the numbers of the classes that are expected to cost least."""
        return self.rule.labels(scores)

    def predict_proba(self, scores: Array) -> Array:
        """Return the probabilities, one class a column."""
        # The exported model rounds them, and scikit-learn wants a sum of exactly 1.
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))
