"""Whether a promise means something: that it can be kept, and that it can be broken."""

from collections.abc import Mapping
from typing import Any

from ..contract import InputError

# What may be said of a verdict that too few rows leave open, and of what the champion must be beaten by.
OPEN = ("fail", "allow")
RULES = ("not worse", "better")
ABOVE_ZERO = {"limit": "most", "megabytes": "most", "memory": "most", "latency": "most", "min_rows": "least"}
NOT_BELOW_ZERO = ("margin", "gap", "tolerance", "twins")
BELOW_ONE = ("tolerance", "twins")  # of a probability, a spread or a share: all would be allowed


def check(promise: Any, written: Mapping[str, Any], where: str) -> None:
    """Refuse what nothing can keep, what everything keeps, and words that mean nothing.

    `written` is the table of the file as it was read, `where` the file and its name.
    """
    if not written.get("report_only", "a reason").strip():
        raise InputError(f"{where}: report_only says why nothing is refused; write a reason, or remove it")
    for key, known in (("inconclusive", OPEN), ("rule", RULES)):
        if getattr(promise, key, known[0]) not in known:
            raise InputError(f"{where}: {key} must be one of {', '.join(map(repr, known))}")
    for key, value in vars(promise).items():
        if key in ABOVE_ZERO and not value > 0:
            raise InputError(f"{where}: {key} must lie above 0, not at {value}; write what is the {ABOVE_ZERO[key]}")
        if key in NOT_BELOW_ZERO and value < 0:
            better = ', and rule = "better" where more is asked' if hasattr(promise, "rule") else ""
            raise InputError(f"{where}: {key} must not lie below 0, as {value} does; write 0 or more{better}")
        if key in BELOW_ONE and not value < 1:
            raise InputError(f"{where}: {key} must lie below 1, not at {value}, which allows everything")
    if not 0.5 < getattr(promise, "alone", 1) <= 1:
        raise InputError(f"{where}: alone must lie above 0.5 and not above 1, not at {promise.alone}")


def best(metric: str) -> int:
    """Return the most that a metric reaches: errors, whose names begin with neg_, are at most 0, all others 1."""
    return 0 if metric.startswith("neg_") else 1


def reachable(metric: str, floor: float, where: str) -> None:
    """Refuse a floor that no model lies above."""
    if not floor < (most := best(metric)):
        raise InputError(f"{where}: floor must lie below {most}, the most that {metric} reaches, not at {floor:g}")
