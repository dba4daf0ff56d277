"""One column on the page about the data: drawn, counted, and held against what the contract says."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..contract import Column
from . import distribution, drawings
from .readable import short, span

DRAWN = 60  # so many columns have a chart of their own; more would make a page that nobody can open


def drawn(values: "pd.Series[Any]", column: Column, wanted: "pd.Series[float] | None", told: str) -> Any:
    """Draw one column, or return None where there is nothing to see."""
    if column.type == "text" or column.role == "key" or not values.notna().any():
        return None
    found = distribution.of(values, column, wanted)
    draw = drawings.values if column.type in ("category", "boolean") else drawings.distribution
    return draw(column.name, found, told)


def card(
    table: pd.DataFrame,
    column: Column,
    wanted: "pd.Series[float]",
    told: str,
    known: Mapping[str, float],
    spelled: Mapping[str, Mapping[str, int]],
    pairs: Mapping[tuple[str, str], tuple[float, str]],
    place: int,
) -> dict[str, Any]:
    """Return all that the page says about one column, with a chart for the first ones."""
    values = table[column.name]
    with_whom = [(b if a == column.name else a, held) for (a, b), (held, _) in pairs.items() if column.name in (a, b)]
    return {
        "column": column,
        "chart": drawn(values, column, wanted, told) if place < DRAWN else None,
        "facts": dict(distribution.facts(values, column)),
        "missing": distribution.share(values.isna().mean()),
        "different": int(values.nunique()),
        "known": known.get(column.name),
        "promised": (rules := _promised(column, values, spelled[column.name])),
        "range": next((rule for rule in rules if rule[0] in ("range", "values")), ("", "", "")),
        "kin": with_whom[0] if with_whom and abs(with_whom[0][1]) >= 0.1 else None,
    }


def _promised(column: Column, values: "pd.Series[Any]", spelled: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Return what the contract says about a column, and what is there."""
    told = [("missing", "no" if column.required else "allowed", distribution.share(values.isna().mean()))]
    if column.type in ("number", "integer") and span(column):
        told.append(("range", span(column), f"{short(values.min())} to {short(values.max())}"))
    if column.values:
        there = set(values.dropna().map(str))
        never = [str(value) for value in column.values if str(value) not in there]
        lost = f"; never {', '.join(never)}" if never else ""
        told.append(("values", f"{len(column.values)} values", f"{len(there)} values{lost}"))
    if column.unique:
        told.append(("unique", "yes", f"{int(values.duplicated().sum()):,} repeat"))
    told += [(f"cleans {name!r}", "yes", f"{rows:,} rows of the whole table") for name, rows in spelled.items()]
    if not column.available:
        told.append(("known when predicting", "no", "never a feature"))
    return told


def spellings(raw: pd.DataFrame, column: Column) -> dict[str, int]:
    """Count what the contract cleans, in the table as it was read."""
    if not (column.missing or column.aliases):
        return {}
    counts = raw[column.name].map(column.spelling, na_action="ignore").value_counts()
    return {str(old): int(counts.get(column.spelling(old), 0)) for old in (*column.missing, *column.aliases)}
