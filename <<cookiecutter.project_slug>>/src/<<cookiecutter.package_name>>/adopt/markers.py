"""How a column spells what is missing, told from its cells alone."""

import re
from typing import Any

import pandas as pd

from .. import data
from ..contract import Column

# Words that mean nothing is known, in any case; a number means it only where it stands far out and comes often.
MARKERS = ("?", "??", "na", "n/a", "#n/a", "nan", "null", "-", "--", ".", "none", "missing")
NINES = (-1.0, *(sign * float("9" * digits) for digits in range(2, 7) for sign in (1, -1)))
OFTEN = 0.005
LEADING_ZERO = re.compile(r"0\d+")


def apart(values: "pd.Series[Any]") -> tuple[tuple[Any, ...], "pd.Series[Any]"]:
    """Return the markers of missing values, and the cells without them."""
    cells = values.dropna()
    texts = [text for text in cells.unique() if isinstance(text, str)]
    words = [text for text in texts if text.strip().lower() in MARKERS]
    others = [text for text in texts if text not in words]
    if others and len(others) <= 1 and words and not numeric(others):
        words = [word for word in words if word.strip() in ("?", "??")]  # "none" may be one of two answers
    if "none" in {word.strip().lower() for word in words} and not numeric(others):
        words = [word for word in words if word.strip().lower() != "none"]
    kept = values.mask(values.isin(words)) if words else values
    numbers = pd.to_numeric(kept.dropna(), errors="coerce") if numeric([*kept.dropna().unique()]) else None
    far = [] if numbers is None else _far(numbers.astype(float))
    if far:
        kept = kept.mask(pd.to_numeric(kept, errors="coerce").isin(far))
    return (*words, *(int(number) for number in far)), kept


def _far(numbers: "pd.Series[float]") -> list[float]:
    """Return the numbers that mean missing: they come often, at one end, further out than all others are wide."""
    counts = numbers.value_counts()
    found: list[float] = []
    for mark in NINES:
        others = counts.index[(counts.index != mark) & ~counts.index.isin(found)]
        if mark not in counts or counts[mark] < max(5, OFTEN * len(numbers)) or len(others) < 10:
            continue
        width, low, high = others.max() - others.min(), others.min(), others.max()
        if (mark < low and low - mark > width) or (mark > high and mark - high > width):
            found.append(mark)
    return found


def numeric(values: list[Any]) -> bool:
    """Tell whether the project reads all of these as numbers; codes such as 007 are none."""
    if any(isinstance(value, str) and (LEADING_ZERO.fullmatch(value.strip())) for value in values):
        return False
    if any(isinstance(value, bool) for value in values):
        return False
    read, wrong = data.convert(pd.Series(values, dtype=object), Column("", "number"))
    return not wrong.any() and bool(read.notna().all())
