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


def needs(contract: Contract, names: list[str], where: str) -> None:
    """Refuse a table that lacks a column without which the model cannot answer, or has one twice."""
    for column in contract.inputs:
        if column.name not in names and contract.demands(column):
            raise InputError(f"{where}: has no column {column.name}, which the model needs; add it")
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{where}: has two columns {name}; rename one")


def read(contract: Contract, batch: pa.RecordBatch) -> Rows:
    """Clean and type the columns of a batch."""
    columns, faults, unseen = {}, [], 0
    for column in contract.inputs:
        if column.type == "text":
            continue  # the model does not read it
        place = batch.schema.get_field_index(column.name)
        values = batch.column(place) if place >= 0 else pa.nulls(batch.num_rows)
        found, wrong, strange = _converted(values, column)
        columns[column.name] = found
        unseen += strange
        faults += [
            Fault(column.name, rule, rows)
            for rule, rows in _broken(column, found, wrong, demanded=contract.demands(column))
            if rows.any()
        ]
    return Rows(columns, faults, unseen)


def _broken(column: Column, values: Array, wrong: Array, *, demanded: bool) -> Iterator[tuple[str, Array]]:
    """Yield each rule of a column with the rows that break it; an unseen category is answered, as the service does."""
    yield f"is no {column.type}", wrong
    if demanded:
        yield "is missing", (values == "" if values.dtype == object else np.isnan(values)) & ~wrong
    if column.min is not None:
        yield f"is below {column.min:g}", values < column.min
    if column.max is not None:
        yield f"is above {column.max:g}", values > column.max
    if column.type in NUMBERS and column.values:
        yield f"is none of {', '.join(map(str, column.values))}", ~np.isin(values, column.values) & ~np.isnan(values)


def _converted(values: pa.Array, column: Column) -> tuple[Array, Array, int]:
    """Return the values in the column's type, which could not be read, and how many are unseen categories."""
    try:
        if column.type in NUMBERS:
            return _numbers(values, column)
        if column.type == "datetime" and _plain(values.type) and not column.replacements:
            return values.cast(pa.timestamp("s")).to_numpy(zero_copy_only=False), np.zeros(len(values), bool), 0
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass  # some value is none at first sight: each different one is read as training reads it
    return _one_by_one(values, column)


def _plain(kind: pa.DataType) -> bool:
    """Tell whether these are moments without a zone, or texts that may be."""
    return pa.types.is_string(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)


def _numbers(values: pa.Array, column: Column) -> tuple[Array, Array, int]:
    """Read numbers at once; what this way cannot take raises ArrowInvalid."""
    text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
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
    if column.type == "integer":
        with np.errstate(invalid="ignore"):
            fits &= found % 1 == 0
    return np.where(fits, found, np.nan), there & ~fits, 0


def _one_by_one(values: pa.Array, column: Column) -> tuple[Array, Array, int]:
    """Read each different value once, by the code that reads tables for training."""
    try:
        encoded = values.dictionary_encode()
        codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
        different: list[Any] = [*encoded.dictionary.to_pylist(), None]
    except pa.ArrowNotImplementedError:
        codes, different = np.arange(len(values)), values.to_pylist()
    raw = pd.Series(different, dtype=object)
    cleaned = pd.Series(tensors.clean(column, [*raw.where(raw.notna(), None)]), dtype=object)
    known, wrong = data.convert(cleaned, column)
    if column.type != "category":
        return known.to_numpy()[codes], wrong.to_numpy(bool)[codes], 0
    # One object for each different text, shared by all of its rows: ten times cheaper than an object a row.
    names = known.where(known.notna(), "").to_numpy(object)
    strange = np.array([name != "" and not column.open and name not in column.values for name in names], bool)
    return names[codes], wrong.to_numpy(bool)[codes], int(strange[codes].sum())
