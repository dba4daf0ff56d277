"""Rows of an Arrow batch as the model reads them, and why a row cannot be scored; the service decides alike."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ..contract import Column, Contract, InputError
from ..tensors import Array
from .values import NUMBERS, Values, typed


@dataclass(frozen=True)
class Fault:
    """One rule that some rows break."""

    column: str
    rule: str
    rows: Array


@dataclass(frozen=True)
class Rows:
    """A batch as `tensors.stacked` takes it, what is wrong with some rows, and which columns hold unseen categories."""

    columns: dict[str, Array]
    faults: list[Fault]
    unseen: dict[str, int]

    @property
    def bad(self) -> Array:
        """Which rows break a rule."""
        return np.asarray(np.logical_or.reduce([fault.rows for fault in self.faults]), bool)

    def places(self, before: int) -> Array:
        """Return for every bad row its number in a table with so many rows before: the first one is 1."""
        return np.flatnonzero(self.bad) + before + 1

    def reasons(self) -> list[str]:
        """Return for every bad row what is wrong with it."""
        return [
            "; ".join(f"{fault.column} {fault.rule}" for fault in self.faults if fault.rows[row])
            for row in np.flatnonzero(self.bad)
        ]


def absent(contract: Contract, names: list[str], where: str) -> list[str]:
    """Return the columns that the model reads and the table lacks: every row is answered as if they were missing.

    Raises:
        InputError: without one of them the model cannot answer, or the table has a column twice.
    """
    lacking = [column for column in contract.read if column.name not in names]
    for column in lacking:
        if contract.demands(column):
            near = _nearest(contract, column.name, names)
            what = f" (did you mean {near}?); rename or add it" if near else "; add it"
            raise InputError(f"{where}: has no column {column.name}, which the model needs{what}")
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{where}: has two columns {name}; rename one")
    return [column.name for column in lacking]


def _nearest(contract: Contract, wanted: str, names: list[str]) -> str:
    """Return the column that the contract does not know and that is spelled nearly so, or nothing."""
    known = {column.name for column in contract.columns}
    folded = {name.casefold(): name for name in names if name not in known}
    near = difflib.get_close_matches(wanted.casefold(), folded, n=1)
    return folded[near[0]] if near else ""


def read(contract: Contract, batch: pa.RecordBatch) -> Rows:
    """Clean and type the columns of a batch."""
    columns, faults, unseen = {}, [], {}
    for column in contract.inputs:
        if column.type == "text":
            continue  # the model does not read it
        place = batch.schema.get_field_index(column.name)
        found = typed(batch.column(place) if place >= 0 else pa.nulls(batch.num_rows), column)
        columns[column.name] = found.known
        if found.unseen:
            unseen[column.name] = found.unseen
        faults += [
            Fault(column.name, rule, rows)
            for rule, rows in _broken(column, found, demanded=contract.demands(column))
            if rows.any()
        ]
    return Rows(columns, faults, unseen)


def _broken(column: Column, found: Values, *, demanded: bool) -> Iterator[tuple[str, Array]]:
    """Yield each rule of a column with the rows that break it; an unseen category is answered, as the service does."""
    yield column.misread, found.wrong
    if demanded:
        yield "is missing", found.missing
    low, high = column.limits
    if low is not None:
        yield f"is below {low:.16g}", found.known < low
    if high is not None:
        yield f"is above {high:.16g}", found.known > high
    if column.type in NUMBERS and column.values:
        listed = np.isin(found.known, column.values)
        yield f"is none of {', '.join(map(str, column.values))}", ~listed & ~np.isnan(found.known)
