"""What can be promised of this table: each gate is asked of many draws of as many rows as will be tested.

A promise is one that honest rows keep, in all but a few draws, and that the gate's sabotage breaks. Where there is none
the gate becomes report only, and says why; quality and baseline never do: then the table is refused.
"""

import math
from collections import Counter
from typing import Any

import numpy as np

from ..config import RARER, promised
from ..contract import Refusal
from ..evaluate import Rows, calibration, slices
from ..gates import FAIL, INCONCLUSIVE, JUDGES, PASS
from ..rule import CostMatrix
from . import draws, leaks
from .decision import Decision
from .draws import LARGEST, Promising
from .honest import Run

KEPT = 0.97  # of the draws
SURE = 2.6  # standard deviations below which one draw of two hundred lies
RESERVE = {"hash": 0.9, "time": 0.6}  # of the gain is promised: what comes later is less like what was
# A smaller gain over always saying the same is none.
WORTH = {"classification": 0.02, "multiclass": 0.02, "regression": 0.05}
FAR = 100  # times as many rows: no number that helps anybody
PROMISES: dict[str, tuple[tuple[float, ...], str]] = {
    "classification": ((0.05, 0.1, 0.15), "squared probabilities"),
    "multiclass": ((0.05, 0.1, 0.15), "probabilities that favour one class"),
    "regression": ((0.1, 0.2, 0.3), "answers half a spread too high"),
}
Gate = dict[str, Any]


def promises(run: Run, notes: list[Decision], cleared: tuple[str, ...]) -> dict[str, Gate]:
    """Return gates.toml of this table, or refuse it: no signal, or too few rows to show one."""
    asked = Promising(run)
    floor, margin = _floor(asked, notes)
    gates: dict[str, Gate] = {
        "contract": {"min_rows": _least(sum(map(len, (run.parts.train, run.parts.validation, run.parts.test))))},
        "leakage": {
            "alone": leaks.alone(run.contract, len(run.parts.train)),
            "twins": 0.01,
            **({"cleared": [*cleared]} if cleared else {}),
        },
        "quality": {"metric": run.metric, "floor": floor},
        "baseline": {"margin": margin},
        "overfit": _overfit(run),
        "champion": _champion(asked),
        "slices": _slices(asked, floor),
        "calibration": _calibration(asked),
        "parity": {"tolerance": 1e-5},
        "robustness": {"tolerance": 1e-5},
        "budget": {
            "megabytes": max(1.0, float(math.ceil(2 * len(run.content) / 1e6))),
            "memory": 100.0,
            "latency": 5.0,
        },
        "reproducible": {},
    }
    for name in ("overfit", "champion", "slices", "calibration"):
        reason = gates[name].get("report_only", "")
        told = ", ".join(f"{key} {each}" for key, each in gates[name].items() if key != "report_only")
        notes.append(
            Decision(
                f"[{name}]", "report only" if reason else told, reason or "honest rows keep it, its sabotage does not"
            )
        )
    notes.append(
        Decision(
            "[budget]", f"{gates['budget']['megabytes']:g} MB", f"the first model has {len(run.content) / 1e6:.2f}"
        )
    )
    return gates


def _least(rows: int) -> int:
    digits = int(10 ** max(0, len(str(rows // 2)) - 2))
    return max(10, rows // 2 // digits * digits)


def _floor(asked: Promising, notes: list[Decision]) -> tuple[float, float]:
    """Return the floor of the metric and the margin over the baseline."""
    run, rows = asked.run, len(asked.run.rows.truth)
    lows = np.array([each["low"] for each in asked.values])
    drift = math.sqrt(1 + min(run.test, LARGEST) / rows)
    sure = float(lows.mean() - SURE * lows.std() * drift)
    base, value, all_rows = asked.base, run.value, rows + run.test
    floor = _down(base + RESERVE[run.params.split.by] * (sure - base))
    worth = WORTH[run.contract.problem.task]
    reached = f"the first honest run reaches {run.metric} {value:.3f}"
    if not floor > base + worth:
        if not value > base + worth:
            raise Refusal(f"{reached}, and always saying the same {base:.3f}: these columns do not tell the target")
        times = 1.2 * ((value - sure) / (value - base - worth)) ** 2
        more = "columns that tell more, or far more rows, could"
        if times < FAR:
            more = f"a table of about {math.ceil(all_rows * times)} rows could"
        raise Refusal(
            f"{reached}, but {run.test} test rows cannot tell it surely from the {base:.3f} of always saying the same; "
            f"{more}"
        )
    if run.rows.rule is not None:
        rarer = int(run.parts.test[run.contract.target.name].value_counts().min())
        if rarer < RARER:
            raise Refusal(f"the test part has {rarer} rows of the rarest class, {RARER} are the least; add such rows")
    margin = _down((floor - base) / 2)
    evidence = f"{reached} on {rows} rows out of fold; {run.test} rows are tested"
    notes.append(Decision("[quality]", f"floor {floor:g}", evidence))
    notes.append(Decision("[baseline]", f"margin {margin:g}", f"always saying the same reaches {base:.3f}"))
    return floor, margin


def _down(number: float) -> float:
    return math.floor(number * 1000) / 1000


def _overfit(run: Run) -> Gate:
    gap, (by_heart, _) = max(run.gap, 0.0), run.tree()
    limit = round(gap + min((by_heart - gap) / 2, 0.15), 4)
    if by_heart - gap > 0.02:
        return {"limit": limit}
    reason = f"a tree that knows its rows by heart loses {by_heart:.3f} in validation, the honest model {gap:.3f}"
    return {"limit": round(gap + 0.05, 3), "report_only": reason}


def _champion(asked: Promising) -> Gate:
    error = float(np.std([each["value"] for each in asked.values]))
    better = asked.run.value - asked.run.tree(max_leaf_nodes=2)[1]
    margin = round(max(min(max(0.01, 1.5 * error), better / 2), 0.001), 4)
    if better / 2 > 0.75 * error:
        return {"margin": margin}
    needed = math.ceil(asked.run.test * (1.5 * error / better) ** 2) if better > 0.005 else 0
    more = f"; about {needed} test rows would tell" if needed else ""
    return {"margin": margin, "report_only": f"a tree of one question is worse by {better:.3f}, within chance{more}"}


def _calibration(asked: Promising) -> Gate:
    limits, broken = PROMISES[asked.run.contract.problem.task]
    found = [calibration.measure(draw.rows, draws.RESAMPLES) for draw in asked.draws]
    spoiled = [calibration.measure(_spoiled(draw.rows), draws.RESAMPLES) for draw in asked.draws]
    for limit in limits:
        promise = promised.CalibrationGate(limit)
        if _share("calibration", found, promise) >= KEPT:
            if _share("calibration", spoiled, promise) <= 1 - KEPT:
                return {"limit": limit}
            return {"limit": limit, "report_only": f"{asked.run.test} test rows do not tell {broken} from honest ones"}
    return {"limit": limits[-1], "report_only": _why("calibration", found, promised.CalibrationGate(limits[-1]))}


def _spoiled(rows: Rows) -> Rows:
    """Return what the sabotage of the gate makes of the scores."""
    if isinstance(rows.rule, CostMatrix):
        worse = (rows.scores + 0.5 * np.eye(rows.classes)[0]) / 1.5
    else:
        worse = rows.scores + np.std(rows.truth) / 2 if rows.rule is None else rows.scores**2
    return Rows(rows.truth, worse, rows.rule, rows.groups)


def _slices(asked: Promising, floor: float) -> Gate:
    run, gain = asked.run, floor - asked.base
    ways = [(asked.base + share * gain, gap) for gap in (0.05, 0.1, 0.2) for share in (0.75, 0.5, 0.25)]
    if not any(column.slice for column in run.contract.columns):
        return {"floor": _down(ways[1][0]), "gap": ways[1][1]}
    some = asked.draws[: draws.DRAWS // 2]
    found = [slices.measure(run.contract, run.parts.train, d.table, d.rows, run.metric) for d in some]
    for least, gap in ways:
        if _share("slices", found, promised.SlicesGate(_down(least), gap)) >= KEPT:
            return {"floor": _down(least), "gap": gap}
    least, gap = ways[-1]
    reason = _why("slices", found, promised.SlicesGate(_down(least), gap))
    return {"floor": _down(least), "gap": gap, "report_only": reason}


def _share(gate: str, found: list[dict[str, Any]], promise: Any) -> float:
    """Return the share of the draws that keep a promise."""
    return float(np.mean([JUDGES[gate](each, promise)[0] == PASS for each in found]))


def _why(gate: str, found: list[dict[str, Any]], promise: Any) -> str:
    """Return what is said most often where the promise is not kept."""
    judged = [JUDGES[gate](each, promise) for each in found]
    verdict = Counter(each[0] for each in judged if each[0] in (FAIL, INCONCLUSIVE)).most_common(1)[0][0]
    return next(each[1] for each in judged if each[0] == verdict)
