"""The limits of the slices gate: no honest group breaks them, and one of which the model knows nothing would."""

from collections.abc import Sequence
from typing import Any

from ..config import promised
from ..contract import Contract
from ..evaluate import slices
from . import draws
from .draws import Draw, Promising
from .limits import KEPT, Gate, Limited, down, reporting, share, why

# Of the rows: the saboteur of tests/gates turns a group around that is neither smaller nor larger.
SMALLEST, LARGEST = 0.1, 0.6


def of_slices(asked: Promising, floor: float) -> Limited:
    """Return the strictest floor and gap that no honest slice breaks; groups too small to be measured may stay open."""
    run, gain = asked.run, floor - asked.base
    ways = [(asked.base + part * gain, gap) for gap in (0.05, 0.1, 0.2) for part in (0.75, 0.5, 0.25)]
    if not any(column.slice for column in run.contract.columns):
        none = "no column has slice = true; write it where a group must not be failed"
        return {"floor": down(ways[1][0]), "gap": ways[1][1]}, none
    some = asked.draws[: draws.DRAWS // 2]
    found = [slices.measure(run.contract, run.parts.train, d.table, d.rows, run.metric) for d in some]
    if kept := _kept(found, ways):
        return kept, f"each group keeps it in {KEPT:.0%} of the draws or more"
    measured = [{**each, "slices": [one for one in each["slices"] if one["score"] is not None]} for each in found]
    if _seen(run.contract, found, some, run.value - asked.base) and (kept := _kept(measured, ways)):
        return {**kept, "inconclusive": "allow"}, "groups too small to tell stay open: each report names them"
    least, gap = ways[-1]
    reason = why("slices", found, promised.SlicesGate(down(least), gap))
    return reporting({"floor": down(least), "gap": gap}, reason)


def _kept(found: list[dict[str, Any]], ways: Sequence[tuple[float, float]]) -> Gate:
    """Return the first limits that almost all draws keep, or none."""
    for least, gap in ways:
        if share("slices", found, promised.SlicesGate(down(least), gap)) >= KEPT:
            return {"floor": down(least), "gap": gap}
    return {}


def _seen(agreed: Contract, found: list[dict[str, Any]], some: Sequence[Draw], gain: float) -> bool:
    """Tell whether each group that the saboteur may turn around is measured, and against a rest that is, in every draw.

    It must then be seen surely that the model knows nothing of that group: else what is allowed would hide it.
    """
    named = {column.name for column in agreed.columns if column.slice and (column.values or column.type == "boolean")}
    groups = [
        one
        for each, draw in zip(found, some, strict=True)
        for one in each["slices"]
        if one["column"] in named and SMALLEST < one["rows"] / len(draw.rows.truth) < LARGEST
    ]
    return bool(groups) and all(one["visible"] and one["visible"] < gain and one["gap"] for one in groups)
