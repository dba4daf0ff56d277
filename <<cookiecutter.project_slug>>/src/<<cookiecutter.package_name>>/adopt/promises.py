"""What can be promised of this table: each gate is asked of many draws of as many rows as will be tested.

A promise is one that honest rows keep, in all but a few draws, and that the gate's sabotage breaks. Where there is none
the gate becomes report only, and says why; quality and baseline never do: then the table is refused.
"""

import math
from collections.abc import Iterator

import numpy as np

from .. import data, features
from ..contract import Refusal
from ..evaluate import Rows
from ..evaluate.intervals import support
from ..gates.outcome import FAR, too_few
from . import leaks, limits, sliced
from .decision import Decision
from .draws import LARGEST, Promising
from .honest import Run
from .limits import Gate

SURE = 2.6  # standard deviations below which one draw of two hundred lies
TINY = 1e-9
RESERVE = {"hash": 0.9, "time": 0.6}  # of the gain is promised: what comes later is less like what was
# A smaller gain over always saying the same is none.
WORTH = {"classification": 0.02, "multiclass": 0.02, "regression": 0.05}


def promises(run: Run, notes: list[Decision], cleared: tuple[str, ...]) -> dict[str, Gate]:
    """Return gates.toml of this table, or refuse it: no signal, or too few rows to show one."""
    asked = Promising(run)
    floor, margin = _floor(asked, notes)
    limited = {
        "overfit": limits.of_overfit(run),
        "champion": limits.of_champion(asked),
        "slices": sliced.of_slices(asked, floor),
        "calibration": limits.of_calibration(asked),
    }
    gates: dict[str, Gate] = {
        "contract": {"min_rows": _least(_rows(run))},
        "leakage": {
            "alone": leaks.alone(run.contract, len(run.parts.train)),
            "twins": 0.01,
            **({"cleared": [*cleared]} if cleared else {}),
        },
        "quality": {"metric": run.metric, "floor": floor},
        "baseline": {"margin": margin},
        **{name: gate for name, (gate, _) in limited.items()},
        "parity": {"tolerance": 1e-5},
        "robustness": {"tolerance": 1e-5},
        "budget": limits.of_budget(run),
        "reproducible": {},
    }
    notes += _told(run, gates, {name: why for name, (_, why) in limited.items()})
    return gates


def _told(run: Run, gates: dict[str, Gate], reasons: dict[str, str]) -> Iterator[Decision]:
    """Yield what each gate but quality and baseline holds, and why."""
    yield Decision("[contract]", f"min_rows {gates['contract']['min_rows']}", "half of what is there")
    alone, rows = gates["leakage"]["alone"], len(run.parts.train)
    yield Decision("[leakage]", f"alone {alone:g}", f"above it one column knows too much; {rows} rows train")
    for name, why in reasons.items():
        told = ", ".join(f"{key} {each}" for key, each in gates[name].items())
        told = "report only" if "report_only" in gates[name] else told
        if name == "slices" and not any(column.slice for column in run.contract.columns):
            told = "not asked"
        yield Decision(f"[{name}]", told, why)
    budget = ", ".join(f"{key} {each:g}" for key, each in gates["budget"].items())
    yield Decision("[budget]", budget, f"the first model has {max(0.001, round(len(run.content) / 1e6, 3)):g} MB")


def _rows(run: Run) -> int:
    return sum(map(len, (run.parts.train, run.parts.validation, run.parts.test)))


def _least(rows: int) -> int:
    digits = int(10 ** max(0, len(str(rows // 2)) - 2))
    return max(10, rows // 2 // digits * digits)


def _tested(run: Run) -> dict[str, int]:
    """Return how many rows of which kind will be tested: they are counted, and nothing else is read of them."""
    truth, groups = features.target(run.contract, run.parts.test), data.groups(run.parts.test, run.contract)
    return support("", Rows(truth, np.zeros(len(truth)), run.rows.rule, groups))


def _floor(asked: Promising, notes: list[Decision]) -> tuple[float, float]:
    """Return the floor of the metric and the margin over the baseline."""
    run, rows = asked.run, len(asked.run.rows.truth)
    lows = np.array([each["low"] for each in asked.values])
    drift = math.sqrt(1 + min(run.test, LARGEST) / rows)
    sure = float(lows.mean() - SURE * lows.std() * drift)
    base, value, share = asked.base, run.value, RESERVE[run.params.split.by]
    floor = limits.down(base + share * (sure - base))
    worth = WORTH[run.contract.problem.task]
    reached = f"the first honest run reaches {run.metric} {value:.3f}"
    if not floor > base + worth:
        if not value > base + worth:
            raise Refusal(f"{reached}, and always saying the same {base:.3f}: these columns do not tell the target")
        # So many times the rows bring the lower bound so near to the value that `share` of its gain is worth something.
        times = 1.2 * ((value - sure) / max(value - base - worth / share, TINY)) ** 2
        many = f"at most about {float(f'{_rows(run) * times:.1e}'):.0f}" if times < FAR else "far more"
        raise Refusal(
            f"{reached}, but {run.test} test rows cannot tell it surely from the {base:.3f} of always saying the same; "
            f"either these columns do not tell the target, or {many} rows are needed"
        )
    if few := too_few(_tested(run)):
        raise Refusal(f"of the test part, {few}; add some")
    margin = limits.down((floor - base) / 2)
    seen = "validation rows" if run.table is run.parts.validation else "rows out of fold"
    evidence = f"{reached} on {rows} {seen}; of {run.test} test rows the lower bound will hardly be below {sure:.3f}; "
    evidence += f"{share:.0%} of what that gains over {base:.3f} is promised"
    evidence += ", for later rows are less like these" * (run.params.split.by == "time")
    notes.append(Decision("[quality]", f"floor {floor:g}", evidence))
    notes.append(Decision("[baseline]", f"margin {margin:g}", f"always saying the same reaches {base:.3f}"))
    return floor, margin
