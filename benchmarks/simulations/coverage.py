"""Intervals of the metrics that the gates offer: how often they hold the truth."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import worlds
from measured import evaluate
from measured.config import FEWEST
from measured.evaluate import calibration, gains, several
from tables import Rate

TITLE = (
    f"Intervals: how often they hold the truth (base rate {worlds.BASE:.0%}, ROC AUC {worlds.AUC} "
    f"where not said, calibrated; numbers of R2 {worlds.R2})"
)
LABELS = ("roc_auc", "average_precision", "neg_brier_score", "balanced_accuracy", "f1", "accuracy")
NUMBERS = ("r2", "neg_mean_absolute_error", "neg_root_mean_squared_error")
RESAMPLES = 500  # the project takes 1,000, which changes nothing but the time
SIZES = (200, 2000)
# Base rate and ROC AUC where percentiles were too narrow.
EXTREME = ((0.3, 0.97), (0.3, 0.995), (0.1, 0.97), (0.1, 0.995))

Draw = Callable[[Any, int], evaluate.Rows]
Found = dict[str, Any]


def rates(draws: int) -> Iterator[Rate]:
    """Yield the coverage of every metric, of the gain over the baseline, and of the bias."""
    for n in SIZES:
        yield from _kind(draws, n, "classes", LABELS, worlds.told, worlds.BASE)
        yield from _kind(draws, n, "three classes", tuple(several.FAST), worlds.several, worlds.SHARES)
        for noise in ("normal", "growing"):
            yield from _kind(draws, n, f"{noise} noise", NUMBERS, _noisy(noise), 0.0)
            yield _covered(f"bias, {noise} noise, {n} rows", draws, n, _noisy(noise), _bias, 0.0)
    for base, auc in EXTREME:
        draw = _extreme(base, auc)
        many = draw(np.random.default_rng(1), worlds.LARGE)
        for metric in ("roc_auc", "average_precision", "accuracy"):
            name = f"{metric}, base rate {base:.0%}, ROC AUC {auc}, 200 rows"
            yield _covered(name, draws, 200, draw, _metric(metric), worlds.value(metric, many))
        name = f"gain in roc_auc, base rate {base:.0%}, ROC AUC {auc}, 200 rows"
        yield _covered(name, draws, 200, draw, _gain("roc_auc", base), auc - 0.5)
    many = worlds.repeated(np.random.default_rng(1), worlds.LARGE)
    for metric in ("roc_auc", "neg_brier_score"):
        for keys in (FEWEST, 500):
            name = f"{metric}, {keys} keys of 4 rows"
            yield _covered(name, draws, 4 * keys, worlds.repeated, _metric(metric), worlds.value(metric, many))
    for noise in ("normal", "growing"):
        many = _noisy(noise)(np.random.default_rng(1), worlds.LARGE)
        for metric in NUMBERS:
            name = f"{metric}, {noise} noise, {FEWEST} rows"
            yield _covered(name, draws, FEWEST, _noisy(noise), _metric(metric), worlds.value(metric, many))
    skewed = _noisy("skewed")
    many = skewed(np.random.default_rng(1), worlds.LARGE)
    for metric in NUMBERS:
        # Nothing is promised here: so far errors may be from normal ones.
        truth = worlds.value(metric, many)
        found = _covered(f"{metric}, exponential noise, 200 rows", draws, 200, skewed, _metric(metric), truth)
        yield replace(found, least=0.0, most=1.0)


def _kind(draws: int, n: int, kind: str, names: tuple[str, ...], draw: Draw, dumb: Any) -> Iterator[Rate]:
    many = draw(np.random.default_rng(1), worlds.LARGE)
    nothing = worlds.always(many, dumb)
    for metric in names:
        truth = worlds.value(metric, many)
        yield _covered(f"{metric}, {kind}, {n} rows", draws, n, draw, _metric(metric), truth)
    for metric in names[:1] if draw in (worlds.told, worlds.several) else names:
        gained = worlds.value(metric, many) - worlds.value(metric, nothing)
        yield _covered(f"gain in {metric}, {kind}, {n} rows", draws, n, draw, _gain(metric, dumb), gained)


def _covered(
    name: str, draws: int, n: int, draw: Draw, measure: Callable[[evaluate.Rows], Found], truth: float
) -> Rate:
    rng = np.random.default_rng(0)
    found = [measure(draw(rng, n)) for _ in range(draws)]
    return Rate(name, sum(each["low"] <= truth <= each["high"] for each in found), draws, 0.92, 0.98)


def _noisy(noise: str) -> Draw:
    return lambda rng, n: worlds.numbers(rng, n, noise)


def _extreme(base: float, auc: float) -> Draw:
    return lambda rng, n: worlds.told(rng, n, auc, base)


def _metric(metric: str) -> Callable[[evaluate.Rows], Found]:
    return lambda rows: evaluate.measured(metric, rows, RESAMPLES)


def _gain(metric: str, dumb: Any) -> Callable[[evaluate.Rows], Found]:
    return lambda rows: gains.gain(metric, rows, worlds.always(rows, dumb), RESAMPLES)


def _bias(rows: evaluate.Rows) -> Found:
    return dict(calibration.measure(rows, RESAMPLES))
