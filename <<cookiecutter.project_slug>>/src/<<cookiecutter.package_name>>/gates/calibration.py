"""Whether probabilities mean what they say, and numbers are right on average."""

from typing import Any

from ..config import FEWEST
from .outcome import FAIL, INCONCLUSIVE, LEVEL, PASS, Found, Outcome, too_few, would_decide


def judge(found: Found, promise: Any) -> Outcome:
    """Judge the calibration error where chance does not explain it; a bias by its whole interval."""
    promised = f"at most {promise.limit:g}"
    if "bias" in found:
        return _bias(found, promise.limit, f"{promised} spreads of the target")
    said = f"calibration error beyond chance {found['error']:.3f} (p {found['p']:.2g}) on {found['rows']} rows"
    # Of few keys p is too small; few rows, or few of a class, make it none too small.
    sure = found.get("groups", FEWEST) >= FEWEST
    if sure and not found["error"] <= promise.limit and not found["p"] >= LEVEL:
        return FAIL, said, promised
    if few := too_few(found):
        return INCONCLUSIVE, f"{said}; {few}", promised
    if found["error"] > promise.limit or not found["visible"] <= promise.limit:
        needed = would_decide(found["rows"], max(found["visible"], found["error"]), promise.limit)
        said = f"{said}, where chance makes {found['visible']:.3f}; {needed}"
        return INCONCLUSIVE, said, promised
    return PASS, said, promised


def _bias(found: Found, limit: float, promised: str) -> Outcome:
    said = f"bias {found['bias']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}] spreads on {found['rows']} rows"
    if not abs(found["bias"]) < limit:
        return FAIL, said, promised
    if few := too_few(found):
        return INCONCLUSIVE, f"{said}; {few}", promised
    if -limit < found["low"] and found["high"] < limit:
        return PASS, said, promised
    needed = would_decide(found["rows"], (found["high"] - found["low"]) / 2, limit - abs(found["bias"]))
    return INCONCLUSIVE, f"{said}; {needed}", promised
