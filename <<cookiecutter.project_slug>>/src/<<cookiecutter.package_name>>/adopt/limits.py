"""The limits of gates: the strictest that honest rows keep and that the gate's sabotage breaks, or report only."""

import math
from collections import Counter
from typing import Any

import numpy as np

from ..config import promised
from ..evaluate import Rows, calibration
from ..gates import FAIL, INCONCLUSIVE, JUDGES, PASS
from ..rule import CostMatrix
from . import draws
from .draws import Promising
from .honest import Run

KEPT = 0.97  # of the draws
MORE = (2, 4, 8, 16)  # times the rows that are tested
MEMORY, LATENCY = 100.0, 5.0  # megabytes; times the reference
COLUMNS = 50  # more than are read and checked in the time of the reference
PROMISES: dict[str, tuple[tuple[float, ...], str]] = {
    "classification": ((0.05, 0.1, 0.15), "squared probabilities"),
    "multiclass": ((0.05, 0.1, 0.15), "probabilities that favour one class"),
    "regression": ((0.1, 0.2, 0.3), "answers half a spread too high"),
}
Gate = dict[str, Any]
Limited = tuple[Gate, str]  # and what speaks for it


def of_overfit(run: Run) -> Limited:
    """Return a limit between the honest model and a tree that knows its rows by heart."""
    gap, (by_heart, _) = max(run.gap, 0.0), run.tree()
    limit = round(gap + min((by_heart - gap) / 2, 0.15), 4)
    if by_heart - gap > 0.02:
        lost = f"a tree that knows its rows by heart loses {by_heart:.3f} in validation"
        return {"limit": limit}, f"{lost}, the honest model {gap:.3f}"
    reason = f"a tree that knows its rows by heart loses {by_heart:.3f} in validation, the honest model {gap:.3f}: "
    reason += "no number of rows would tell them apart"
    return reporting({"limit": round(gap + 0.05, 3)}, reason)


def of_champion(asked: Promising) -> Limited:
    """Return a margin between chance and a tree that asks one question."""
    error = float(np.std([each["value"] for each in asked.values]))
    better = asked.run.value - asked.run.tree(max_leaf_nodes=2)[1]
    margin = round(max(min(max(0.01, 1.5 * error), better / 2), 0.001), 4)
    worse = f"a tree of one question is worse by {better:.3f}"
    if better / 2 > 0.75 * error:
        return {"margin": margin}, f"{worse}, equal models by {error:.3f} in one of three draws"
    needed = math.ceil(asked.run.test * (1.5 * error / better) ** 2) if better > 0.005 else 0
    more = f"; about {needed} test rows would tell" if needed else "; no number of rows would tell"
    return reporting({"margin": margin}, f"{worse}, within chance{more}")


def of_calibration(asked: Promising) -> Limited:
    """Return the smallest of the usual limits that honest probabilities keep."""
    usual, broken = PROMISES[asked.run.contract.problem.task]
    found = [_calibrated(draw.rows) for draw in asked.draws]
    spoiled = [_calibrated(_spoiled(draw.rows)) for draw in asked.draws]
    rates = []
    for limit in usual:
        promise = promised.CalibrationGate(limit)
        kept = share("calibration", found, promise)
        rates.append(f"{limit:g} in {kept:.0%}")
        if kept < KEPT:
            continue
        if share("calibration", spoiled, promise) <= 1 - KEPT:
            return {"limit": limit}, f"honest answers keep {', '.join(rates)} of the draws; {broken} do not"
        needed = _needed(asked, promise)
        if needed and needed <= asked.run.test:
            return {"limit": limit}, f"honest answers keep it, and of {needed} test rows {broken} do not"
        would = f"about {needed} would" if needed else f"{MORE[-1]} times as many would not either"
        return reporting({"limit": limit}, f"{asked.run.test} test rows do not tell {broken} from honest ones; {would}")
    return reporting({"limit": usual[-1]}, why("calibration", found, promised.CalibrationGate(usual[-1])))


def _calibrated(rows: Rows) -> dict[str, Any]:
    """Return the calibration of a draw; a large test part has more keys and rare rows than one, which are not asked."""
    found = calibration.measure(rows, draws.RESAMPLES)
    return {name: value for name, value in found.items() if name not in ("groups", "rarer")}


def _needed(asked: Promising, promise: promised.CalibrationGate) -> int:
    """Return how many test rows tell what the sabotage makes of the scores; 0 where many more would not."""
    for times in MORE:
        spoiled = [_calibrated(_spoiled(draw.rows)) for draw in asked.drawn(times)]
        if share("calibration", spoiled, promise) <= 1 - KEPT:
            return times * min(asked.run.test, draws.LARGEST)
    return 0


def _spoiled(rows: Rows) -> Rows:
    """Return what the sabotage of the gate makes of the scores."""
    if isinstance(rows.rule, CostMatrix):
        worse = (rows.scores + 0.5 * np.eye(rows.classes)[0]) / 1.5
    else:
        worse = rows.scores + np.std(rows.truth) / 2 if rows.rule is None else rows.scores**2
    return Rows(rows.truth, worse, rows.rule, rows.groups)


def of_budget(run: Run) -> Gate:
    """Return twice the size of the first model, and more memory and time than usual for a large or a wide one.

    Neither is measured: that differs from run to run, and adopting twice promises the same.
    """
    megabytes = max(1.0, float(math.ceil(2 * len(run.content) / 1e6)))
    latency = max(LATENCY, len(run.contract.inputs) / COLUMNS)
    return {"megabytes": megabytes, "memory": max(MEMORY, 10 * megabytes), "latency": latency}


def reporting(gate: Gate, reason: str) -> Limited:
    """Return a gate that refuses nothing, for this reason."""
    return {**gate, "report_only": reason}, reason


def share(gate: str, found: list[dict[str, Any]], promise: Any) -> float:
    """Return the share of the draws that keep a promise."""
    return float(np.mean([JUDGES[gate](each, promise)[0] == PASS for each in found]))


def why(gate: str, found: list[dict[str, Any]], promise: Any) -> str:
    """Return what is said most often where the promise is not kept."""
    judged = [JUDGES[gate](each, promise) for each in found]
    counts = Counter(each[0] for each in judged)
    verdict = max((FAIL, INCONCLUSIVE), key=lambda one: counts[one])
    said = next(each[1] for each in judged if each[0] == verdict)
    if verdict == INCONCLUSIVE:
        return said
    if 2 * counts[FAIL] < len(judged):
        return f"{counts[FAIL]} of {len(judged)} draws of so many rows break it by chance: {said}; more would help"
    return f"the first honest run breaks it ({said}); more rows to test would not help"


def down(number: float) -> float:
    """Return a number cut to three digits: never more than it is."""
    return math.floor(number * 1000) / 1000
