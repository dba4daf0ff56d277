"""Draw every column of the table, before anything is modelled."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..contract import NUMERIC, Contract
from .pages import render
from .plots import BLUE, ORANGE, svg

COLUMNS = 3


def data_page(table: pd.DataFrame, contract: Contract, source: str) -> str:
    """Return one HTML page: each column's distribution, its missing share, and how the target goes with it."""
    shown = [c for c in contract.columns if c.type in (*NUMERIC, "category") and c.role == "feature"]
    target = table[contract.target.name]
    wanted = target if contract.problem.task == "regression" else (target == contract.problem.positive).astype(float)
    rows = -(-len(shown) // COLUMNS)
    figure = Figure(figsize=(11, 2.7 * rows), layout="constrained")
    grid = np.atleast_1d(figure.subplots(rows, COLUMNS, squeeze=False)).ravel()
    for axes, column in zip(grid, shown, strict=False):
        _draw(axes, table[column.name], wanted)
        axes.set_title(f"{column.name} ({column.unit})" if column.unit else column.name, fontsize=10)
    for axes in grid[len(shown) :]:
        axes.set_visible(False)
    described = [(c, f"{table[c.name].isna().mean():.1%}", int(table[c.name].nunique())) for c in contract.columns]
    return render(
        "data.html",
        title=f"{source}: {len(table)} rows of the train part",
        columns=described,
        image=svg(figure),
        target=target.name,
    )


def _draw(axes: Any, values: "pd.Series[Any]", wanted: "pd.Series[float]") -> None:
    """Draw how many rows fall where (bars) and the mean of the target there (dots, right axis)."""
    groups = pd.cut(values, 12) if pd.api.types.is_numeric_dtype(values) and values.nunique() > 12 else values
    means = wanted.groupby(groups, observed=False).agg(["size", "mean"])
    places = range(len(means))
    names = [f"{name.mid:.3g}" if isinstance(name, pd.Interval) else str(name) for name in means.index]
    axes.bar(places, means["size"], color=BLUE, alpha=0.6)
    axes.set_xticks(places, names, rotation=45, fontsize=7)
    other = axes.twinx()
    # Between two categories there is nothing to draw a line through.
    line = "-" if pd.api.types.is_numeric_dtype(values) else ""
    other.plot(places, means["mean"], color=ORANGE, marker="o", markersize=4, linestyle=line)
    other.tick_params(labelsize=7, colors=ORANGE)
