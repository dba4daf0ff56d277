"""What a judge says: a verdict, what was measured, what was promised; and how bounds are judged."""

import math
from collections.abc import Mapping
from typing import Any

from ..config import FEWEST, RARER

PASS, FAIL, INCONCLUSIVE, ALLOWED = "pass", "fail", "inconclusive", "allowed"
REPORT_ONLY = "report only"
LEVEL = 0.05  # of all the tests of one gate together
SHOWN = 3  # findings named in one sentence
NEAR = 1.05  # times as many rows: to name their number would be more exact than it is
FAR = 100  # times as many rows: no number that helps anybody

Found = Mapping[str, Any]
Outcome = tuple[str, str, str]


def listed(sentences: list[str]) -> str:
    """Return the first of several findings, and how many more there are."""
    more = len(sentences) - SHOWN
    return "; ".join(sentences[:SHOWN]) + (f"; and {more} more" if more > 0 else "")


def would_decide(rows: int, half: float, apart: float) -> str:
    """Return how many rows would decide what so many leave open, where `half` must shrink to `apart`.

    Half an interval, or what chance makes of an error, shrinks with the square root of the rows.
    """
    if not math.isfinite(half):
        return "how many rows would decide is not known"
    if not half < math.sqrt(FAR) * apart:
        return f"not even {FAR} times as many rows would decide"
    needed = math.ceil(rows * (half / apart) ** 2)
    return f"about {needed} rows would decide" if needed > NEAR * rows else "a few more rows would decide"


def too_few(found: Found) -> str:
    """Return why so few rows have no interval that could be trusted, or nothing."""
    many, what = (found["groups"], "keys") if "groups" in found else (found["rows"], "rows")
    if many < FEWEST:
        return f"{many} {what} are too few for an interval, {FEWEST} the least"
    if (rarer := found.get("rarer", RARER)) < RARER:
        return f"{rarer} {what} of the rarer class or label are too few for an interval, {RARER} the least"
    return ""


def bounded(found: Found, floor: float, what: str) -> Outcome:
    """Judge a measurement by the lower bound of its interval."""
    said = f"{what} {found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}] on {found['rows']} rows"
    promised = f"lower bound above {floor:g}"
    if few := too_few(found):
        return INCONCLUSIVE if found["value"] > floor else FAIL, f"{said}; {few}", promised
    if found["low"] > floor and found["value"] > floor:
        return PASS, said, promised
    if not found["value"] > floor or not math.isfinite(found["low"]):
        return FAIL, said, promised
    needed = would_decide(found["rows"], found["value"] - found["low"], found["value"] - floor)
    return INCONCLUSIVE, f"{said}; {needed}", promised
