"""The promises that labels can tell of, after the release: one is broken only where chance does not explain it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from .. import gates
from ..config import FEWEST, Gates
from ..gates import FAIL, INCONCLUSIVE, Verdict
from ..gates.outcome import too_few
from .drift import SIGNIFICANT

PROMISES = ("quality", "baseline", "calibration")
LEAST = 3  # of the rarer class: from so many on honest models are no more often called broken than by other intervals
MANY = 4 * FEWEST  # rows or keys: from so many on p is none too small, however few of them are of the rarer class


def kept(measured: Mapping[str, Any], promised: Gates) -> list[Verdict]:
    """Judge as at a release, but for what fails there without being surely broken.

    Before it serves a model has to prove what it promises; afterwards somebody is called, so the failure has to be
    proved, by as many labels as an interval needs: an honest model (ROC AUC 0.77, floor 0.70) lies below its floor in a
    quarter of all draws of 30.
    """
    asked = {name: _asked(found) for name, found in measured.items() if name in PROMISES}
    both = zip(gates.judge(measured, promised), gates.judge({**measured, **asked}, promised), strict=True)
    return [
        _surely(verdict, told, asked.get(verdict.gate, {}), getattr(promised, verdict.gate))
        for verdict, told in both
        if verdict.gate in PROMISES
    ]


def _asked(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out how many are of the rarer class, where it may be sure all the same that a promise is broken.

    The interval of a ROC AUC comes of placement values, and a p of calibration needs many rows alone; the intervals of
    other metrics come of resamples, and one mistake of few differs in none.
    """
    enough = found.get("metric") == "roc_auc" and found.get("rarer", LEAST) >= LEAST
    enough = enough or ("p" in found and found.get("groups", found["rows"]) >= MANY)
    return {name: value for name, value in found.items() if name != "rarer"} if enough else found


def _surely(verdict: Verdict, told: Verdict, found: Mapping[str, Any], promise: Any) -> Verdict:
    """Return the verdict, as `told` of what may be asked of few where it is a failure and sure; else leave it open."""
    if verdict.verdict != FAIL:
        return verdict
    few = too_few(found)
    return told if not few and _broken(found, promise) else _open(verdict, few)


def _broken(found: Mapping[str, Any], promise: Any) -> bool:
    """Tell whether the whole interval lies beyond what is promised, or the calibration is off as surely as drift is."""
    if "p" in found:
        return bool(found["p"] < SIGNIFICANT)
    if "bias" in found:
        return bool(found["low"] >= promise.limit or found["high"] <= -promise.limit)
    # No interval at all is none that still holds the promise.
    return not found["high"] >= (promise.margin if hasattr(promise, "margin") else promise.floor)


def _open(verdict: Verdict, few: str) -> Verdict:
    why = few or "not surely broken"
    said = verdict.measured if why in verdict.measured else f"{verdict.measured}; {why}"
    return dataclasses.replace(verdict, verdict=INCONCLUSIVE, measured=said, advice="wait for more labels")
