"""Numbers as people read them."""

import math

from ..contract import Column

NONE = "-"  # where there is no number


def short(value: float | None) -> str:
    """Return a number as people write it: three digits that count, or all of a count."""
    if value is None or not math.isfinite(value):
        return NONE
    if value == int(value) and abs(value) < 1e12:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def score(value: float | None) -> str:
    """Return a score, an error or a bound so that several stand well below each other."""
    return scores(value)[0]


def scores(*values: float | None) -> list[str]:
    """Return numbers that belong together with as many decimals each."""
    most = max((abs(value) for value in values if value is not None and math.isfinite(value)), default=0.0)
    digits = 3 if most < 10 else 1 if most < 1000 else 0
    return [NONE if v is None or not math.isfinite(v) else f"{round(v, digits) + 0.0:,.{digits}f}" for v in values]


def many(count: int, what: str) -> str:
    """Return how many there are of something."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def span(column: Column) -> str:
    """Return what a number must lie between, or nothing where both ends are open; those of an integer never are."""
    told = ["open" if end is None else short(end) for end in column.limits]
    return "" if told == ["open", "open"] else " to ".join(told)
