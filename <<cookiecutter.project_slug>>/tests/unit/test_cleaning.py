"""Cleaning and derived columns: the same numbers in training and in the service."""

import csv
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from << cookiecutter.package_name >> import contract, data, features, tensors

MOMENTS = some.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda time: time.replace(microsecond=0))


def sent(column: contract.Column) -> Any:
    """Return a strategy for what a request may say in a column: values, markers, aliases, or nothing."""
    if column.type == "boolean":
        values: Any = some.booleans()
    elif column.type == "datetime":
        values = MOMENTS.map(datetime.isoformat)
    elif column.type == "integer":
        values = some.integers(int(column.min or 0), int(column.max or 0))
    elif column.type == "number":
        values = some.floats(column.min, column.max)
    else:
        values = some.sampled_from([*column.values, *column.aliases, "unseen", "NaN"])
    return some.one_of(values, some.sampled_from([None, *column.missing]))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all examples share."""
    return tmp_path_factory.mktemp("cleaning")


@pytest.mark.long
@settings(max_examples=25)
@given(some.data())
def test_table_and_request_give_the_same_tensors(
    folder: Path, agreed: contract.Contract, draw: some.DataObject
) -> None:
    """The same values, as cells of a CSV table and as JSON, are the same to the model."""
    row = some.fixed_dictionaries({column.name: sent(column) for column in agreed.inputs})
    rows = draw.draw(some.lists(row, min_size=1, max_size=10))
    with (folder / "table.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [column.name for column in agreed.inputs])
        writer.writeheader()
        writer.writerows(rows)
    table, _ = data.typed(data.read(folder / "table.csv"), agreed)
    offline = tensors.stacked(agreed, features.arrays(agreed, table))
    online = tensors.inputs(agreed, rows)
    np.testing.assert_array_equal(offline["num"], online["num"])
    np.testing.assert_array_equal(offline["cat"], online["cat"])


def derived(agreed: contract.Contract, name: str, **values: Any) -> float:
    """Return what the model sees in a derived column of one request."""
    stacked = tensors.inputs(agreed, [values])
    return float(stacked["num"][0, agreed.numbers.index(name)])


NUMBERS = some.floats(-1e6, 1e6)


@given(size=NUMBERS, weight=NUMBERS)
def test_arithmetic_is_that_of_python(agreed: contract.Contract, size: float, weight: float) -> None:
    """Ratio, difference, product and log; what is not defined is missing."""
    values = {"size": size, "weight": weight}
    with np.errstate(over="ignore"):
        ratio = float(np.float32(size / weight)) if weight else float("nan")
        log = float(np.float32(np.log(size))) if size > 0 else float("nan")
    ratio = ratio if np.isfinite(ratio) else float("nan")
    assert derived(agreed, "size_by_weight", **values) == pytest.approx(ratio, nan_ok=True)
    assert derived(agreed, "size_less_weight", **values) == pytest.approx(float(np.float32(size - weight)))
    assert derived(agreed, "volume", **values) == pytest.approx(float(np.float32(size * weight)))
    assert derived(agreed, "log_size", **values) == pytest.approx(log, nan_ok=True)


@given(ordered=some.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=some.timezones()))
def test_moment_is_told_in_the_zone_of_its_column(agreed: contract.Contract, ordered: datetime) -> None:
    """Whatever zone it names itself, in the service as in a table."""
    local = ordered.astimezone(timezone(timedelta(hours=2))).replace(tzinfo=None)
    sent = datetime(2024, 5, 1)
    waited = derived(agreed, "waited", sent=sent.isoformat(), ordered=ordered.isoformat())
    assert waited == derived(agreed, "waited", sent=sent.isoformat(), ordered=local.isoformat())
    read, wrong = data.convert(pd.Series([ordered.isoformat()]), agreed["ordered"])
    assert not wrong.any()
    assert read[0] == local.replace(microsecond=0)


@given(sent=MOMENTS, ordered=MOMENTS)
def test_calendar_is_that_of_python(agreed: contract.Contract, sent: datetime, ordered: datetime) -> None:
    """Hour, weekday (Monday is 0), month (January is 1) and days between two moments, also before 1970."""
    values = {"sent": sent.isoformat(), "ordered": ordered}
    assert derived(agreed, "hour_sent", **values) == sent.hour
    assert derived(agreed, "weekday_sent", **values) == sent.weekday()
    assert derived(agreed, "month_sent", **values) == sent.month
    assert derived(agreed, "waited", **values) == pytest.approx((sent - ordered) / timedelta(days=1), rel=1e-6)


@pytest.mark.parametrize("name", ["size_by_weight", "volume", "log_size", "hour_sent", "month_sent", "waited"])
def test_derived_from_nothing_is_missing(agreed: contract.Contract, name: str) -> None:
    """A missing source makes no number up."""
    assert np.isnan(derived(agreed, name))


def test_markers_and_aliases_are_replaced(agreed: contract.Contract) -> None:
    """A marker is a missing value; an alias is what it stands for."""
    stacked = tensors.inputs(agreed, [{"visits": "?", "shape": "?", "colour": "Red"}])
    assert np.isnan(stacked["num"][0, agreed.numbers.index("visits")])
    assert stacked["cat"][0].tolist() == ["red", ""]


@pytest.mark.parametrize("left", [("num", "category"), ("cat", "number")], ids=["only-numbers", "only-categories"])
def test_tensor_without_columns_is_left_out(document: dict[str, Any], left: tuple[str, str]) -> None:
    """A contract of numbers alone has no `cat`, and one of categories alone no `num`."""
    only, dropped = left
    types = ("category",) if dropped == "category" else contract.NUMERIC
    document["derive"] = []
    for column in document["columns"].values():
        if column["type"] in types and column.get("role", "feature") == "feature":
            column["role"] = "ignore"
    agreed = contract.of(document)
    stacked = tensors.inputs(agreed, [{}, {}])
    assert list(stacked) == [only]
    assert len(features.frame(agreed, stacked)) == 2
    assert [name for name, *_ in features.preprocessing(agreed).transformers] == [only]
