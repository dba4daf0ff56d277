"""Rows of plain values as what a model takes: cleaned, derived and stacked, alike in training and in the service."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from .contract import NUMERIC, Column, Contract

Array = npt.NDArray[Any]


def clean(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    """Replace missing markers by None and aliases by what they stand for."""
    if not column.replacements:
        return values
    return [column.replacements.get(column.spelling(value), value) for value in values]


def arrays(contract: Contract, rows: Sequence[Mapping[str, Any]]) -> dict[str, Array]:
    """Turn rows of plain values into cleaned columns, those that `stacked` reads."""
    columns: dict[str, Array] = {}
    numbers = {}
    for column in contract.read:
        values = clean(column, [row.get(column.name) for row in rows])
        if column.type in NUMERIC:
            numbers[column.name] = values
        elif column.type == "datetime":
            columns[column.name] = np.array([v if v is None else instant(v) for v in values], "datetime64[s]")
        else:
            columns[column.name] = np.array(["" if v is None else v for v in values], object)
    # All at once: for a single row an array a column takes longer. None becomes NaN.
    columns.update(zip(numbers, np.array([*numbers.values()], np.float64), strict=True))
    return columns


def instant(value: str | datetime) -> datetime:
    """Return a moment in ISO 8601; one with a zone is a ValueError, for tables hold local times."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo:
        raise ValueError("times have no zone here; give the local time")
    return moment


def stacked(contract: Contract, columns: Mapping[str, Array]) -> dict[str, Array]:
    """Stack columns into what the model takes: `num` (n, numbers) float32 and `cat` (n, categories).

    This is the one convention of training and serving: numbers are float32, a missing number is NaN,
    a missing category is "". A tensor without columns is left out.
    """
    made = {}
    if contract.numbers:
        known = {**columns}
        with np.errstate(all="ignore"):
            for derived in contract.derive:
                known[derived.name] = DERIVE[derived.operation](*(columns[name] for name in derived.columns))
            numbers = _side_by_side([known[name] for name in contract.numbers], np.float32)
        # What overflowed is no number either, nor what was divided by zero, nor the logarithm of zero or less.
        numbers[~np.isfinite(numbers)] = np.nan
        made["num"] = numbers
    if contract.categories:
        made["cat"] = _side_by_side([columns[name] for name in contract.categories], object)
    return made


def _side_by_side(columns: Sequence[Array], kind: npt.DTypeLike) -> Array:
    """Return columns as one array; for a single row this takes half the time of `np.column_stack`."""
    joint = np.empty((len(columns[0]), len(columns)), kind)
    for place, column in enumerate(columns):
        joint[:, place] = column
    return joint


def _part(unit: str, within: str | None, shift: int, cycle: int) -> Callable[[Array], Array]:
    """Make a function that counts units since `within` began (or since 1970), shifted, in a cycle."""

    def count(times: Array) -> Array:
        start = times.astype(f"datetime64[{within}]") if within else np.datetime64(0, "s").astype(f"datetime64[{unit}]")
        units = (times.astype(f"datetime64[{unit}]") - start).astype(np.int64)
        return np.where(np.isnat(times), np.nan, (units + shift) % cycle + (unit == "M"))

    return count


DERIVE: Mapping[str, Callable[..., Array]] = {
    "ratio": np.divide,
    "difference": np.subtract,
    "product": np.multiply,
    "log": np.log,
    "hour": _part("h", "D", 0, 24),
    # 1970-01-01 was a Thursday; Monday is 0.
    "weekday": _part("D", None, 3, 7),
    "month": _part("M", None, 0, 12),
    "days_between": lambda start, end: (end - start) / np.timedelta64(1, "D"),
}
