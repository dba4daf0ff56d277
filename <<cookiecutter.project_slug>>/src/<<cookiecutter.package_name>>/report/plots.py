"""Plots of the predictions on the test rows, as SVG text."""

import io
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import PredictionErrorDisplay, RocCurveDisplay

from ..evaluate import Rows

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
    return {"Predictions on the test rows": svg(figure)}


def _regression(rows: Rows, target: str) -> dict[str, str]:
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for axes, kind in zip(figure.subplots(1, 2), ("actual_vs_predicted", "residual_vs_predicted"), strict=True):
        dots = {"alpha": 0.35, "s": 10, "color": BLUE}
        PredictionErrorDisplay.from_predictions(
            rows.truth, rows.scores, kind=kind, subsample=1000, random_state=0, ax=axes, scatter_kwargs=dots
        )
        axes.set_title(f"{target}, {kind.replace('_', ' ')}")
    return {"Predictions on the test rows": svg(figure)}


def _importance(importance: Mapping[str, float]) -> str:
    ranked = sorted(importance.items(), key=lambda item: item[1])
    figure = Figure(figsize=(8, 0.6 + 0.28 * len(ranked)), layout="constrained")
    axes = figure.subplots()
    axes.barh([name for name, _ in ranked], [loss for _, loss in ranked], color=BLUE)
    axes.set_xlabel("loss of score on the validation rows when the column is shuffled")
    return svg(figure)


def svg(figure: Any) -> str:
    """Return a figure as SVG text that an HTML page can hold."""
    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "report", "svg.fonttype": "none"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()[text.getvalue().index("<svg") :]
