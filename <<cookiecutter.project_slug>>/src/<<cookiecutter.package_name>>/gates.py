"""Measurements and promises in, verdicts out: pure, without files and without a clock."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .config import Gates

# In the order in which they are reported, and what to do about each.
GATES = {
    "contract": "mend the rows that are listed, or the contract where the world has changed",
    "leakage": "set available = false on the column that knows the answer",
    "quality": "look at the report for where the model is wrong; better features help more than more families",
    "baseline": "the model knows little more than the average; ask whether the features can know the answer",
    "overfit": "narrow the grid in params.toml to simpler models, or add data",
    "champion": "keep the model in production, or say in gates.toml what may become worse",
    "slices": "look at the slice in the report; more of its rows help most",
    "calibration": "calibrate the model, or use labels only",
    "parity": "export another estimator or step: this one does not survive ONNX",
    "robustness": "look at the row in the report that changed the prediction",
    "budget": "take a smaller model: fewer trees, fewer leaves",
    "reproducible": "seed what is random in the training",
}
PASS, FAIL, INCONCLUSIVE, NOT_ASKED = "pass", "fail", "inconclusive", "not asked"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one gate."""

    gate: str
    verdict: str
    measured: str
    promised: str
    advice: str = ""

    @property
    def kept(self) -> bool:
        """Tell whether this verdict lets the model through; inconclusive does not."""
        return self.verdict in (PASS, NOT_ASKED)

    def as_dict(self) -> dict[str, str]:
        """Return the verdict as plain values."""
        return asdict(self)


def judge(measured: Mapping[str, Any], gates: Gates) -> list[Verdict]:
    """Judge every gate; one that is asked and was not measured fails."""
    return [_judge(name, measured.get(name), getattr(gates, name, None)) for name in GATES]


def _judge(name: str, found: Mapping[str, Any] | None, promise: Any) -> Verdict:
    if promise is None:
        return Verdict(name, NOT_ASKED, "", f"gates.toml has no [{name}]")
    if found is None:
        return Verdict(name, FAIL, "was not measured", "", "run ml evaluate")
    if "not asked" in found:
        return Verdict(name, NOT_ASKED, "", found["not asked"])
    verdict, said, promised = JUDGES[name](found, promise)
    advice = {PASS: "", INCONCLUSIVE: "add rows, or agree with its owners on a lower promise"}
    return Verdict(name, verdict, said, promised, advice.get(verdict, GATES[name]))


Outcome = tuple[str, str, str]


def _contract(found: Mapping[str, Any], promise: Any) -> Outcome:
    kept = found["violations"] == 0 and found["rows"] >= promise.min_rows
    said = f"{found['rows']} rows, {found['violations']} violations"
    return PASS if kept else FAIL, said, f"no violation, at least {promise.min_rows} rows"


def _bounded(found: Mapping[str, Any], floor: float, what: str) -> Outcome:
    """Judge a measurement by the lower bound of its interval."""
    said = f"{what} {found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}] on {found['rows']} rows"
    promised = f"lower bound above {floor:g}"
    if found["low"] > floor and found["value"] > floor:
        return PASS, said, promised
    if not found["value"] > floor or not math.isfinite(found["low"]):
        return FAIL, said, promised
    # The interval shrinks with the square root of the rows.
    needed = math.ceil(found["rows"] * ((found["value"] - found["low"]) / (found["value"] - floor)) ** 2)
    return INCONCLUSIVE, f"{said}; about {needed} test rows would decide", promised


def _quality(found: Mapping[str, Any], promise: Any) -> Outcome:
    if found["metric"] != promise.metric:
        return FAIL, f"{found['metric']} was measured", f"{promise.metric}; run ml evaluate again"
    return _bounded(found, promise.floor, found["metric"])


def _baseline(found: Mapping[str, Any], promise: Any) -> Outcome:
    return _bounded(found, promise.margin, f"gain in {found['metric']}")


def _overfit(found: Mapping[str, Any], promise: Any) -> Outcome:
    said = f"{found['metric']} {found['train']:.3f} in train, {found['validation']:.3f} in validation"
    return PASS if found["gap"] < promise.limit else FAIL, said, f"gap below {promise.limit:g}"


def _champion(found: Mapping[str, Any], promise: Any) -> Outcome:
    """Judge by non-inferiority: equal models pass, a worse one does not."""
    if "incomparable" in found:
        return FAIL, f"not comparable with {found['version']}: {found['incomparable']}", "comparable rows"
    what = f"{found['metric']} against {found['version']}:"
    return _bounded(found, -promise.margin, what)


def _parity(found: Mapping[str, Any], promise: Any) -> Outcome:
    kept = found["largest"] <= promise.tolerance and found["labels"] == 0
    said = f"largest difference {found['largest']:.1e}, {found['labels']} labels, on {found['rows']} rows"
    return PASS if kept else FAIL, said, f"at most {promise.tolerance:g}, no label"


def _budget(found: Mapping[str, Any], promise: Any) -> Outcome:
    kept = found["megabytes"] <= promise.megabytes and found["latency"] <= promise.latency
    said = f"{found['megabytes']:.2f} MB, p95 {found['latency']:.2f} x the reference"
    return PASS if kept else FAIL, said, f"at most {promise.megabytes:g} MB, {promise.latency:g} x"


JUDGES: Mapping[str, Callable[[Mapping[str, Any], Any], Outcome]] = {
    "contract": _contract,
    "quality": _quality,
    "baseline": _baseline,
    "overfit": _overfit,
    "champion": _champion,
    "parity": _parity,
    "budget": _budget,
}
