"""Rows of an Arrow batch as the model reads them, and why a row cannot be scored; the service decides alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .. import data, tensors
from ..contract import Column, Contract, InputError
from ..tensors import Array

NUMBERS = ("number", "integer")


@dataclass(frozen=True)
class Fault:
    """One rule that some rows break."""

    column: str
    rule: str
    rows: Array


@dataclass(frozen=True)
class Rows:
    """A batch as `tensors.stacked` takes it, what is wrong with some rows, and how many unseen categories it holds."""

    columns: dict[str, Array]
    faults: list[Fault]
    unseen: int

    @property
    def bad(self) -> Array:
        """Which rows break a rule."""
        return np.asarray(np.logical_or.reduce([fault.rows for fault in self.faults]), bool)

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
            raise InputError(f"{where}: has no column {column.name}, which the model needs; add it")
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{where}: has two columns {name}; rename one")
    return [column.name for column in lacking]


@dataclass(frozen=True)
class _Values:
    """The values of a column in its type, which of them could not be read, which are missing, how many are unseen."""

    typed: Array
    wrong: Array
    missing: Array
    unseen: int = 0


def read(contract: Contract, batch: pa.RecordBatch) -> Rows:
    """Clean and type the columns of a batch."""
    columns, faults, unseen = {}, [], 0
    for column in contract.inputs:
        if column.type == "text":
            continue  # the model does not read it
        place = batch.schema.get_field_index(column.name)
        found = _converted(batch.column(place) if place >= 0 else pa.nulls(batch.num_rows), column)
        columns[column.name] = found.typed
        unseen += found.unseen
        faults += [
            Fault(column.name, rule, rows)
            for rule, rows in _broken(column, found, demanded=contract.demands(column))
            if rows.any()
        ]
    return Rows(columns, faults, unseen)


def _broken(column: Column, found: _Values, *, demanded: bool) -> Iterator[tuple[str, Array]]:
    """Yield each rule of a column with the rows that break it; an unseen category is answered, as the service does."""
    yield f"is no {column.type}", found.wrong
    if demanded:
        yield "is missing", found.missing
    if column.min is not None:
        yield f"is below {column.min:g}", found.typed < column.min
    if column.max is not None:
        yield f"is above {column.max:g}", found.typed > column.max
    if column.type in NUMBERS and column.values:
        listed = np.isin(found.typed, column.values)
        yield f"is none of {', '.join(map(str, column.values))}", ~listed & ~np.isnan(found.typed)


def _converted(values: pa.Array, column: Column) -> _Values:
    """Return the values in the column's type."""
    try:
        if column.type in NUMBERS:
            return _numbers(values, column)
        if column.type == "datetime" and _plain(values.type) and not column.replacements:
            moments = values.cast(pa.timestamp("s")).to_numpy(zero_copy_only=False)
            return _Values(moments, np.zeros(len(values), bool), np.isnat(moments))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass  # some value is none at first sight: each different one is read as training reads it
    return _one_by_one(values, column)


def _plain(kind: pa.DataType) -> bool:
    """Tell whether these are moments without a zone, or texts that may be."""
    return pa.types.is_string(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)


def _numbers(values: pa.Array, column: Column) -> _Values:
    """Read numbers at once; what this way cannot take raises ArrowInvalid."""
    text = _texts(values.type)
    spelled = [old for old in column.replacements if isinstance(old, str)]
    if text and spelled:
        if any(column.replacements[old] is not None for old in spelled):
            raise pa.ArrowInvalid("an alias in words")
        values = pc.if_else(pc.is_in(values, pa.array(spelled, values.type)), None, values)
    floats = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    there = values.is_valid().to_numpy(zero_copy_only=False) & (~np.isnan(floats) | text)
    found = floats.copy()
    for old, new in column.replacements.items():
        if isinstance(old, float):
            found[floats == old] = np.nan if new is None else new
            there &= floats != old if new is None else True
    fits = np.abs(found) <= column.largest
    if column.type == "integer" and (column.replacements or not pa.types.is_integer(values.type)):
        with np.errstate(invalid="ignore"):
            fits &= found % 1 == 0
    found[~fits] = np.nan
    return _Values(found, there & ~fits, ~there)


def _texts(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _one_by_one(values: pa.Array, column: Column) -> _Values:
    """Read each different value once, by the code that reads tables for training."""
    try:
        encoded = values.dictionary_encode()
        codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
        different: list[Any] = [*encoded.dictionary.to_pylist(), None]
    except pa.ArrowNotImplementedError:
        codes, different = np.arange(len(values)), values.to_pylist()
    known, wrong = _each(different, column, text=_texts(values.type))
    if column.type != "category":
        return _Values(known[codes], wrong[codes], (np.isnan(known) & ~wrong)[codes])
    # One object for each different text, shared by all of its rows: ten times cheaper than an object a row.
    strange = np.array([name != "" and not column.open and name not in column.values for name in known], bool)
    return _Values(known[codes], wrong[codes], (known == "")[codes], int(strange[codes].sum()))


def _each(different: list[Any], column: Column, *, text: bool) -> tuple[Array, Array]:
    """Return different values in the column's type, a category that is missing as "", and which could not be read."""
    if text and column.type == "category":
        names = ["" if name is None else name for name in tensors.clean(column, different)]
        return np.array(names, object), np.zeros(len(names), bool)
    raw = pd.Series(different, dtype=object)
    cleaned = pd.Series(tensors.clean(column, [*raw.where(raw.notna(), None)]), dtype=object)
    known, wrong = data.convert(cleaned, column)
    typed = known.where(known.notna(), "").to_numpy(object) if column.type == "category" else known.to_numpy()
    return typed, wrong.to_numpy(bool)
