"""How each gate judges: what was measured and what was promised in, a verdict and two sentences out."""

from collections.abc import Callable, Mapping
from typing import Any

from . import calibration, leakage, slices
from .outcome import FAIL, PASS, Found, Outcome, bounded, listed


def _contract(found: Found, promise: Any) -> Outcome:
    kept = found["violations"] == 0 and found["rows"] >= promise.min_rows
    said = f"{found['rows']} rows, {found['violations']} violations"
    return PASS if kept else FAIL, said, f"no violation, at least {promise.min_rows} rows"


def _quality(found: Found, promise: Any) -> Outcome:
    if found["metric"] != promise.metric:
        return FAIL, f"{found['metric']} was measured", f"{promise.metric}; run ml evaluate again"
    return bounded(found, promise.floor, found["metric"])


def _baseline(found: Found, promise: Any) -> Outcome:
    return bounded(found, promise.margin, f"gain in {found['metric']}")


def _overfit(found: Found, promise: Any) -> Outcome:
    said = f"{found['metric']} {found['train']:.3f} in train, {found['validation']:.3f} in validation"
    return PASS if found["gap"] < promise.limit else FAIL, said, f"gap below {promise.limit:g}"


def _champion(found: Found, promise: Any) -> Outcome:
    """Judge by non-inferiority, so that equal models pass and a worse one does not; by superiority where asked."""
    if "incomparable" in found:
        return FAIL, f"not comparable with {found['version']}: {found['incomparable']}", "comparable rows"
    what = f"{found['metric']} against {found['version']}:"
    return bounded(found, 0.0 if promise.rule == "better" else -promise.margin, what)


def _parity(found: Found, promise: Any) -> Outcome:
    kept = found["largest"] <= promise.tolerance and found["labels"] == 0
    said = f"largest difference {found['largest']:.2g}, {found['labels']} labels, on {found['rows']} rows"
    return PASS if kept else FAIL, said, f"at most {promise.tolerance:g}, no label"


def _robustness(found: Found, promise: Any) -> Outcome:
    broken = [
        f"{one['check']}: {one['said']}"
        for one in found["checks"]
        if one["broken"] or not one["largest"] <= promise.tolerance
    ]
    promised = f"every answer a number, and the same within {promise.tolerance:g}"
    if broken or not found["checks"]:
        return FAIL, listed(broken) or "nothing was checked", promised
    largest = max(one["largest"] for one in found["checks"])
    return PASS, f"{len(found['checks'])} checks, the largest difference {largest:.2g}", promised


def _budget(found: Found, promise: Any) -> Outcome:
    asked = ("megabytes", "memory", "latency")
    kept = all(found[each] <= getattr(promise, each) for each in asked)
    said = (
        f"{found['megabytes']:,.3f} MB, {found['memory']:.1f} MB in memory, p95 {found['latency']:.2f} x the reference"
    )
    return (
        PASS if kept else FAIL,
        said,
        f"at most {promise.megabytes:g} MB, {promise.memory:g} MB, {promise.latency:g} x",
    )


def _reproducible(found: Found, _: Any) -> Outcome:
    first, second = found["first"], found["second"]
    said = f"model.onnx {first[:12]}, and {second[:12]} when trained again"
    return PASS if first == second else FAIL, said, "the same bytes"


JUDGES: Mapping[str, Callable[[Found, Any], Outcome]] = {
    "contract": _contract,
    "leakage": leakage.judge,
    "quality": _quality,
    "baseline": _baseline,
    "overfit": _overfit,
    "champion": _champion,
    "slices": slices.judge,
    "calibration": calibration.judge,
    "parity": _parity,
    "robustness": _robustness,
    "budget": _budget,
    "reproducible": _reproducible,
}
