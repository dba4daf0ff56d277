"""What drift is measured against: counts of every column and of the predictions, and no row of anybody's."""

import math
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype

from ..contract import Column, Contract

# More categories than this are summed up as the rest.
LARGEST = 30
DIGITS = 4  # an edge of so many digits is written whole: rows lie on it, and would seem to lie beside it
# Between which whole numbers a type of a column, or an operation that derives one, lies.
WHOLE = {"integer": (-math.inf, math.inf), "boolean": (0.0, 1.0), "hour": (0.0, 23.0)}
YES_NO = {"0": "no", "1": "yes", "0 to 1": "no or yes"}
ANY = "any value"  # the one bin of numbers of which only missing ones are told apart
LEAST = 5  # rows: a value of fewer, which no contract lists, may be somebody's name


def summary(
    values: "pd.Series[Any]", edges: Sequence[float] | None = None, names: Sequence[str] | None = None, least: int = 1
) -> dict[str, Any]:
    """Count values between edges, or by name; without these the deciles, or the names of at least so many values.

    The last two counts are the rest (unknown names; nothing for numbers) and the missing values.
    """
    if is_numeric_dtype(values):
        known = values.dropna()
        numbers = known.to_numpy()
        edges = _deciles(known) if edges is None else list(edges)
        # In the type of the values: an edge that is a value of rows must not lie beside it.
        exact = np.asarray(edges, numbers.dtype if numbers.dtype.kind == "f" else np.float64)
        counts = np.bincount(np.searchsorted(exact, numbers, side="right"), minlength=len(edges) + 1)
        return {"edges": list(edges), "counts": [*map(int, counts), 0, int(values.isna().sum())]}
    found = values[values != ""].value_counts()
    names = sorted(map(str, found.index[found >= least][:LARGEST])) if names is None else list(names)
    counted = [int(found.get(name, 0)) for name in names]
    return {"names": list(names), "counts": [*counted, int(found.sum()) - sum(counted), int((values == "").sum())]}


def _deciles(known: "pd.Series[Any]") -> list[float]:
    """Return the deciles, rounded to six digits; of a number with few digits, as an age, they are values of rows.

    No and yes, which are 0 and 1, get a bin each, however few there are of one. Where else the largest decile is
    shared, as zero is where few rows have more, a further edge lies between it and the smallest tenth of what is above.
    """
    if known.isin((0, 1)).all() and len(known):
        return [0.0, 1.0]
    edges = [*known.quantile(np.linspace(0.1, 0.9, 9)).dropna()]
    if edges and edges[-1] == edges[-2] and len(above := known[known > edges[-1]]) >= LEAST:
        edges.append((edges[-1] + above.quantile(0.1)) / 2)
    return sorted({float(f"{edge:.6g}") for edge in edges})


def reference(inputs: pd.DataFrame, scores: npt.NDArray[Any], listed: Collection[str] = ()) -> dict[str, Any]:
    """Summarise what the model read in training, and what it said: no row of it is kept.

    The values of `listed` columns stand in the contract for everybody to read; of others no rare one is kept.
    """
    columns = {
        str(name): summary(inputs[name], least=1 if name in listed else LEAST) | _range(inputs[name]) for name in inputs
    }
    return {"rows": len(inputs), "columns": columns, "predictions": summary(pd.Series(scores))}


def _range(values: "pd.Series[Any]") -> dict[str, Any]:
    """Return between which round numbers all values lie: beyond them the service counts.

    Rounded outward to a tenth of the spread's power of ten, for the smallest and the largest are somebody's.
    """
    low, high = (float(values.min()), float(values.max())) if is_numeric_dtype(values) else (0.0, 0.0)
    if not high > low:  # also where nothing is known
        return {}
    step = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    return {"range": [math.floor(low / step) * step, math.ceil(high / step) * step]}


def typical(columns: Sequence[Column], known: dict[str, Any]) -> dict[str, Any]:
    """Return the middle of each column that a reference knows: a row like many, put together column by column."""
    found = {each.name: _middle(each, known["columns"][each.name]) for each in columns if each.name in known["columns"]}
    return {name: value for name, value in found.items() if value is not None}


def _middle(column: Column, counted: dict[str, Any]) -> str | float | None:
    """Return the most frequent name, or where half of the numbers are reached; nothing that few rows say."""
    counts, edges = counted["counts"][:-2], counted.get("edges")
    if edges is None:
        most = max(counts, default=0)
        return str(counted["names"][counts.index(most)]) if most >= LEAST else None
    if sum(counts) < LEAST:
        return None
    # Edges are rounded, and lie between values: more than half may lie below the middle one, and it may be illegal.
    place = int(np.searchsorted(np.cumsum(counts), 0.51 * sum(counts)))
    low, high = column.bounds
    middle = float(min(max(edges[max(place - 1, 0)], low), high))
    if column.values:
        middle = min(map(float, column.values), key=lambda value: abs(value - middle))
    if column.spelling(middle) in column.replacements:
        return None
    if column.type == "boolean":
        return bool(middle)
    return round(middle) if column.type == "integer" else middle


def whole(contract: Contract) -> dict[str, tuple[float, float]]:
    """Return the inputs that hold whole numbers alone, each with the least and the largest that it can hold."""
    columns = {column.name: WHOLE[column.type] for column in contract.inputs if column.type in WHOLE}
    return columns | {each.name: WHOLE[each.operation] for each in contract.derive if each.operation in WHOLE}


def bins(counted: dict[str, Any], ends: tuple[float, float] | None = None) -> list[str]:
    """Name the counts of a summary for people, of whole numbers between these ends by those that a bin can hold."""
    if "names" in counted:
        return [*counted["names"], "(other)", "(missing)"]
    edges = _short(counted["edges"])
    if not edges:
        return [ANY, "(other)", "(missing)"]
    between = [f"{low} to {high}" for low, high in pairwise(edges)]
    told = [f"below {edges[0]}", *between, f"{edges[-1]} or more"]
    if ends:
        limits = pairwise([ends[0], *map(math.ceil, counted["edges"]), ends[1] + 1])
        told = [_held(low, past - 1) or name for name, (low, past) in zip(told, limits, strict=True)]
        told = [YES_NO.get(name, name) for name in told] if ends == WHOLE["boolean"] else told
    return [*told, "(other)", "(missing)"]


def _held(low: float, high: float) -> str:
    """Name the whole numbers from one to another, or nothing where there is none."""
    if low >= high:
        return f"{low:.0f}" if low == high else ""
    if math.isinf(low) or math.isinf(high):
        return f"below {high + 1:.0f}" if math.isinf(low) else f"{low:.0f} or more"
    return f"{low:.0f} to {high:.0f}"


def _short(edges: Sequence[float]) -> list[str]:
    """Write edges with the fewest digits, at least three, that tell them apart; whole where they have few."""
    whole = [f"{edge:.6g}" for edge in edges]
    tried = (
        [full if _few(full) else f"{float(f'{edge:.{digits}g}'):g}" for edge, full in zip(edges, whole, strict=True)]
        for digits in (3, 4, 5)
    )
    return next((told for told in tried if len({*told}) == len(edges)), whole)


def _few(number: str) -> bool:
    return len(number.partition("e")[0].lstrip("-").replace(".", "").strip("0")) <= DIGITS
