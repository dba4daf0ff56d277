"""Read a table as people write them, and say what was odd about it."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .. import data
from ..contract import InputError
from . import dialect
from .decision import Decision

TEXTS = (".csv", ".tsv", ".txt", ".data")
HINTS = dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods"), "save the sheet as CSV (UTF-8)")
MOST = 1000  # columns: each is judged on its own and in pairs


@dataclass(frozen=True)
class Raw:
    """A table whose cells are texts, numbers, moments or missing; `as_is` where its file can be kept as it is."""

    table: pd.DataFrame
    notes: tuple[Decision, ...]
    as_is: bool


def read(path: Path) -> Raw:
    """Read CSV in any of its dialects, or Parquet; what cannot be a table is an InputError."""
    suffix = path.suffix.lower()
    if suffix not in (*TEXTS, ".parquet"):
        hint = HINTS.get(suffix, "write it as CSV or Parquet")
        raise InputError(f"{path}: {suffix or 'a file without a suffix'} is not read; {hint}")
    notes: list[Decision] = []
    table = data.read(path) if suffix == ".parquet" else dialect.read(path, notes)
    before = [str(name) for name in table.columns]
    if not before or table.empty:
        raise InputError(f"{path}: has no rows; name a table that has some")
    if len(before) > MOST:
        raise InputError(f"{path}: has {len(before)} columns, and {MOST} are the most; leave out what nobody needs")
    table.columns = pd.Index(_unique(before, notes))
    table = _without_index(table, before, notes)
    plain = pd.DataFrame({name: _plain(table[name]) for name in table.columns})
    return Raw(plain, tuple(notes), suffix in (".csv", ".parquet") and _same(path, plain))


def _unique(names: list[str], notes: list[Decision]) -> list[str]:
    """Return names that are there and differ, whatever the header says."""
    taken: list[str] = []
    for place, name in enumerate(names):
        wanted = " ".join(name.split()) or f"column_{place + 1}"
        others = (f"{wanted}_{number}" for number in itertools.count(2))
        new = next(each for each in itertools.chain([wanted], others) if each not in taken)
        if new != name:
            why = "has no name" if not name.strip() else "the name is there twice" if new != wanted else "stray spaces"
            notes.append(Decision(new, "is called so here", f"column {place + 1} of the header: {why}"))
        taken.append(new)
    return taken


def _without_index(table: pd.DataFrame, before: list[str], notes: list[Decision]) -> pd.DataFrame:
    """Leave out a first column without a name that only counts the rows."""
    if (before[0].strip() and before[0] != "Unnamed: 0") or len(before) < 2:
        return table
    numbers = pd.to_numeric(table.iloc[:, 0], errors="coerce")
    if not (numbers.diff().dropna() == 1).all() or numbers.isna().any():
        return table
    notes[:] = [each for each in notes if each.about != table.columns[0]]
    notes.append(Decision("(table)", "its first column is left out", "it has no name and counts the rows"))
    return table.iloc[:, 1:]


def _plain(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the cells as texts, numbers, truth values or moments."""
    kind = values.dtype
    if pd.api.types.is_complex_dtype(kind) or isinstance(kind, (pd.PeriodDtype, pd.IntervalDtype)):
        return values.astype(str).astype(object)
    if pd.api.types.is_timedelta64_dtype(kind):
        seconds: pd.Series[Any] = values.dt.total_seconds()
        return seconds
    if pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind):
        return values
    there = values.astype(object)
    there = there.where(there.notna(), None)
    return there.map(lambda cell: cell if isinstance(cell, (str, bool)) else _spelled(cell), na_action="ignore")


def _spelled(cell: object) -> object:
    """Return a cell that Parquet may hold and CSV may not, in words."""
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _same(path: Path, table: pd.DataFrame) -> bool:
    """Tell whether the project reads this file as it was read here."""
    try:
        read_again = data.read(path)
    except InputError:
        return False
    return [*table.columns] == [*read_again.columns] and all(
        # One column after the other: as objects, all of them take many times the memory of the table.
        _bare(table.iloc[:, place]).equals(_bare(read_again.iloc[:, place]))
        for place in range(len(table.columns))
    )


def _bare(values: "pd.Series[Any]") -> "pd.Series[Any]":
    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values
    there = values.astype(object)
    return there.where(there.notna(), None)
