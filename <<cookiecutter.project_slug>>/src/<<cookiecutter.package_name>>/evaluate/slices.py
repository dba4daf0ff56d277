"""The metric in each part of the world that the contract asks to look at on its own."""

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from ..config import FEWEST, RARER
from ..contract import NUMERIC, Column, Contract, InputError
from .bootstrap import resampled
from .intervals import measured, rarest, support
from .metrics import Array, Rows, score, statistic

RESAMPLES = 200  # of a standard error: it is then known to about 5 %
LEVEL, POWER = 0.05, 0.8
BINS = 4


def measure(contract: Contract, train: pd.DataFrame, test: pd.DataFrame, rows: Rows, metric: str) -> dict[str, Any]:
    """Return the metric of every slice of the test rows, and how far it stays behind that of all other rows.

    `error` and `gap_error` are standard errors by bootstrap; `low` and `high` hold for all slices at once (Bonferroni);
    `visible` is the smallest gap that would be found with a probability of 80 %, `overall` the metric of all rows.
    """
    members = [
        (column.name, value, inside.to_numpy(bool))
        for column in contract.columns
        if column.slice
        for value, inside in _members(column, train, test)
    ]
    if not members:
        return {"not asked": "no column of contract.toml has slice = true"}
    judged = [inside for _, _, inside in members if not _few(metric, part(rows, inside))]
    level = NormalDist().inv_cdf(1 - LEVEL / max(len(judged), 1))
    slices = [
        {"column": column, "value": value, **_measured(metric, rows, inside, level)}
        for column, value, inside in members
    ]
    return {"metric": metric, "overall": _overall(metric, rows), "slices": slices}


def _members(column: Column, train: pd.DataFrame, test: pd.DataFrame) -> Iterator[tuple[str, "pd.Series[bool]"]]:
    """Yield every value of a column, or every quarter of a number as train has it, and which test rows are there."""
    values = test[column.name]
    if column.type in ("number", "integer") and not column.values:
        edges = np.unique(train[column.name].dropna().quantile(np.linspace(0, 1, BINS + 1)).iloc[1:-1])
        bins = pd.cut(values, [-np.inf, *edges, np.inf], right=False)
        for interval in bins.cat.categories:
            yield _interval(interval), bins == interval
    else:
        known = list(column.values) or (
            [0.0, 1.0] if column.type in NUMERIC else sorted(train[column.name].dropna().unique())
        )
        for value in known:
            yield _spelled(column, value), values == value
        # A few such rows are no group.
        if (unseen := values.notna() & ~values.isin(known)).sum() >= FEWEST:
            yield "unseen in training", unseen
    if values.isna().any():
        yield "missing", values.isna()


def _overall(metric: str, rows: Rows) -> float | None:
    try:
        return score(metric, rows)
    except InputError:
        return None  # of rows with one class alone some metrics say nothing


def _interval(interval: "pd.Interval[Any]") -> str:
    if not np.isfinite(interval.left):
        return f"below {interval.right:g}"
    return (
        f"{interval.left:g} or more" if not np.isfinite(interval.right) else f"{interval.left:g} to {interval.right:g}"
    )


def _spelled(column: Column, value: Any) -> str:
    return str(bool(value)).lower() if column.type == "boolean" else str(value)


def _measured(metric: str, rows: Rows, inside: Array, level: float) -> dict[str, Any]:
    own, others = part(rows, inside), part(rows, ~inside)
    nothing = dict.fromkeys(("score", "low", "high", "error", "gap", "gap_error", "p", "visible"))
    if few := _few(metric, own):
        return {"rows": len(own.truth), **nothing, "note": few}
    try:
        here, error = score(metric, own), _error(metric, own)
        # A slice that holds almost all rows has no rest to be compared with.
        there, rest_error = (score(metric, others), _error(metric, others)) if not _few(metric, others) else (here, 0.0)
    except InputError as wrong:
        return {"rows": len(own.truth), **nothing, "note": str(wrong)}
    gap, gap_error = there - here, math.hypot(error, rest_error)
    return {
        "rows": len(own.truth),
        "score": here,
        "low": here - level * error,
        "high": here + level * error,
        "error": error,
        "gap": gap,
        "gap_error": gap_error,
        "p": 1 - NormalDist().cdf(gap / gap_error) if gap_error > 0 else float(not gap > 0),
        "visible": (level + NormalDist().inv_cdf(POWER)) * gap_error,
        "note": "",
    }


def _few(metric: str, rows: Rows) -> str:
    """Return why these rows tell too little, or nothing.

    The error of a metric by bootstrap is far too small where one class has few rows: of 60 rows with a base rate of
    3 % it would condemn two equal slices in five.
    """
    known = support(metric, rows)
    many, what = (known["groups"], "keys") if "groups" in known else (known["rows"], "rows")
    if many < FEWEST:
        return f"has {many} test {what}, and {FEWEST} are the least"
    if rows.rule is None:
        return ""
    kinds = np.unique(rows.truth)
    if len(kinds) < 2:
        return f"all of its {len(rows.truth)} test rows have one class"
    fewest = rarest(metric, rows, kinds)
    return "" if fewest >= RARER else f"has {fewest} {what} of its rarest class or label, and {RARER} are the least"


def _error(metric: str, rows: Rows) -> float:
    found = resampled(statistic(metric, rows.rule), (rows.truth, rows.scores), RESAMPLES, rows.groups)
    error = float(np.nanstd(found, ddof=1))
    if error != 0:
        return error  # or no number, which proves nothing
    # Where nothing is wrong no resample differs, and few rows would be as sure as many.
    told = measured(metric, rows, RESAMPLES)
    return float(told["value"] - told["low"]) / NormalDist().inv_cdf(0.975)


def part(rows: Rows, inside: Array) -> Rows:
    """Return some of the rows."""
    groups = None if rows.groups is None else rows.groups[inside]
    return Rows(rows.truth[inside], rows.scores[inside], rows.rule, groups)
