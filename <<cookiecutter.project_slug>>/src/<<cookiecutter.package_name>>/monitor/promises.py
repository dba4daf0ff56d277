"""The promises that labels can tell of, after the release: one is broken only where chance does not explain it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from .. import gates
from ..config import Gates
from ..gates import FAIL, INCONCLUSIVE, Verdict
from ..gates.outcome import too_few
from .drift import SIGNIFICANT

PROMISES = ("quality", "baseline", "calibration")
LEAST = 3  # of the rarer class: from so many on honest models are no more often called broken than by other intervals


def kept(measured: Mapping[str, Any], promised: Gates) -> list[Verdict]:
    """Judge as at a release, but for what fails there without being surely broken.

    Before it serves a model has to prove what it promises; afterwards somebody is called, so the failure has to be
    proved, by as many labels as an interval needs: an honest model (ROC AUC 0.77, floor 0.70) lies below its floor in a
    quarter of all draws of 30.
    """
    few = too_few(_asked(measured["quality"]))
    judged = [verdict for verdict in gates.judge(measured, promised) if verdict.gate in PROMISES]
    return [
        verdict
        if verdict.verdict != FAIL or (not few and _broken(measured[verdict.gate], getattr(promised, verdict.gate)))
        else _open(verdict, few)
        for verdict in judged
    ]


def _asked(found: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out how many are of the rarer class, where a ROC AUC may lie wholly beyond its promise all the same.

    Its interval comes of placement values; that of other metrics of resamples, and one mistake of few differs in none.
    """
    enough = found["metric"] == "roc_auc" and found.get("rarer", LEAST) >= LEAST
    return {name: value for name, value in found.items() if not enough or name != "rarer"}


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
    return dataclasses.replace(
        verdict, verdict=INCONCLUSIVE, measured=f"{verdict.measured}; {why}", advice="wait for more labels"
    )
