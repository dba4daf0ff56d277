"""How sure a measurement is: intervals by the bootstrap, of rows or of whole groups."""

import math
from collections.abc import Callable, Iterator
from statistics import NormalDist
from typing import Any

import numpy as np

from .metrics import Array

# No parameter: with a smaller one any floor could be kept.
CONFIDENCE = 0.95
CELLS = 200_000  # rows times resamples at once: more do not fit into the cache and take three times as long


def interval(
    statistic: Callable[..., Any], columns: tuple[Array, ...], resamples: int, groups: Array | None = None
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a statistic of paired columns (Efron 1979), such as a difference.

    Rows are resampled without strata: strata cover too little for several metrics. Rows of one group say less than as
    many of different ones, so groups are resampled whole.
    """
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled(statistic, columns, resamples, groups), [tail, 1 - tail])
    return float(low), float(high)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return Wilson's interval (1927) of a share of n rows; scipy's, which equals it, makes a test beside it."""
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    middle, half = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    # Of none and of all the ends are these themselves, but for rounding.
    return low if share > 0 else 0.0, high if share < 1 else 1.0


def resampled(
    statistic: Callable[..., Any], columns: tuple[Array, ...], resamples: int, groups: Array | None = None
) -> Array:
    """Return the statistic of each bootstrap resample: of rows, or of whole groups (Davison and Hinkley 1997, 3.8)."""
    counts = _counts(len(columns[0]), resamples, groups)
    return np.concatenate([np.atleast_1d(statistic(some, *columns)) for some in counts])


def _counts(n: int, resamples: int, groups: Array | None) -> Iterator[Array]:
    """Yield, some resamples at once, how often each of n rows is drawn."""
    rng = np.random.default_rng(0)
    places = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    units, batch = int(places.max()) + 1, max(10, CELLS // n)
    for done in range(0, resamples, batch):
        some = min(batch, resamples - done)
        drawn = rng.integers(0, units, (some, units)) + units * np.arange(some)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=some * units).reshape(some, units).astype(np.float64)
        yield counts if groups is None else counts[:, places]
