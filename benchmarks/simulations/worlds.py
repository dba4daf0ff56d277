"""Worlds whose truth is known: rows of two classes scored by models of a given ROC AUC, and numbers with noise."""

from typing import Any

import numpy as np
from measured import evaluate, rule
from measured.evaluate import metrics
from scipy.stats import norm

Array = Any
BASE = 0.30  # share of the positive class
AUC = 0.77
R2 = 0.70
THRESHOLD = 0.2  # where one missed positive costs four false alarms, as in the sample's params.toml
SHARES = (0.4, 0.35, 0.25)  # of three classes
CENTRES = 1.5 * np.array([[0, 0], [1, 0], [0, 1]])  # standard deviations
EVEN = rule.cost_matrix(("a", "b", "c"), {})
LARGE = 2_000_000  # rows on which the truth of a metric is computed where no closed form gives it


def distance(auc: float) -> float:
    """Return how far apart two normal classes lie that a score tells apart with this ROC AUC."""
    return float(np.sqrt(2) * norm.ppf(auc))


def classes(rng: Any, n: int, base: float = BASE) -> Array:
    """Return the truth of n rows."""
    return (rng.random(n) < base).astype(int)


def probabilities(score: Array, auc: float, base: float = BASE) -> Array:
    """Return what a binormal score means: the share of positives among the rows that have it."""
    d = distance(auc)
    return 1 / (1 + np.exp(-(np.log(base / (1 - base)) + d * (score - d / 2))))


def told(rng: Any, n: int, auc: float = AUC, base: float = BASE) -> evaluate.Rows:
    """Return n rows and the probabilities that a calibrated model of this ROC AUC tells."""
    truth = classes(rng, n, base)
    return evaluate.Rows(truth, probabilities(distance(auc) * truth + rng.normal(size=n), auc, base), THRESHOLD)


def two(rng: Any, n: int, aucs: tuple[float, float], correlation: float) -> tuple[evaluate.Rows, evaluate.Rows]:
    """Return what two models tell of the same rows; their scores correlate so much inside each class."""
    truth = classes(rng, n)
    first = rng.normal(size=n)
    second = correlation * first + np.sqrt(1 - correlation**2) * rng.normal(size=n)
    ours, theirs = (
        probabilities(distance(auc) * truth + noise, auc) for auc, noise in zip(aucs, (first, second), strict=True)
    )
    return evaluate.Rows(truth, ours, THRESHOLD), evaluate.Rows(truth, theirs, THRESHOLD)


def pair(rng: Any, n: int, r2s: tuple[float, float], correlation: float) -> tuple[evaluate.Rows, evaluate.Rows]:
    """Return what two models say of the same numbers; their errors share what nobody knows, and correlate so much."""
    truth, first = rng.normal(size=n), rng.normal(size=n)
    shared = (correlation - (1 - R2)) / R2
    second = shared * first + np.sqrt(1 - shared**2) * rng.normal(size=n)
    ours, theirs = (r2 * truth - np.sqrt(r2 * (1 - r2)) * noise for r2, noise in zip(r2s, (first, second), strict=True))
    return evaluate.Rows(truth, ours, None), evaluate.Rows(truth, theirs, None)


def several(rng: Any, n: int) -> evaluate.Rows:
    """Return n rows of three classes in a plane, and their true probabilities."""
    truth = rng.choice(len(SHARES), n, p=SHARES)
    place = rng.normal(size=(n, 2)) + CENTRES[truth]
    odds = np.exp(-((place[:, None] - CENTRES) ** 2).sum(-1) / 2) * np.array(SHARES)
    return evaluate.Rows(truth, odds / odds.sum(axis=1, keepdims=True), EVEN)


def numbers(rng: Any, n: int, noise: str) -> evaluate.Rows:
    """Return n numbers and predictions that are right on average, with this R2.

    The noise is normal; or growing with the prediction, as it does for counts (kurtosis 8); or exponential (9).
    """
    said = rng.normal(size=n)
    drawn = rng.exponential(size=n) - 1 if noise == "skewed" else rng.normal(size=n)
    drawn *= np.exp(said / 2 - 1 / 4) if noise == "growing" else 1.0
    return evaluate.Rows(said + drawn * np.sqrt((1 - R2) / R2), said, None)


def repeated(rng: Any, n: int, each: int = 4) -> evaluate.Rows:
    """Return n rows of which as many as `each` have one key, and so the same effect on their scores."""
    groups = np.arange(n) // each
    truth = np.repeat(classes(rng, -(-n // each)), each)[:n]
    shared = np.repeat(rng.normal(size=-(-n // each)), each)[:n]
    score = distance(AUC) * truth + np.sqrt(0.5) * shared + np.sqrt(0.5) * rng.normal(size=n)
    return evaluate.Rows(truth, probabilities(score, AUC), THRESHOLD, groups)


def value(metric: str, rows: evaluate.Rows) -> float:
    """Return a metric by the functions that the intervals use: equal to scikit-learn's and fast on many rows."""
    measure = metrics.statistic(metric, rows.rule)
    return float(measure(np.ones(len(rows.truth)), rows.truth, rows.scores))


def always(rows: evaluate.Rows, said: Any) -> evaluate.Rows:
    """Return the same rows, and the same answer to all."""
    return evaluate.constant(rows, said)
