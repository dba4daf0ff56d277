"""Plots as SVG text: every column before modelling, predictions and importance after."""

import io
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import PredictionErrorDisplay, RocCurveDisplay

from ..contract import NUMERIC, Contract
from ..evaluate import Rows

COLUMNS = 3
# A name of a column may hold a dollar sign, which would begin a formula.
mpl.rcParams["text.parse_math"] = False
BLUE, ORANGE = "#0969da", "#bc4c00"


def plots(rows: Rows, target: str, importance: Mapping[str, float]) -> dict[str, str]:
    """Return a title and an SVG for each plot that suits the task."""
    drawn = _classification(rows, target) if rows.threshold is not None else _regression(rows, target)
    return {**drawn, "What the model looks at": _importance(importance)}


def _classification(rows: Rows, target: str) -> dict[str, str]:
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    ranking, calibration, scores = figure.subplots(1, 3)
    RocCurveDisplay.from_predictions(rows.truth, rows.scores, ax=ranking, plot_chance_level=True, name="model")
    CalibrationDisplay.from_predictions(
        rows.truth, rows.scores, n_bins=10, strategy="quantile", ax=calibration, name="model"
    )
    for value, colour in ((0, BLUE), (1, ORANGE)):
        name = "positive" if value else "negative"
        scores.hist(rows.scores[rows.truth == value], bins=25, range=(0, 1), alpha=0.6, color=colour, label=name)
    scores.axvline(rows.threshold or 0.0, color="black", linestyle="--", label="threshold")
    scores.set(xlabel=f"predicted probability of {target}", ylabel="rows")
    scores.legend()
    for axes, title in ((ranking, "Ranking"), (calibration, "Calibration"), (scores, "Scores")):
        axes.set_title(title)
    return {"Predictions on the test rows": _svg(figure)}


def _regression(rows: Rows, target: str) -> dict[str, str]:
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for axes, kind in zip(figure.subplots(1, 2), ("actual_vs_predicted", "residual_vs_predicted"), strict=True):
        dots = {"alpha": 0.35, "s": 10, "color": BLUE}
        PredictionErrorDisplay.from_predictions(
            rows.truth, rows.scores, kind=kind, subsample=1000, random_state=0, ax=axes, scatter_kwargs=dots
        )
        axes.set_title(f"{target}, {kind.replace('_', ' ')}")
    return {"Predictions on the test rows": _svg(figure)}


def _importance(importance: Mapping[str, float]) -> str:
    ranked = sorted(importance.items(), key=lambda item: item[1])
    figure = Figure(figsize=(8, 0.6 + 0.28 * len(ranked)), layout="constrained")
    axes = figure.subplots()
    axes.barh([name for name, _ in ranked], [loss for _, loss in ranked], color=BLUE)
    axes.set_xlabel("loss of score on the validation rows when the column is shuffled")
    return _svg(figure)


def columns(table: pd.DataFrame, contract: Contract) -> str:
    """Draw each feature's distribution, and how the target goes with it."""
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
    return _svg(figure)


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


def _svg(figure: Any) -> str:
    """Return a figure as SVG text that an HTML page can hold."""
    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "report", "svg.fonttype": "none"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()[text.getvalue().index("<svg") :]
