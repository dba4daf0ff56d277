"""Numbers of the curves that need every test row: few enough to draw, and no row of anybody's among them."""

from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_curve, roc_curve

from ..evaluate import Rows
from ..rule import CostMatrix

POINTS = 100
BINS = 20
CELLS = 24
TENTHS = 10


def of(rows: Rows) -> dict[str, Any]:
    """Return what the report draws of the test rows."""
    if rows.rule is None:
        return _regression(rows)
    return _multiclass(rows, rows.rule) if isinstance(rows.rule, CostMatrix) else _classification(rows, rows.rule)


def _multiclass(rows: Rows, rule: CostMatrix) -> dict[str, Any]:
    """Return the curve of each class against all others, and how often each is taken for which."""
    own = {name: rows.truth == number for number, name in enumerate(rule.classes)}
    found = {name: roc_curve(own[name], rows.scores[:, number]) for number, name in enumerate(rule.classes)}
    table = confusion_matrix(rows.truth, rule.labels(rows.scores), labels=range(len(rule.classes)))
    return {
        "classes": {
            name: {"roc": _few(false, true, np.minimum(cuts, 1.0)), "rows": int(own[name].sum())}
            for name, (false, true, cuts) in found.items()
            if 0 < own[name].sum() < len(own[name])
        },
        "labels": list(rule.classes),
        "confusion": table.tolist(),
    }


def _classification(rows: Rows, rule: float) -> dict[str, Any]:
    false, true, cuts = roc_curve(rows.truth, rows.scores)
    precision, recall, _ = precision_recall_curve(rows.truth, rows.scores)
    edges = np.linspace(0, 1, BINS + 1)
    counts = {
        name: np.histogram(rows.scores[rows.truth == value], edges)[0].tolist() for name, value in CLASSES.items()
    }
    table = confusion_matrix(rows.truth, rows.scores >= rule, labels=[0, 1])
    return {
        # The first cut of scikit-learn lies above every score, at infinity.
        "roc": _few(false, true, np.minimum(cuts, 1.0)),
        "precision_recall": _few(recall[::-1], precision[::-1]),
        "base": float(rows.truth.mean()),
        "scores": {"at": ((edges[:-1] + edges[1:]) / 2).tolist(), **counts},
        "threshold": rule,
        "confusion": table.tolist(),
    }


CLASSES = {"negative": 0, "positive": 1}


def _regression(rows: Rows) -> dict[str, Any]:
    low, high = np.quantile(np.concatenate([rows.truth, rows.scores]), [0.0, 1.0])
    edges = np.linspace(low, high if high > low else low + 1, CELLS + 1)
    counts, _, _ = np.histogram2d(rows.scores, rows.truth, (edges, edges))
    parts = np.array_split(np.argsort(rows.scores, kind="stable"), min(TENTHS, len(rows.scores)))
    wrong = rows.truth - rows.scores
    residuals = [
        [float(rows.scores[part].mean()), *map(float, np.quantile(wrong[part], [0.05, 0.5, 0.95])), len(part)]
        for part in parts
    ]
    return {"edges": edges.tolist(), "cells": counts.astype(int).tolist(), "residuals": residuals}


def _few(*columns: "np.ndarray[Any, Any]") -> list[list[float]]:
    """Return points along a curve, its ends among them."""
    places = np.unique(np.linspace(0, len(columns[0]) - 1, POINTS).round().astype(int))
    points: list[list[float]] = np.column_stack(columns)[places].tolist()
    return points
