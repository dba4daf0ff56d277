"""Whether a column knows the answer, or rows are known already."""

import math
from typing import Any

from .outcome import FAIL, PASS, Found, Outcome, listed

STANDS_OUT = 2  # a leak makes at most half of the error that all other columns make together
RESOLVED = 0.0005  # a smaller error is not told from none
BY_CHANCE = 3  # so many times as many twins as columns without any relation would have are still chance
SAME_OUTCOME = 0.95  # rows that are copies agree in the target; rows that only look alike agree less


def judge(found: Found, promise: Any) -> Outcome:
    """Judge suspects by what they reach alone, and by what all others reach without them.

    A problem that many columns solve is an easy one; a leak stands out: its error is a fraction of that of the rest.
    """
    # What is suspected is left out of the pairs and of the rest, so that neither bound stands for the other.
    if promise.alone != found.get("suspect", promise.alone):
        return FAIL, f"suspected was from {found['suspect']:g} on", f"from {promise.alone:g}; run ml evaluate again"
    cleared = set(promise.cleared)
    named = [(" and ".join(one["columns"]), one) for one in found["strongest"]]
    suspects = [
        f"{name} alone: {found['measure']} {one['score']:.3f}, all others {_rest(one):.3f}"
        for name, one in named
        if stands_out(one, promise.alone) and not cleared.issuperset(one["columns"])
    ]
    twins = found["twins"]
    few = max(promise.twins, BY_CHANCE * twins["chance"])
    if not (twins["share"] <= few or twins["agree"] < SAME_OUTCOME):
        suspects.append(f"{twins['share']:.1%} of the test rows have a twin in train")
    suspects += [
        one["said"] for one in found["findings"] if not one["columns"] or not cleared.issuperset(one["columns"])
    ]
    promised = f"no column or pair alone at {promise.alone:g} where all others are far behind, "
    promised += f"at most {min(few, 1):.1%} of the test rows with a twin in train"
    if few > promise.twins:
        promised += f", {BY_CHANCE} times what columns of few values make by chance"
    if suspects:
        return FAIL, listed(suspects), promised
    name, best = named[0] if named else ("nothing", {"score": math.nan})
    return PASS, f"strongest alone: {name}, {found['measure']} {best['score']:.3f}", promised


def stands_out(one: Found, alone: float) -> bool:
    """Tell whether a column or pair knows the answer where all others together do not."""
    return not one["score"] < alone and not STANDS_OUT * max(1 - one["score"], RESOLVED) >= 1 - _rest(one)


def _rest(one: Found) -> float:
    """Return what all others reach; where nobody asked, nothing speaks for the column."""
    return math.nan if one["rest"] is None else float(one["rest"])
