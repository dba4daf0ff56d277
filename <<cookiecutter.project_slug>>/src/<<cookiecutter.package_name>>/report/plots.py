"""The plots of the test rows, from the numbers of their curves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import figures
from .chart import Chart, score, short

Found = Mapping[str, Any]


def drawn(curves: Found) -> Iterator[Chart]:
    """Yield the charts of the test rows."""
    if "roc" in curves:
        yield from _classes(curves)
    if "cells" in curves:
        yield figures.heat(curves["edges"], curves["cells"])
        yield _residuals(curves["residuals"])


def _classes(curves: Found) -> Iterator[Chart]:
    base, cut = curves["base"], curves["threshold"]
    roc, pairs = curves["roc"], curves["precision_recall"]
    yield figures.curve(
        "ROC curve",
        {"model": [(x, y) for x, y, _ in roc]},
        ("false positive rate", "true positive rate"),
        "How many positive rows are found, for how many false alarms; the dashed line is guessing.",
        (("false positive rate", "true positive rate", "threshold"), [list(map(score, p)) for p in _spread(roc)]),
        chance=[(0, 0), (1, 1)],
        unit=True,
    )
    yield figures.curve(
        "Precision and recall",
        {"model": [(x, y) for x, y in pairs]},
        ("recall", "precision"),
        f"How many alarms are true, for how many of the positive rows; the dashed line is guessing, {short(base)}.",
        (("recall", "precision"), [list(map(score, p)) for p in _spread(pairs)]),
        chance=[(0, base), (1, base)],
        unit=True,
    )
    at, scores = curves["scores"]["at"], curves["scores"]
    shares = {name: [count / max(sum(scores[name]), 1) for count in scores[name]] for name in ("negative", "positive")}
    most = max(max(line) for line in shares.values())
    yield figures.curve(
        "Scores of both classes",
        {name: list(zip(at, line, strict=True)) for name, line in shares.items()},
        ("predicted probability", "share of the class"),
        f"How the scores of either class are distributed; the dashed line is the threshold, {short(cut)}.",
        (
            ("score", "negative", "positive"),
            list(zip(map(short, at), scores["negative"], scores["positive"], strict=True)),
        ),
        chance=[(cut, 0), (cut, most)],
    )


def _spread(points: Sequence[Any], most: int = 12) -> list[Any]:
    """Return a few of the points, for a table."""
    if len(points) <= most:
        return list(points)
    return [points[round(i * (len(points) - 1) / (most - 1))] for i in range(most)]


def _residuals(found: Sequence[Any]) -> Chart:
    return figures.curve(
        "Residuals",
        {"median": [(at, middle) for at, _, middle, _, _ in found]},
        ("predicted", "actual less predicted"),
        "Tenths of the test rows by their prediction: the median error, and a line for the middle 90 % of them.",
        (("predicted", "5 %", "median", "95 %", "rows"), [list(map(short, each)) for each in found]),
        chance=[(found[0][0], 0), (found[-1][0], 0)],
        whiskered=[(at, low, high) for at, low, _, high, _ in found],
    )
