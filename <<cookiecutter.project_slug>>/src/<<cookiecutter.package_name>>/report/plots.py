"""The plots of the test rows, from the numbers of their curves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import figures
from .chart import Chart
from .readable import score, short

Found = Mapping[str, Any]
MOST = 12  # so many classes have a curve of their own,
LARGEST = 30  # and so many make a table that can be read


def drawn(curves: Found) -> Iterator[Chart]:
    """Yield the charts of the test rows."""
    if "roc" in curves:
        yield from _classes(curves)
    for name, found in list(curves.get("classes", {}).items())[:MOST]:
        said = f"How many of the {found['rows']:,} rows that are {name} are found, for how many others; "
        yield _roc(f"ROC curve: {name}", found["roc"], f"{said}the dashed line is guessing.")
    if "cells" in curves:
        yield figures.heat(curves["edges"], curves["cells"])
        yield _residuals(curves["residuals"])


def confusion(curves: Found) -> tuple[str, list[str], list[list[Any]]]:
    """Return caption, head and rows of the table of truth against label."""
    table, names = curves.get("confusion", ()), curves.get("labels", ("negative", "positive"))
    where = "" if "labels" in curves else f" at the threshold of {short(curves.get('threshold'))}"
    rows = [[f"is {name}", *row] for name, row in zip(names, table, strict=False)] if len(names) <= LARGEST else []
    return f"Labels{where}", ["", *(f"said {name}" for name in names)], rows


def _roc(title: str, points: Sequence[Any], said: str) -> Chart:
    return figures.curve(
        title,
        {"model": [(x, y) for x, y, _ in points]},
        ("false positive rate", "true positive rate"),
        said,
        (("false positive rate", "true positive rate", "threshold"), [list(map(score, p)) for p in _spread(points)]),
        chance=[(0, 0), (1, 1)],
        unit=True,
    )


def _classes(curves: Found) -> Iterator[Chart]:
    base, cut = curves["base"], curves["threshold"]
    pairs = curves["precision_recall"]
    said = "How many positive rows are found, for how many false alarms; the dashed line is guessing."
    yield _roc("ROC curve", curves["roc"], said)
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
