"""Whether probabilities mean what they say, and whether numbers are right on average."""

import math
from typing import Any

import numpy as np
from scipy.stats import chi2, norm

from ..rule import CostMatrix
from .bootstrap import interval, wilson
from .intervals import support
from .metrics import Array, Rows
from .ranking import mean

BINS = 10
SURE = 1.645  # one-sided 95 % of a normal


def measure(rows: Rows, resamples: int) -> dict[str, Any]:
    """Return the calibration of probabilities, or the bias of numbers in standard deviations of the target."""
    if rows.rule is None:
        found = _bias(rows, resamples)
    else:
        found = _by_class(rows, rows.rule) if isinstance(rows.rule, CostMatrix) else _calibration(rows)[1]
    return {**found, **support("", rows)}


def _bias(rows: Rows, resamples: int) -> dict[str, Any]:
    spread = float(np.std(rows.truth)) or 1.0
    wrong = (rows.scores - rows.truth) / spread
    low, high = interval(mean, (wrong,), resamples, rows.groups)
    return {"bias": float(wrong.mean()), "low": low, "high": high}


def _by_class(rows: Rows, rule: CostMatrix) -> dict[str, Any]:
    """Return the calibration of the probability of every class: the marginal one (Kumar, Liang and Ma 2019).

    Each class against all others is measured like two classes; what is expected to cost least needs all of them right.
    The error is their root mean square, p is Bonferroni's over the classes, and `visible` is too careful rather than
    too small: it takes the classes as if all of them erred together.
    """
    known = [
        Rows((rows.truth == one).astype(int), rows.scores[:, one], 0.5, rows.groups) for one in range(len(rule.classes))
    ]
    squares, found = zip(*map(_calibration, known), strict=True)
    return {
        "error": math.sqrt(max(float(np.mean(squares)), 0.0)),
        "p": min(1.0, len(found) * min(each["p"] for each in found)),
        "visible": math.sqrt(float(np.mean([each["visible"] ** 2 for each in found]))),
        "classes": {
            name: {key: each[key] for key in ("error", "p", "curve")}
            for name, each in zip(rule.classes, found, strict=True)
        },
    }


def _calibration(rows: Rows) -> tuple[float, dict[str, Any]]:
    """Return the squared calibration error, which may lie below 0, and the error, its p and the reliability curve.

    The error is the root mean square over bins of equally many rows, debiased (Broecker 2012; Kumar, Liang and Ma
    2019): the plain one of a perfect model is not 0 but what chance gives. Its p joins Spiegelhalter's test (1986) and
    the chi-squared test over the bins by Bonferroni. `visible` is the error that chance exceeds in 5 % of cases. Rows
    of one group err together: all variances of bins grow by their design effect (Rao and Scott 1981, first order).
    """
    bins = _bins(rows)
    weight = np.array([len(b) for b in bins]) / len(rows.truth)
    observed = np.array([rows.truth[b].mean() for b in bins])
    predicted = np.array([rows.scores[b].mean() for b in bins])
    effect = _effect(np.concatenate([_off(rows, b) for b in bins]), _within(rows, bins))
    own = effect * np.array([observed[i] * (1 - observed[i]) / max(len(b) - 1, 1) for i, b in enumerate(bins)])
    squared = float((weight * ((observed - predicted) ** 2 - own)).sum())
    # What the bins would scatter by if every probability were right.
    expected = effect * np.array([(rows.scores[b] * (1 - rows.scores[b])).sum() / len(b) ** 2 for b in bins])
    visible = math.sqrt(SURE * math.sqrt(2 * float(((weight * expected) ** 2).sum())))
    return squared, {
        "error": math.sqrt(max(squared, 0.0)),
        "p": min(1.0, 2 * min(_spiegelhalter(rows), _chi_squared(observed, predicted, expected))),
        "visible": visible,
        "curve": [_point(rows, b, effect) for b in bins],
    }


def _bins(rows: Rows) -> list[Array]:
    """Return the rows of each bin; rows of one score are not torn apart."""
    edges = np.unique(np.quantile(rows.scores, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, rows.scores, side="right")
    return [np.flatnonzero(place == number) for number in np.unique(place)]


def _off(rows: Rows, inside: Array) -> Array:
    """Return how far truth and probability lie apart in some rows, less what all of these share."""
    apart = rows.truth[inside] - rows.scores[inside]
    return np.asarray(apart - apart.mean())


def _within(rows: Rows, bins: list[Array]) -> Array | None:
    """Return the groups of the rows, bin after bin: those in different bins count as different."""
    if rows.groups is None:
        return None
    _, numbers = np.unique(rows.groups, return_inverse=True)
    return np.concatenate([numbers[b] + place * len(numbers) for place, b in enumerate(bins)])


def _effect(wrong: Array, groups: Array | None) -> float:
    """Return the design effect (Kish 1965): how much more a sum varies because rows of one group err together."""
    alone = float((wrong**2).sum())
    if groups is None or not alone > 0:
        return 1.0
    together = np.bincount(np.unique(groups, return_inverse=True)[1], wrong)
    return max(1.0, float((together**2).sum()) / alone)


def _spiegelhalter(rows: Rows) -> float:
    """Return the two-sided p of Spiegelhalter's z (1986): is the Brier score what these probabilities promise?"""
    lean = 1 - 2 * rows.scores
    wrong = (rows.truth - rows.scores) * lean
    effect = _effect(wrong - wrong.mean(), rows.groups)
    spread = math.sqrt(effect * float((lean**2 * rows.scores * (1 - rows.scores)).sum()))
    off = float(wrong.sum())
    return float(2 * norm.sf(abs(off / spread))) if spread > 0 else float(off == 0)


def _chi_squared(observed: Array, predicted: Array, expected: Array) -> float:
    """Return the p of the bins' differences (Hosmer and Lemeshow 1980), a degree of freedom a bin of unseen rows."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(observed == predicted, 0.0, (observed - predicted) ** 2 / expected)
    return float(chi2.sf(parts.sum(), len(parts)))


def _point(rows: Rows, inside: Array, effect: float) -> dict[str, Any]:
    """Return one point of the reliability curve with Wilson's interval (1927) of so many independent rows."""
    share, said = float(rows.truth[inside].mean()), float(rows.scores[inside].mean())
    low, high = wilson(share, len(inside) / effect)
    return {"predicted": said, "observed": share, "low": low, "high": high, "rows": len(inside)}
