"""The slices gate: what it says of equal groups, and of one that is worse."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import worlds
from measured import config, contract, evaluate, gates
from measured.config.promised import SlicesGate
from measured.evaluate import slices
from tables import Rate

TITLE = (
    f"Slices: 4 values of one column, base rate {worlds.BASE:.0%}, ROC AUC {worlds.AUC}, one worse by 0.1 (floor 0.60, "
    f"gap 0.05); numbers of R2 {worlds.R2}, the error of one half as large again"
)
AGREED = contract.of(
    {
        "problem": {
            **dict.fromkeys(("question", "decision", "owner"), "none"),
            "task": "classification",
            "target": "y",
            "positive": "1",
        },
        "columns": {
            "y": {"type": "category", "role": "target", "values": ["0", "1"]},
            "part": {"type": "category", "values": list("abcd"), "slice": True},
        },
    }
)
MEAN_ERROR = "neg_mean_absolute_error"
WORSE = 0.1
LOUDER = 1.5
SIZES = ((500, 500, 500, 500), (500, 1500, 1500, 1500), (200, 200, 200, 200), (100, 600, 600, 600), (50, 600, 600, 600))
# A small slice of a rare class, and one that has just enough of it.
RARE = ((0.03, 60), (0.05, 60), (0.05, 400))
# The floor is far below, so that the gap alone decides; a gap of 0 finds whatever is significant.
PROMISE = SlicesGate(floor=0.60, gap=0.05)
NUMBERS = SlicesGate(floor=-2.0, gap=0.0)
OPEN = SlicesGate(floor=0.0, gap=0.0)


def rates(asked: int) -> Iterator[Rate]:
    """Yield false alarms, what is found, and whether the gap that is called visible is seen as often as it says."""
    for sizes in SIZES:
        draws = asked if sizes == SIZES[0] else asked // 4
        large, where = sizes[0] >= 500, f"{sizes[0]} and {sizes[1]} rows"
        alarms, any_gap = _found(draws, sizes, 0.0, "roc_auc", PROMISE, OPEN)
        yield Rate(f"ROC AUC, equal, {where}: alarm", alarms, draws, most=0.05)
        yield Rate(f"ROC AUC, equal, any gap counts, {where}: alarm", any_gap, draws, most=0.05)
        (found,) = _found(draws, sizes, WORSE, "roc_auc", PROMISE)
        yield Rate(f"ROC AUC, the first worse, {where}: found", found, draws, least=0.85 if large else 0.0)
        (alarms,) = _found(draws, sizes, 0.0, MEAN_ERROR, NUMBERS)
        yield Rate(f"mean absolute error, equal, any gap counts, {where}: alarm", alarms, draws, most=0.05)
        (found,) = _found(draws, sizes, LOUDER, MEAN_ERROR, NUMBERS)
        yield Rate(f"mean absolute error, the first worse, {where}: found", found, draws, least=0.85 if large else 0.0)
    for base, size in RARE:
        (alarms,) = _found(asked // 4, (size, 1200, 1200, 1200), 0.0, "roc_auc", PROMISE, base=base)
        name = f"ROC AUC, equal, base rate {base:.0%}, {size} and 1200 rows: alarm"
        yield Rate(name, alarms, asked // 4, most=0.05)
    sizes, draws = SIZES[0], asked
    visible = float(np.median([_visible(seed, sizes) for seed in range(50)]))
    name = f"roc_auc, the first worse by what is called visible ({visible:.3f}): found"
    (found,) = _found(draws, sizes, visible, "roc_auc", OPEN)
    yield Rate(name, found, draws, 0.75, 0.90)


def _found(
    draws: int, sizes: tuple[int, ...], worse: float, metric: str, *promises: SlicesGate, base: float = worlds.BASE
) -> list[int]:
    """Return how often each gate fails; what is worse is the ROC AUC, or by how much the noise is multiplied."""
    rng = np.random.default_rng(0)
    found = [_measured(rng, sizes, worse, metric, base) for _ in range(draws)]
    return [sum(_fails(each, promise) for each in found) for promise in promises]


def _visible(seed: int, sizes: tuple[int, ...]) -> float:
    found = _measured(np.random.default_rng(seed), sizes, 0.0, "roc_auc", worlds.BASE)
    return float(found["slices"][0]["visible"])


def _measured(rng: Any, sizes: tuple[int, ...], worse: float, metric: str, base: float) -> dict[str, Any]:
    place = np.repeat(np.arange(len(sizes)), sizes)
    table = pd.DataFrame({"part": np.array(list("abcd"))[place]})
    rows = _classes(rng, place, worse, base) if metric == "roc_auc" else _numbers(rng, place, worse or 1.0)
    return dict(slices.measure(AGREED, table, table, rows, metric))


def _classes(rng: Any, place: Any, worse: float, base: float) -> evaluate.Rows:
    truth = worlds.classes(rng, len(place), base)
    distance = np.where(place == 0, worlds.distance(worlds.AUC - worse), worlds.distance(worlds.AUC))
    score = distance * truth + rng.normal(size=len(place))
    return evaluate.Rows(truth, worlds.probabilities(score, worlds.AUC, base), worlds.THRESHOLD)


def _numbers(rng: Any, place: Any, louder: float) -> evaluate.Rows:
    rows = worlds.numbers(rng, len(place), "growing")
    wrong = (rows.truth - rows.scores) * np.where(place == 0, louder, 1.0)
    return evaluate.Rows(rows.scores + wrong, rows.scores, None)


def _fails(found: dict[str, Any], promise: SlicesGate) -> bool:
    verdicts = gates.judge({"slices": found}, config.Gates(slices=promise))
    return bool(next(each.verdict for each in verdicts if each.gate == "slices") == gates.FAIL)
