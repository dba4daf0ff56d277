"""Which rows break a contract, and how that is told."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from << cookiecutter.package_name >> import contract, data


def rules(table: pd.DataFrame, agreed: contract.Contract) -> dict[str, str]:
    """Return the violations of a table, in words, by column."""
    return {found.column: str(found) for found in data.typed(table, agreed)[1]}


def test_honest_table_keeps_the_contract(raw: pd.DataFrame, agreed: contract.Contract) -> None:
    """Markers, aliases and missing optional values are no violation."""
    table, found = data.typed(raw, agreed, 1500)
    assert not found
    assert len(table) == len(raw)


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        pytest.param("size", None, "size: is missing in 1 row: row 3", id="null-in-required"),
        pytest.param("returned", None, "returned: is missing", id="null-in-target"),
        pytest.param("sent", None, "sent: is missing in 1 row: row 3", id="null-in-time"),
        pytest.param("size", "100.5", "size: is above 100 in 1 row: row 3 ('100.5')", id="above"),
        pytest.param("size", "-1", "size: is below 0", id="below"),
        pytest.param("size", "large", "size: is no number in 1 row: row 3 ('large')", id="text-in-number"),
        pytest.param("size", "inf", "size: is no number", id="infinite"),
        pytest.param("visits", "1.5", "visits: is no integer", id="fraction-in-integer"),
        pytest.param("visits", "16777217", "visits: is above 1000 in 1 row: row 3 ('16777217')", id="whole-and-above"),
        pytest.param("sent", "today", "sent: is no datetime", id="word-that-means-the-clock"),
        pytest.param("express", "perhaps", "express: is no boolean", id="third-truth"),
        pytest.param("sent", "yesterday", "sent: is no datetime", id="word-in-datetime"),
        pytest.param("ordered", "0001-01-01T00:00+14:00", "ordered: is no datetime in", id="before-the-first-year"),
        pytest.param("ordered", "9999-12-31T23:59Z", "ordered: is no datetime in", id="after-the-last-year"),
        pytest.param("colour", "pink", "colour: is none of red, green, blue", id="unknown-category"),
        pytest.param("parcel", "1", "parcel: is not unique", id="duplicate"),
        pytest.param("returned", "lost", "returned: is none of no, yes", id="third-class"),
    ],
)
def test_violation_names_column_rule_and_row(
    raw: pd.DataFrame, agreed: contract.Contract, column: str, cell: str | None, rule: str
) -> None:
    """One broken cell is one violation, told with its row."""
    table = raw.copy()
    table.loc[2, column] = cell
    found = rules(table, agreed)
    assert list(found) == [column]
    assert found[column].startswith(rule)
    assert not {"nan", "nat"} & {*re.findall("\\w+", found[column].lower())}  # nothing is no value


@pytest.mark.parametrize("cell", ["2024-05-01T12:00:00+02:00", "2024-05-01 12:00Z", "yesterday"])
def test_moment_with_a_zone_needs_one_to_be_told_in(raw: pd.DataFrame, zoneless: contract.Contract, cell: str) -> None:
    """Where the contract names none, that is what is said of it."""
    raw = raw.copy()
    raw.loc[2, "sent"] = cell
    told = "sent: is no datetime, or one with a zone (contract.toml gives it none)"
    assert rules(raw, zoneless) == {"sent": f"{told} in 1 row: row 3 ({cell!r})"}


def test_integer_that_the_model_cannot_tell_from_the_next_is_out_of_range(
    raw: pd.DataFrame, agreed: contract.Contract
) -> None:
    """It is an integer all the same, and called one."""
    wide = replace(agreed, columns=tuple(replace(c, max=None) if c.name == "visits" else c for c in agreed.columns))
    found = rules(raw.assign(visits=["16777217", *["16777216"] * (len(raw) - 1)]), wide)
    assert found == {"visits": "visits: is above 16777216 in 1 row: row 1 ('16777217')"}


def test_value_among_many_is_told_by_their_number(raw: pd.DataFrame, agreed: contract.Contract) -> None:
    """A list of forty would hide what is new."""
    many = tuple(f"colour {number}" for number in range(40))
    wide = replace(agreed, columns=tuple(replace(c, values=many) if c.name == "colour" else c for c in agreed.columns))
    found = rules(raw.assign(colour=["pink", *["colour 1"] * (len(raw) - 1)]), wide)
    assert found["colour"] == "colour: is none of its 40 values in 1 row: row 1 ('pink')"


def test_header_must_be_that_of_the_contract(raw: pd.DataFrame, agreed: contract.Contract) -> None:
    """A missing and a strange column are both told."""
    found = rules(raw.rename(columns={"size": "length"}), agreed)
    assert found["size"] == "size: the column is missing"
    assert found["length"] == "length: the column is not in the contract"


def test_too_few_rows_break_the_promise(raw: pd.DataFrame, agreed: contract.Contract) -> None:
    """The promise is in gates.toml."""
    _, found = data.typed(raw, agreed, 1501)
    promised = "(table): has 1500 rows, at least 1501 are promised in gates.toml, [contract]"
    assert [str(each) for each in found] == [promised]


def test_many_violations_show_the_first_rows(raw: pd.DataFrame, agreed: contract.Contract) -> None:
    """A list of all rows helps nobody."""
    (found,) = data.typed(raw.assign(colour="pink"), agreed)[1]
    assert found.count == 1500
    assert len(found.as_dict()["rows"]) == 5


@pytest.mark.parametrize("cell", [pd.Timestamp("2024-05-01T12:00"), [1.0], pd.Timestamp("2024-05-01").date()])
def test_moment_or_list_is_no_number(raw: pd.DataFrame, agreed: contract.Contract, cell: object) -> None:
    """Parquet may hold either, and pandas would count the nanoseconds of a moment."""
    (found,) = data.typed(raw.assign(size=pd.Series([cell] * len(raw), raw.index)), agreed)[1]
    assert (found.column, found.rule, found.count) == ("size", "is no number", len(raw))


def test_whole_floats_are_integers(raw: pd.DataFrame, agreed: contract.Contract) -> None:
    """Tables that once held a missing value write 3.0 for 3."""
    assert not rules(raw.assign(visits="3.0"), agreed)


@pytest.mark.parametrize("cell", ["?", "-1", "-1.0", -1, -1.0])
def test_marker_is_missing_however_it_is_written(
    raw: pd.DataFrame, agreed: contract.Contract, cell: str | float
) -> None:
    """CSV holds texts, Parquet holds numbers, and both mean the same."""
    table, found = data.typed(raw.assign(visits=cell), agreed)
    assert not found
    assert table["visits"].isna().all()
