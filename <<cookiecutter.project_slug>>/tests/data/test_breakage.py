"""The table keeps the contract, and every way to break it is found under its column and rule."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from << cookiecutter.package_name >> import config, contract, data

ROOT = Path(__file__).parents[2]
CONTRACT, _ = contract.read(ROOT / "contract.toml")
COLUMNS = CONTRACT.columns
# Beyond so many columns a broken one is looked at beside the target alone: all of them, for each, would take minutes.
WIDE = 20


def named(columns: list[contract.Column]) -> pytest.MarkDecorator:
    """Run a test once for each of these columns; where there is none, say so."""
    none = pytest.param(None, marks=pytest.mark.skip(reason="the contract has no such column"), id="none")
    return pytest.mark.parametrize("column", [pytest.param(column, id=column.name) for column in columns] or [none])


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Return the table that `data.lock` pins."""
    return data.locked(data.read_lock(ROOT / "data" / "data.lock"), ROOT)


@pytest.fixture
def rows(table: pd.DataFrame) -> pd.DataFrame:
    """Return the first rows of the table, to be broken."""
    return table.head(100).astype(object)


def found(rows: pd.DataFrame, column: contract.Column) -> set[tuple[str, str]]:
    """Return column and rule of every violation, where this column was broken."""
    asked = CONTRACT
    if len(COLUMNS) > WIDE:
        near = tuple(each for each in COLUMNS if each in (column, CONTRACT.target))
        asked, rows = replace(CONTRACT, columns=near), rows[[each.name for each in near if each.name in rows]]
    return {(each.column, each.rule) for each in data.typed(rows, asked)[1]}


def test_table_keeps_the_contract(table: pd.DataFrame) -> None:
    """What is trained on is what was agreed, and as much of it."""
    promised = config.gates(ROOT / "gates.toml").contract
    _, violations = data.typed(table, CONTRACT, promised.min_rows if promised else 0)
    assert not [str(each) for each in violations]


@named([column for column in COLUMNS if column.required or column.role == "target"])
def test_missing_value_in_required_column_is_found(rows: pd.DataFrame, column: contract.Column) -> None:
    """A null where the contract promises a value."""
    rows.loc[rows.index[0], column.name] = None
    assert found(rows, column) == {(column.name, "is missing")}


def outside(column: contract.Column, bound: float, step: int) -> float:
    """Return a number beyond the bound that is no marker of a missing value."""
    value = bound + step
    while value in column.replacements:
        value += step
    return value


@named([column for column in COLUMNS if column.max is not None])
def test_number_above_its_range_is_found(rows: pd.DataFrame, column: contract.Column) -> None:
    """A unit that changed, say."""
    rows.loc[rows.index[0], column.name] = outside(column, column.max or 0.0, 1)
    assert found(rows, column) == {(column.name, f"is above {column.max:.16g}")}


@named([column for column in COLUMNS if column.min is not None])
def test_number_below_its_range_is_found(rows: pd.DataFrame, column: contract.Column) -> None:
    """A sign that changed, say."""
    rows.loc[rows.index[0], column.name] = outside(column, column.min or 0.0, -1)
    assert found(rows, column) == {(column.name, f"is below {column.min:.16g}")}


@named([column for column in COLUMNS if column.type == "category" and column.values])
def test_unknown_category_is_found(rows: pd.DataFrame, column: contract.Column) -> None:
    """A typing error, or something new in the world."""
    rows.loc[rows.index[0], column.name] = "no such category"
    assert found(rows, column) == {(column.name, data.unlisted(column))}


@named([column for column in COLUMNS if column.unique])
def test_value_that_appears_twice_is_found(rows: pd.DataFrame, column: contract.Column) -> None:
    """Two rows of what there is one of."""
    rows.loc[rows.index[1], column.name] = rows.loc[rows.index[0], column.name]
    assert found(rows, column) == {(column.name, "is not unique")}


@named([column for column in COLUMNS if column.type in (*contract.NUMERIC, "datetime")])
def test_word_where_none_belongs_is_found(rows: pd.DataFrame, column: contract.Column) -> None:
    """A text in a number, a boolean or a time."""
    rows.loc[rows.index[0], column.name] = "no such value"
    assert found(rows, column) == {(column.name, column.misread)}


@named(list(COLUMNS))
def test_missing_column_is_found(rows: pd.DataFrame, column: contract.Column) -> None:
    """The contract names every column."""
    assert found(rows.drop(columns=column.name), column) == {(column.name, "the column is missing")}


def test_strange_column_is_found(rows: pd.DataFrame) -> None:
    """A column that nobody agreed on may hold anything."""
    strange: Any = {"no such column": 1}
    told = data.typed(rows.assign(**strange), CONTRACT)[1]
    assert [(each.column, each.rule) for each in told] == [("no such column", "the column is not in the contract")]


def test_too_few_rows_are_found(table: pd.DataFrame) -> None:
    """Half a table is no table."""
    rules = [each.rule for each in data.typed(table.head(10), CONTRACT, 11)[1]]
    assert rules == ["has 10 rows, at least 11 are promised in gates.toml, [contract]"]
