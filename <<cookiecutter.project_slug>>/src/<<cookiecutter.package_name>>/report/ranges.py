"""Which ranges the values of a column are drawn in: of one width, named by their ends."""

import re
from typing import Any

import numpy as np
import pandas as pd

from .chart import rounded
from .readable import short

BINS = 20
HOURS = 3  # so many days are divided into hours, more into days
MONTH = 31  # moments are divided into so many ranges at most

# The range of each row, the ranges' names, and where they begin; the last is that of missing values.
Binned = tuple["np.ndarray[Any, Any]", list[str | None], list[str | None]]


def numbers(values: "pd.Series[float]", *, whole: bool = False) -> Binned:
    """Return ranges of one width; what lies far out shares the first or the last."""
    low, high = _near(values.dropna())
    width = rounded(low, high, BINS) if high > low else 1.0
    width = max(1.0, np.ceil(width)) if whole else width
    edges = np.arange(np.floor(low / width), np.floor(high / width) + 2) * width
    return _between(values, edges, short, edges[1:] - whole)


def moments(values: "pd.Series[Any]") -> Binned:
    """Return ranges of whole days, of a short time of whole hours, that begin with the first row that is not far out.

    Of the widths that make eight to a month's thirty-one the one is taken whose last range the last row fills most.
    """
    days = (values - pd.Timestamp(0)) / pd.Timedelta(1, "D")
    low, high = _near(days.dropna())
    clocks = high - low <= HOURS and (days.dropna() % 1).any()
    unit, name = (24, _hour) if clocks else (1, _day)
    first, past = np.floor(low * unit), np.floor(high * unit) + 1
    lasts = int(past - first)
    widths = range(-(-lasts // MONTH), max(lasts // 8, 1) + 1)
    width = min(widths, key=lambda each: -lasts % each / each)
    edges = np.minimum(first + np.arange(0, lasts + width, width), past)
    ends = edges[1:] - (unit == 1)  # a day is named by its date, a range of hours by both its ends
    return _between(days * unit, edges, lambda at: name(at / unit), ends)


def _near(known: "pd.Series[float]") -> tuple[float, float]:
    """Return between which ends ranges are drawn: what lies far out is not one of them."""
    low, first, last, high = map(float, known.quantile([0.0, 0.01, 0.99, 1.0]))
    reach = 2 * (last - first)
    return (max(low, first - reach), min(high, last + reach)) if reach else (low, high)


def _between(
    values: "pd.Series[float]", edges: "np.ndarray[Any, Any]", name: Any, until: "np.ndarray[Any, Any]"
) -> Binned:
    """Return ranges from edge to edge, each named by its first value and what it lasts until."""
    known = values.dropna()
    places = np.clip(np.digitize(values.to_numpy(float), edges[1:-1]), 0, len(edges) - 2)
    starts, ends = [name(edge) for edge in edges[:-1]], [name(edge) for edge in until]
    names = [a if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True)]
    if known.min() < edges[0]:
        names[0] = f"{name(known.min())} to {ends[0]}"
    if known.max() >= edges[-1]:
        names[-1] = f"{starts[-1]} to {name(known.max())}"
    return np.where(values.isna(), len(names), places), [*names, None], [*starts, None]


def _day(days: float) -> str:
    """Return a moment, in days since 1970, as a date."""
    return f"{pd.Timestamp(0) + pd.Timedelta(days, 'D'):%Y-%m-%d}"


def _hour(days: float) -> str:
    """Return a moment, in days since 1970, as a day of some month with the hour of its clock."""
    return f"{pd.Timestamp(0) + pd.Timedelta(round(24 * days), 'h'):%m-%d %H:00}"


def lasting(gap: Any) -> str:
    """Return a time between two moments, without the days or the hours that are none."""
    said = str(gap).removeprefix("0 days ").removesuffix(" 00:00:00")
    return re.sub("^1 days", "1 day", said)
