"""Whether the model is good for every part of the world that is looked at on its own."""

from statistics import NormalDist
from typing import Any

from .holm import holm
from .outcome import FAIL, INCONCLUSIVE, LEVEL, PASS, Found, Outcome, listed, would_decide


def judge(found: Found, promise: Any) -> Outcome:
    """Judge every slice at once: none surely worse than the rest and by more than the gap, each surely above the floor.

    That a slice is worse has to be sure, by how much is as measured: a gap below what is `visible` may stay unseen.
    Both tests are corrected for the number of slices (Holm 1979). A slice too small to be measured, or whose interval
    still holds the floor, leaves the gate open.
    """
    if found.get("asked", promise.metric) != promise.metric:
        wanted = promise.metric or "that of [quality]"
        return FAIL, f"{found['metric']} was measured", f"{wanted}; run ml evaluate again"
    seen = [one for one in found["slices"] if one["score"] is not None]
    promised = f"every slice above {promise.floor:g}, none surely worse than the rest and by {promise.gap:g}"
    worse = holm([_above(one["gap"], 0.0, one["gap_error"]) for one in seen], LEVEL)
    below = holm([_above(promise.floor, one["score"], one["error"]) for one in seen], LEVEL)
    above = holm([_above(one["score"], promise.floor, one["error"]) for one in seen], LEVEL)
    bad = [
        f"{name(one)}: {found['metric']} {one['score']:.3f} on {one['rows']} rows, {-one['gap']:+.3f} against the rest"
        for one, far, low in zip(seen, worse, below, strict=True)
        if (far and one["gap"] > promise.gap) or low
    ]
    if bad:
        return FAIL, listed(bad), promised
    small = [f"{name(one)}: {one['note']}" for one in found["slices"] if one["score"] is None]
    near = [
        f"{name(one)}: {found['metric']} {one['score']:.3f} [{one['low']:.3f}, {one['high']:.3f}] on {one['rows']} rows"
        f"{_needed(one, promise.floor)}"
        for one, good in zip(seen, above, strict=True)
        if not good
    ]
    if small or near:
        rest = f"; {_worst(found, seen)}" if seen and not near else ""
        return INCONCLUSIVE, listed(near + small) + rest, promised
    said = f"{_worst(found, seen)}; a gap below {max(one['visible'] for one in seen):.3f} may stay unseen"
    return PASS, said, promised


def name(one: Found) -> str:
    """Return how a slice is called."""
    return f"{one['column']} = {one['value']}"


def _worst(found: Found, seen: list[Any]) -> str:
    worst = min(seen, key=lambda one: float(one["score"]))
    said = f"{name(worst)}, {found['metric']} {worst['score']:.3f} on {worst['rows']} rows"
    return f"the worst of {len(seen)} that were measured is {said}"


def _above(value: float, bound: float, error: float) -> float:
    """Return the one-sided p of the value lying above the bound by chance alone."""
    if not error > 0:
        # Without an error there is nothing by chance; one that is no number proves nothing.
        return float(not (error == 0 and value > bound))
    return 1 - NormalDist().cdf((value - bound) / error)


def _needed(one: Found, floor: float) -> str:
    if not one["score"] > floor:
        return ", not above the floor as measured"
    return f"; {would_decide(one['rows'], one['score'] - one['low'], one['score'] - floor)}"
