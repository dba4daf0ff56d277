"""What a good model measures, gate by gate, and what one gate says of it."""

from typing import Any

from << cookiecutter.package_name >> import config, gates

BOUNDED = {"metric": "roc_auc", "value": 0.8, "low": 0.75, "high": 0.85, "rows": 400}
SLICE = {
    "column": "colour",
    "value": "red",
    "rows": 200,
    "score": 0.8,
    "low": 0.72,
    "high": 0.88,
    "error": 0.035,
    "gap": 0.0,
    "gap_error": 0.04,
    "p": 0.5,
    "visible": 0.11,
    "note": "",
}
SMALL = dict.fromkeys(("score", "low", "high", "error", "gap", "gap_error", "p", "visible"))
CHECK = {"check": "single rows", "rows": 200, "broken": 0, "largest": 1e-7, "said": "differ"}
LEAK = {"columns": ["refund"], "score": 0.999, "rest": 0.8}
GOOD: dict[str, dict[str, Any]] = {
    "contract": {"rows": 1000, "violations": 0},
    "leakage": {
        "measure": "ROC AUC",
        "rows": 900,
        "findings": [],
        "strongest": [{"columns": ["size"], "score": 0.7, "rest": None}],
        "twins": {"share": 0.0, "chance": 0.0, "agree": 1.0, "rows": 300},
    },
    "quality": BOUNDED,
    "baseline": BOUNDED | {"value": 0.3, "low": 0.25, "high": 0.35},
    "overfit": {"metric": "roc_auc", "train": 0.85, "validation": 0.8, "gap": 0.05},
    "champion": BOUNDED | {"value": 0.0, "low": -0.01, "high": 0.01, "version": "0.1.0"},
    "slices": {"metric": "roc_auc", "slices": [SLICE, SLICE | {"value": "green"}]},
    "calibration": {"error": 0.01, "p": 0.4, "visible": 0.03, "rows": 400, "curve": []},
    "parity": {"largest": 1e-6, "labels": 0, "rows": 400},
    "robustness": {"checks": [CHECK]},
    "budget": {"megabytes": 0.1, "memory": 12.0, "latency": 1.0},
    "reproducible": {"first": "a" * 64, "second": "a" * 64},
}


def verdict(measured: dict[str, Any], promised: config.Gates, gate: str) -> gates.Verdict:
    """Return what one gate says about measurements."""
    return next(each for each in gates.judge(measured, promised) if each.gate == gate)
