"""How the values of a column are distributed, and what the target is like where they fall."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from ..contract import NUMERIC, Column, Contract
from ..evaluate.bootstrap import CONFIDENCE, wilson
from . import ranges
from .readable import short

FEW = 12  # so many different values are shown one by one,
WHOLE = 25  # and so many whole numbers, for hours and months are among them
LEAST = 10  # fewer rows have no mean worth drawing

Series = pd.Series


def wanted(table: pd.DataFrame, contract: Contract) -> "Series[float]":
    """Return what the target is in each row: 1 for the class that is looked at and 0 for any other, or the number."""
    values = table[contract.target.name]
    return values if contract.problem.task == "regression" else (values == looked_at(table, contract)).astype(float)


def looked_at(table: pd.DataFrame, contract: Contract) -> Any:
    """Return the class whose share is drawn: the positive one, of several the commonest."""
    several = contract.problem.task == "multiclass"
    return table[contract.target.name].mode().iloc[0] if several else contract.problem.positive


def of(values: "Series[Any]", column: Column, target: "Series[float] | None") -> dict[str, Any]:
    """Return the bins of a column, in the order of its numbers or of the contract, with the target's mean in each."""
    groups, names, edges = binned(values, column)
    rows = np.bincount(groups, minlength=len(names))
    missing = [name is None for name in names]
    means = [(None, None, None)] * len(names) if target is None else _means(groups, len(names), target.to_numpy(float))
    bins = [
        {"name": "missing" if gone else name, "edge": edge, "rows": int(count), "missing": gone}
        | dict(zip(("mean", "low", "high"), mean, strict=True))
        for name, edge, count, mean, gone in zip(names, edges, rows, means, missing, strict=True)
        if count or not gone
    ]
    unit = column.unit or column.zone
    label = f"{column.name} ({unit})" if unit else column.name
    return {"bins": bins, "label": label, "overall": None if target is None else float(target.mean())}


def binned(values: "Series[Any]", column: Column) -> tuple["np.ndarray[Any, Any]", list[str | None], list[str | None]]:
    """Return the bin of each row, the bins' names, and where ranges begin; the last bin is that of missing values."""
    if column.type == "datetime":
        return ranges.moments(values)
    if column.type not in NUMERIC:
        return _kinds(values, column)
    different = values.dropna().unique()
    if len(different) <= (WHOLE if (different % 1 == 0).all() else FEW):
        return _codes(values, sorted(different), [_named(value, column) for value in sorted(different)])
    return ranges.numbers(values, whole=column.type == "integer")


def _named(value: float, column: Column) -> str:
    return ("no", "yes")[int(value)] if column.type == "boolean" else short(value)


def _kinds(values: "Series[Any]", column: Column) -> tuple["np.ndarray[Any, Any]", list[str | None], list[str | None]]:
    """Return the promised values in their order, or the commonest; beyond a few the others are one bin."""
    counts = values.value_counts()
    order = [str(value) for value in column.values] or list(counts.index)
    if len(order) > FEW:
        order = list(counts.index[: FEW - 1])
        values = values.where(values.isna() | values.isin(order), f"{len(counts) - len(order)} others")
        order.append(f"{len(counts) - len(order)} others")
    return _codes(values, order, [str(value) for value in order])


def _codes(
    values: "Series[Any]", order: Sequence[Any], names: Sequence[str]
) -> tuple["np.ndarray[Any, Any]", list[str | None], list[str | None]]:
    codes = pd.Categorical(values, categories=list(order)).codes.astype(int)
    return np.where(codes < 0, len(order), codes), [*names, None], [None] * (len(order) + 1)


def _means(groups: "np.ndarray[Any, Any]", count: int, target: "np.ndarray[Any, Any]") -> list[Any]:
    """Return the mean of the target in each group, with its interval: Wilson's for a share, Student's for a mean."""
    binary = bool(np.isin(target, (0, 1)).all())
    rows = np.bincount(groups, minlength=count)
    sums = np.bincount(groups, target, minlength=count)
    squares = np.bincount(groups, target**2, minlength=count)
    found: list[Any] = []
    for n, total, square in zip(rows, sums, squares, strict=True):
        if n < LEAST:
            found.append((None, None, None))
        elif binary:
            found.append((total / n, *wilson(total / n, int(n))))
        else:
            spread = np.sqrt(max(square - total**2 / n, 0.0) / (n - 1) / n)
            half = t.ppf((1 + CONFIDENCE) / 2, n - 1) * spread
            found.append((total / n, total / n - half, total / n + half))
    return found


def facts(values: "Series[Any]", column: Column) -> Mapping[str, str]:
    """Return what is known about a column in words and numbers."""
    known = values.dropna()
    told = {
        "rows": f"{len(values):,}",
        "missing": share(values.isna().mean()),
        "different values": f"{known.nunique():,}",
    }
    if not len(known):
        return told
    if column.type in ("number", "integer"):
        at = known.quantile([0, 0.05, 0.5, 0.95, 1])
        told["least, most"] = f"{short(at[0.0])}, {short(at[1.0])}"
        told["median; 90 % lie between"] = f"{short(at[0.5])}; {short(at[0.05])} and {short(at[0.95])}"
        told["mean, standard deviation"] = f"{short(known.mean())}, {short(known.std())}"
    elif column.type == "datetime":
        told["first, last"] = f"{known.min():%Y-%m-%d %H:%M}, {known.max():%Y-%m-%d %H:%M}"
    elif column.type != "boolean":
        most = known.value_counts().head(1)
        told["commonest"] = f"{str(most.index[0])[:40]} ({share(most.iloc[0] / len(values))})"
    return told


def share(part: float) -> str:
    """Return a share in per cent, never rounded to none or to all."""
    if 0 < part < 0.0005:
        return "< 0.1 %"
    return "> 99.9 %" if 0.9995 < part < 1 else f"{part:.1%}".replace("%", " %").replace(".0 ", " ")
