"""Which row goes into which part."""

import math
from typing import Any

import pandas as pd
import pytest

from << cookiecutter.package_name >> import config, contract, data

HASH = config.Split("hash", key=("parcel",), salt="1")
TIME = config.Split("time")


@pytest.fixture(scope="session")
def table(raw: pd.DataFrame, agreed: contract.Contract) -> pd.DataFrame:
    """Return the small project's table, typed."""
    return data.typed(raw, agreed)[0]


def places(table: pd.DataFrame, agreed: contract.Contract, params: config.Split) -> dict[float, str]:
    """Return the part of every parcel."""
    parts = data.split(table, agreed, params)
    named = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    return {parcel: name for name, part in named.items() for parcel in part["parcel"]}


def test_row_keeps_its_part_when_rows_are_appended(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """The champion of last year never saw today's test rows."""
    before = places(table.iloc[:1000], agreed, HASH)
    after = places(table.sample(frac=1, random_state=0), agreed, HASH)
    assert len(after) == len(table)
    assert before.items() <= after.items()


def test_shares_are_about_right(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """A hash is fair to four standard deviations."""
    found = list(places(table, agreed, HASH).values())
    for name, share in zip(("train", "validation", "test"), HASH.shares, strict=True):
        deviation = math.sqrt(share * (1 - share) / len(found))
        assert abs(found.count(name) / len(found) - share) < 4 * deviation


def test_rows_of_one_key_stay_together(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """A customer seen in training is not tested on."""
    parts = data.split(table.assign(parcel=table["parcel"] // 5), agreed, HASH)
    seen = [set(part["parcel"]) for part in (parts.train, parts.validation, parts.test)]
    assert not seen[0] & seen[1] | seen[0] & seen[2] | seen[1] & seen[2]


def test_salt_makes_another_split(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """And ends every comparison."""
    other = config.Split("hash", key=("parcel",), salt="2")
    assert places(table, agreed, HASH) != places(table, agreed, other)


def test_without_key_the_whole_row_decides(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """Equal rows stay together, whatever their target."""
    record = data.split(table, agreed, config.Split("hash")).record
    assert set(record["key"]) == set(table) - {"returned"}


def test_time_cuts_the_newest_rows_off(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """Nothing in train is newer than what is validated, and that is older than the test."""
    parts = data.split(table.sample(frac=1, random_state=0), agreed, TIME)
    cuts = [pd.Timestamp(cut) for cut in parts.record["cuts"]]
    assert parts.train["sent"].max() < cuts[0] == parts.validation["sent"].min()
    assert parts.validation["sent"].max() < cuts[1] == parts.test["sent"].min()
    assert [len(part) for part in (parts.train, parts.validation, parts.test)] == [900, 300, 300]


def test_shares_count_as_they_are_written(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """0.7 and 0.1 leave as many test rows as 0.6 and 0.2, although floating point makes a little less of them."""
    cuts = {
        data.split(table, agreed, config.Split("time", shares=shares)).record["cuts"][1]
        for shares in ((0.7, 0.1, 0.2), (0.6, 0.2, 0.2), (0.5, 0.3, 0.2))
    }
    assert len(cuts) == 1


def test_rows_of_one_moment_stay_together(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """The cut is a moment, not a row."""
    parts = data.split(table.assign(sent=table["sent"].dt.floor("D")), agreed, TIME)
    assert not set(parts.train["sent"]) & set(parts.validation["sent"])
    assert not set(parts.validation["sent"]) & set(parts.test["sent"])


def test_order_inside_a_part_is_that_of_time(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """Forward chaining needs it."""
    parts = data.split(table.sample(frac=1, random_state=0), agreed, HASH)
    assert parts.train["sent"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("rows", "params", "named"),
    [
        pytest.param(20, HASH, "at least 15", id="20-rows"),
        pytest.param(0, HASH, "no rows", id="no-rows"),
        pytest.param(0, TIME, "no rows", id="no-rows-in-time"),
        pytest.param(1500, config.Split("hash", key=("customer",)), "'customer'", id="unknown-key"),
    ],
)
def test_impossible_split_is_refused(
    table: pd.DataFrame, agreed: contract.Contract, rows: int, params: config.Split, named: str
) -> None:
    """The sentence says what is missing."""
    with pytest.raises(contract.InputError, match=named):
        data.split(table.iloc[:rows], agreed, params)


def test_one_class_is_refused(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """Nothing can be learned from it."""
    with pytest.raises(contract.InputError, match="one class of returned"):
        data.split(table.assign(returned="no"), agreed, HASH)


def test_time_split_needs_a_time_in_every_row(table: pd.DataFrame, agreed: contract.Contract) -> None:
    """A row without a time has no place."""
    late = table.copy()
    late.loc[3, "sent"] = pd.NaT
    with pytest.raises(contract.InputError, match="1 rows have no time"):
        data.split(late, agreed, TIME)


def test_time_split_needs_a_time_column(table: pd.DataFrame, document: dict[str, Any]) -> None:
    """The sentence names what the contract lacks."""
    document["columns"]["sent"]["role"] = "feature"
    with pytest.raises(contract.InputError, match='role = "time"'):
        data.split(table, contract.of(document), TIME)
