"""One column of an Arrow batch in the contract's type, as training reads it, at the speed of Arrow where it can."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .. import data, tensors
from ..contract import Column
from ..contract.columns import FLOAT32
from ..tensors import Array

NUMBERS = ("number", "integer")


@dataclass(frozen=True)
class Values:
    """A column in its type, which of its values could not be read, which are missing, and how many are unseen."""

    known: Array
    wrong: Array
    missing: Array
    unseen: int = 0


def typed(values: pa.Array, column: Column) -> Values:
    """Return the values in the column's type."""
    try:
        if column.type in NUMBERS:
            return _numbers(values, column)
        if column.type == "datetime" and pa.types.is_timestamp(values.type):
            moments = tensors.calendar(values.to_numpy(zero_copy_only=False), column, zoned=values.type.tz is not None)
            missing = ~values.is_valid().to_numpy(zero_copy_only=False)
            return Values(moments, np.isnat(moments) & ~missing, missing)
        if column.type == "datetime" and pa.types.is_string(values.type) and not column.replacements:
            moments = values.cast(pa.timestamp("s")).to_numpy(zero_copy_only=False)
            return Values(moments, np.zeros(len(values), bool), np.isnat(moments))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass  # some value is none at first sight: each different one is read as training reads it
    return _one_by_one(values, column)


def _numbers(values: pa.Array, column: Column) -> Values:
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
    fits = np.abs(found) <= FLOAT32
    if column.type == "integer" and (column.replacements or not pa.types.is_integer(values.type)):
        with np.errstate(invalid="ignore"):
            fits &= found % 1 == 0
    found[~fits] = np.nan
    return Values(found, there & ~fits, ~there)


def _texts(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _one_by_one(values: pa.Array, column: Column) -> Values:
    """Read each different value once, by the code that reads tables for training."""
    try:
        encoded = values.dictionary_encode()
        codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
        different: list[Any] = [*_objects(encoded.dictionary, told=column.type == "category"), None]
    except pa.ArrowNotImplementedError:
        codes, different = np.arange(len(values)), values.to_pylist()
    known, wrong = _each(different, column, text=_texts(values.type))
    if column.type != "category":
        return Values(known[codes], wrong[codes], (np.isnan(known) & ~wrong)[codes])
    # One object for each different text, shared by all of its rows: ten times cheaper than an object a row.
    strange = np.array([name != "" and not column.open and name not in column.values for name in known], bool)
    return Values(known[codes], wrong[codes], (known == "")[codes], int(strange[codes].sum()))


def _objects(values: pa.Array, *, told: bool) -> list[Any]:
    """Return values as Python's, moments as those of pandas, whose years have no end; told in their own zone or not."""
    if pa.types.is_timestamp(values.type):
        # In UTC they are the same; before the year 1, in the zone of a place, they crash pandas 2.3.
        zoned = values.type.tz and not told
        moments = values.cast(pa.timestamp(values.type.unit, "UTC")) if zoned else values
        return [*moments.to_pandas().astype(object)]
    return [*values.to_pylist()]


def _each(different: list[Any], column: Column, *, text: bool) -> tuple[Array, Array]:
    """Return different values in the column's type, a category that is missing as "", and which could not be read."""
    if text and column.type == "category":
        names = ["" if name is None else name for name in tensors.clean(column, different)]
        return np.array(names, object), np.zeros(len(names), bool)
    raw = pd.Series([None if value == "" else value for value in different], dtype=object)
    cleaned = pd.Series(tensors.clean(column, [*raw.where(raw.notna(), None)]), dtype=object)
    known, wrong = data.convert(cleaned, column)
    there = known.where(known.notna(), "").to_numpy(object) if column.type == "category" else known.to_numpy()
    return there, wrong.to_numpy(bool)
