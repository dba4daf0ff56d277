"""The charts of the report: what was measured, from the numbers alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..config import Gates
from . import figures
from .chart import Chart
from .readable import score, short

Found = Mapping[str, Any]
MOST = 12  # so many classes have a chart of their own
# What people ask when they meet a metric for the first time; scikit-learn's sign is kept, so that more is better.
MEANINGS = {
    "roc_auc": "how often a positive row gets a higher score than a negative one; 0.5 is guessing",
    "average_precision": "precision, averaged over all thresholds; guessing gives the share of positive rows",
    "neg_brier_score": "mean squared error of the probability (of several classes their sum); nearer to 0 is better",
    "neg_log_loss": "log loss of the probability, below zero; nearer to zero is better",
    "balanced_accuracy": "mean of the shares of each class that are found; one divided by the classes is guessing",
    "accuracy": "share of right labels",
    "f1": "harmonic mean of precision and recall, at the threshold",
    "precision": "share of true alarms among all alarms, at the threshold",
    "recall": "share of the positive rows that are found, at the threshold",
    "roc_auc_ovr": "how often a row of a class gets a higher score for it than one of another; a mean over the classes",
    "f1_macro": "harmonic mean of precision and recall, as a mean over the classes",
    "r2": "share of the target's variance that is explained; 0 is always saying the mean",
    "neg_mean_absolute_error": "mean error in the target's unit, below zero; nearer to zero is better",
    "neg_root_mean_squared_error": "as the mean error, with large errors counting more",
}


def meaning(metric: str) -> str:
    """Return what a metric tells."""
    return MEANINGS.get(metric, "a scorer of scikit-learn")


def asked(measured: Found, name: str) -> Found | None:
    """Return what was measured for a gate, or None where it was not asked."""
    found = measured.get(name)
    return None if not found or "not asked" in found else found


def metrics(measured: Found, promises: Gates) -> Iterator[Chart]:
    """Yield a chart of the metrics between 0 and 1, and one of the errors."""
    rows = [{"name": name, **found} for name, found in measured.get("metrics", {}).items()]
    for row in rows:
        if promises.quality and row["name"] == promises.quality.metric:
            row["promise"] = promises.quality.floor
    errors = [row for row in rows if row["name"].startswith("neg_")]
    scores = [row for row in rows if row not in errors]
    if scores:
        yield figures.whiskers("Scores", scores, "more is better", anchors=(0.0, 1.0))
    if errors:
        yield figures.whiskers("Errors", [*map(_error, errors)], "less is better", anchors=(0.0,))


def _error(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an error under its own name and above zero, of the score that is its negative."""
    places = {"value": "value", "low": "high", "high": "low", "promise": "promise"}
    turned = {name: -row[of] for name, of in places.items() if row.get(of) is not None}
    return {**row, **turned, "name": row["name"].removeprefix("neg_")}


def gains(measured: Found, promises: Gates) -> Chart | None:
    """Draw what the model gains over the baseline and over the champion."""
    rows = []
    least = {
        "baseline": promises.baseline.margin if promises.baseline else None,
        "champion": -promises.champion.margin if promises.champion else None,
    }
    for name, promise in least.items():
        found = asked(measured, name)
        if found and "value" in found:
            rows.append({"name": f"over the {name}", **found, "promise": promise})
    if not rows:
        return None
    metric = asked(measured, "baseline") or asked(measured, "champion") or {}
    return figures.whiskers("Gains", rows, f"gain in {metric['metric']}", {"no gain": 0.0})


def slices(measured: Found) -> Iterator[Chart]:
    """Yield a chart of each column whose values are judged one by one, all on one axis."""
    found = asked(measured, "slices")
    overall = found.get("overall") if found else None
    listed = found["slices"] if found else []
    ends = [s[name] for s in listed for name in ("score", "low", "high") if s[name] is not None]
    for column in dict.fromkeys(s["column"] for s in listed):
        rows = [
            {"name": s["value"], "value": s["score"], "low": s["low"], "high": s["high"], "kind": _kind(s, overall)}
            for s in listed
            if s["column"] == column
        ]
        marks = {} if overall is None else {"all rows": overall}
        yield figures.whiskers(str(column), rows, found["metric"] if found else "", marks, anchors=ends)


def _kind(found: Found, overall: float | None) -> str:
    """Mark a slice whose interval lies below all rows."""
    return "dot bad" if overall is not None and found["high"] is not None and found["high"] < overall else "dot"


def slice_rows(measured: Found) -> list[list[str]]:
    """Return every slice in numbers."""
    found = asked(measured, "slices")
    numbers = ("score", "low", "high", "gap", "p", "visible")
    return [
        [f"{s['column']} = {s['value']}", f"{s['rows']:,}", *(score(s.get(n)) for n in numbers), s.get("note") or ""]
        for s in (found["slices"] if found else [])
    ]


def reliability(measured: Found) -> Iterator[Chart]:
    """Draw what happened against what was predicted, of several classes for each."""
    found = asked(measured, "calibration") or {}
    curves = {f"Reliability: {name}": each["curve"] for name, each in found.get("classes", {}).items()}
    curves |= {"Reliability": found["curve"]} if found.get("curve") else {}
    for title, points in list(curves.items())[:MOST]:
        yield _reliability(title, points)


def _reliability(title: str, points: Sequence[Found]) -> Chart:
    line = [(p["predicted"], p["observed"]) for p in points]
    names = ("predicted", "observed", "low", "high", "rows")
    return figures.curve(
        title,
        {"model": line},
        ("predicted probability", "observed share"),
        "What was observed where so much was predicted, with its 95 % interval; the dashed line is a perfect model.",
        (names, _numbers(points, names)),
        chance=[(0, 0), (1, 1)],
        unit=True,
        whiskered=[(p["predicted"], p["low"], p["high"]) for p in points],
    )


def _numbers(points: Sequence[Found], names: Sequence[str]) -> list[list[str]]:
    return [[short(p[name]) if name == "rows" else score(p[name]) for name in names] for p in points]


def importance(measured: Found) -> Chart | None:
    """Draw what the model looks at."""
    found = asked(measured, "importance")
    ranked = sorted((found or {}).items(), key=lambda each: -each[1])[:30]
    return figures.bars("Importance", ranked, "loss of score when the column is shuffled") if ranked else None


def learning(measured: Found) -> Chart | None:
    """Draw the scores of models fitted on fewer rows."""
    found = asked(measured, "learning")
    if not found or not found.get("points"):
        return None
    points, names = found["points"], ("rows", "train", "validation")
    lines = {name: [(p["rows"], p[name]) for p in points] for name in names[1:]}
    first, last = points[0], points[-1]
    said = f"In validation {score(first['validation'])} with {first['rows']:,} rows, "
    said += f"{score(last['validation'])} with {last['rows']:,}."
    table = (names, _numbers(points, names))
    return figures.curve("Learning curve", lines, ("rows of the train part", found["metric"]), said, table)


def leaks(measured: Found) -> Chart | None:
    """Draw which columns alone tell most of the target."""
    found = asked(measured, "leakage")
    if not found or not found.get("strongest"):
        return None
    ranked = [(", ".join(each["columns"]), each["score"]) for each in found["strongest"]]
    guessing = 0.5 if found["measure"] == "ROC AUC" else 0.0
    label = f"{found['measure']} of the column alone; {guessing:g} is guessing"
    return figures.bars("The strongest columns", ranked, label, guessing)
