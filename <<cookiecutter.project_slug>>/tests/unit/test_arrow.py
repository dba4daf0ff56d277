"""Rows of an Arrow batch are read as training reads them, whatever stands in their cells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pandas.api.types import is_datetime64_any_dtype

from << cookiecutter.package_name >> import contract, data, features, tensors
from << cookiecutter.package_name >>.data import check
from << cookiecutter.package_name >>.score import rows

pytestmark = pytest.mark.long

# What people and systems write into a cell, and worse.
ODD = (
    *("", " 3", "3 ", "+3", "1_000", "0x10", "nan", "inf", "1e400", "1e5", ".5", "-0", "3.0", "1.5", "\u0663", "?"),
    *("-1", "-1.0", "true", "True", "1", "Red", "red", "gold", "box", "2024-05-01", "2024-05-01T10:00", "20240501"),
    *("a;b", "2024-05-01T10:00:00.5", "\u00e9"),
    *("2024-05-01T10:00:00Z", "2024-W18-3", "2024-02-30", "1700-01-01", "9" * 20),
)


# Rows of which all but two cells are legal: what is wrong with several cells hides what is overlooked in one.
LEGAL = {
    "parcel": "7",
    "sent": "2024-05-01T10:00",
    "ordered": "2024-05-01",
    "size": "3.5",
    "weight": "2",
    "visits": "3",
    "express": "true",
    "colour": "red",
    "shape": "box",
}
ROWS = 12


@pytest.fixture(scope="module", autouse=True)
def _all_named() -> Iterator[None]:
    """Let a violation name all of its rows, so that one table of many rows asks as much as many of one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "SHOWN", ROWS)
        yield


def expected(agreed: contract.Contract, raw: pd.DataFrame) -> tuple[list[bool], dict[str, Any]]:
    """Return which rows training's reader finds at fault, an unseen category apart, and what the model reads."""
    asked = raw.reindex(columns=[column.name for column in agreed.inputs])
    table, broken = data.typed(asked, agreed)
    here = {column.name: column for column in agreed.inputs if column.type != "text"}
    bad = [False] * len(asked)
    for each in broken:
        column = here.get(each.column)
        # What is asked of a table only, and what is answered all the same.
        if column is None or each.rule == "is not unique" or (column.type == "category" and "is none of" in each.rule):
            continue
        if each.rule != "is missing" or agreed.demands(column):
            for row in each.rows:
                bad[int(row.split()[0]) - 1] = True
    return bad, tensors.stacked(agreed, features.arrays(agreed, table))


def agree(agreed: contract.Contract, raw: pd.DataFrame, batch: pa.RecordBatch) -> None:
    """Compare what a batch is read as with what training reads, whether moments are told in a zone or in none."""
    for zone in ("", "+02:00"):
        told = [replace(column, zone=zone and column.zone and zone) for column in agreed.columns]
        _agree(replace(agreed, columns=tuple(told)), raw, batch)


def _agree(agreed: contract.Contract, raw: pd.DataFrame, batch: pa.RecordBatch) -> None:
    found = rows.read(agreed, batch)
    bad, wanted = expected(agreed, raw)
    assert (found.bad.tolist() if found.faults else [False] * len(raw)) == bad
    made = tensors.stacked(agreed, found.columns)
    for name in ("num", "cat"):
        np.testing.assert_array_equal(made[name], wanted[name])


@settings(max_examples=20)
@given(some.data())
def test_text_is_read_as_in_training(agreed: contract.Contract, draw: some.DataObject) -> None:
    """Whatever stands in a cell of CSV, the same rows are bad and the model sees the same numbers."""
    odd = some.one_of(some.sampled_from(ODD), some.floats().map(str), some.integers().map(str))
    spoiled = some.dictionaries(some.sampled_from(sorted(LEGAL)), odd, max_size=2)
    found = draw.draw(some.lists(spoiled, min_size=1, max_size=ROWS))
    raw = pd.DataFrame([LEGAL | each for each in found], dtype=object).replace("", None)
    agree(agreed, raw, pa.RecordBatch.from_pandas(raw, schema=pa.schema([(name, pa.string()) for name in LEGAL])))


KINDS: dict[str, Any] = {
    "int64": (pa.int64(), some.integers(-(2**60), 2**60)),
    "small": (pa.int32(), some.integers(-3, 2000)),
    "double": (pa.float64(), some.floats()),
    "float": (pa.float32(), some.floats(width=32)),
    "bool": (pa.bool_(), some.booleans()),
    "text": (pa.string(), some.sampled_from(ODD)),
    "date": (pa.date32(), some.dates()),
    "moment": (pa.timestamp("us"), some.datetimes()),
    "zone": (pa.timestamp("us", "UTC"), some.datetimes()),
    "summer": (pa.timestamp("us", "Europe/Berlin"), some.datetimes()),
    "years": (pa.timestamp("s", "Asia/Tokyo"), some.integers(-(10**12), 10**12)),
}


def test_moment_as_category_is_told_in_its_own_zone(agreed: contract.Contract) -> None:
    """As in training, where it is a text like any other."""
    noon = pa.array([datetime(2024, 1, 1, 12)], pa.timestamp("us", "Europe/Berlin"))
    batch = pa.RecordBatch.from_pydict({name: pa.array([value]) for name, value in LEGAL.items()} | {"colour": noon})
    agree(agreed, batch.to_pandas(), batch)


@settings(max_examples=20)
@given(some.data())
def test_columns_of_any_type_are_read_as_in_training(agreed: contract.Contract, draw: some.DataObject) -> None:
    """A Parquet column of another type than the contract's is converted or refused alike."""
    size = draw.draw(some.integers(1, ROWS))
    columns = {name: pa.array([value] * size) for name, value in LEGAL.items()}
    for name in draw.draw(some.lists(some.sampled_from(sorted(LEGAL)), min_size=1, max_size=2, unique=True)):
        # A code that is a number: pandas reads it as 3.0 where one is missing, so the two may differ.
        kinds = ["text"] if name in agreed.categories else sorted(KINDS)
        # Of these only a column of moments makes sense.
        kinds = kinds if agreed[name].type == "datetime" else [kind for kind in kinds if kind != "years"]
        kind, value = KINDS[draw.draw(some.sampled_from(kinds))]
        values = some.lists(some.one_of(some.none(), value), min_size=size, max_size=size)
        columns[name] = pa.array(draw.draw(values), kind)
    batch = pa.RecordBatch.from_pydict(columns)
    raw = batch.to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get)
    raw = raw.astype({name: object for name, kind in raw.dtypes.items() if not is_datetime64_any_dtype(kind)})
    # What training's reader makes of an empty text.
    for name in batch.schema.names:
        if pa.types.is_string(batch.schema.field(name).type):
            raw[name] = raw[name].where(raw[name].ne("").fillna(value=True), None)
    agree(agreed, raw, batch)
