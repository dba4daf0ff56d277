"""How scores become labels: from a threshold on, or, of several classes, by what a wrong answer costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
# Expected costs that differ by less, as a share of the dearest mistake, are equal: the earlier class is the answer, so
# that the rounding of an exported model decides nothing.
TIE = 1e-5


@dataclass(frozen=True)
class CostMatrix:
    """The classes in their order, and what each label costs: a row a truth, a column a label."""

    classes: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    @cached_property
    def _costs(self) -> Array:
        return np.array(self.rows, np.float64)

    @cached_property
    def even(self) -> bool:
        """Tell whether every mistake costs the same: then the most probable class is the answer."""
        return len({cost for i, row in enumerate(self.rows) for j, cost in enumerate(row) if i != j}) == 1

    @property
    def answer(self) -> str:
        """What the label is, in words."""
        return "most probable class" if self.even else "class of the least expected cost"

    @property
    def named(self) -> dict[str, dict[str, float]]:
        """The costs of mistakes by the names of truth and label."""
        return {
            truth: {label: cost for label, cost in zip(self.classes, row, strict=True) if label != truth}
            for truth, row in zip(self.classes, self.rows, strict=True)
        }

    def expected(self, scores: Array) -> Array:
        """Return what each label costs on average, as a share of the dearest mistake: (n, classes)."""
        return np.asarray(scores @ self._costs / self._costs.max())

    def labels(self, scores: Array) -> Array:
        """Return the number of the class whose label costs least; of equals the first."""
        costs = self.expected(scores)
        return np.asarray(np.argmax(costs <= costs.min(axis=1, keepdims=True) + TIE, axis=1))

    def names(self, scores: Array) -> Array:
        """Return the labels by their names."""
        return np.array(self.classes, object)[self.labels(scores)]


# Of two classes the least probability of the positive one; numbers have none.
Rule = float | CostMatrix | None


def cost_matrix(classes: tuple[Any, ...], named: Mapping[str, Mapping[str, float]]) -> CostMatrix:
    """Return the costs of all pairs: a mistake that is not named costs 1."""
    rows = (tuple(0.0 if i == j else float(named.get(i, {}).get(j, 1.0)) for j in classes) for i in classes)
    return CostMatrix(tuple(classes), tuple(rows))


def labels(scores: Array, rule: float | CostMatrix) -> Array:
    """Return the number of the class of each row; of two classes the positive one is number 1."""
    return rule.labels(scores) if isinstance(rule, CostMatrix) else np.asarray(scores >= rule, np.int64)


def unit(truth: Array, rule: Rule) -> float:
    """Return what errors are measured in: standard deviations of numbers; probabilities are measured as they are."""
    return float(np.std(truth)) if rule is None else 1.0


def differing(answers: Array, expected: Array, rule: Rule) -> int:
    """Return how many labels of these answers are others than those of the expected scores.

    Of several classes one within twice a tie of the cheapest is no other label: there rounding decides.
    """
    if rule is None:
        return 0
    ours, theirs = labels(answers, rule), labels(expected, rule)
    if not isinstance(rule, CostMatrix):
        return int((ours != theirs).sum())
    costs, row = rule.expected(expected), np.arange(len(ours))
    return int((np.abs(costs[row, ours] - costs[row, theirs]) > 2 * TIE).sum())
