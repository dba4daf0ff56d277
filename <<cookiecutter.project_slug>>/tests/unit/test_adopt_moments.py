"""Columns of moments that adopt reads, and the zone in which they are told."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from _adopting import ROWS, Adopted, Columns, column, told

from << cookiecutter.package_name >> import contract, data

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("spell", "zone"),
    [
        pytest.param(lambda when: when.isoformat(), "", id="none"),
        pytest.param(lambda when: f"{when.isoformat()}Z", "UTC", id="Z"),
        pytest.param(lambda when: f"{when:%Y-%m-%d %H:%M:%S} UTC", "UTC", id="UTC"),
        pytest.param(lambda when: f"{when.isoformat()}-05:00", "-05:00", id="offset"),
        pytest.param(
            lambda when: (when + timedelta(hours=when.day % 2)).isoformat() + ("Z", "+01:00")[when.day % 2],
            "UTC",
            id="two-zones",
        ),
    ],
)
def test_moments_with_a_zone_split_the_rows_by_time(
    adopted: Adopted, columns: Columns, tmp_path: Path, spell: Any, zone: str
) -> None:
    """The contract names the zone in which they are told, so that later rows may name theirs."""
    moments = [datetime(2026, 1, 1, 9) + timedelta(hours=8 * i) for i in range(ROWS)]
    found = adopted(tmp_path, columns(at=[spell(each) for each in moments]))
    assert (column(found, "at").type, column(found, "at").role) == ("datetime", "time")
    assert column(found, "at").zone == zone
    assert (f"told in {zone}" in told(found)) == bool(zone)
    assert found.by == "time"
    read, violations = data.typed(found.table, found.contract)
    assert not violations
    assert [*read["at"]] == moments


@pytest.mark.parametrize(
    ("zone", "told"),
    [("UTC", "UTC"), ("UTC+05:30", "+05:30"), ("Europe/Berlin", "UTC")],
    ids=["utc", "offset", "place"],
)
def test_moments_of_parquet_are_told_in_their_zone(
    adopted: Adopted, columns: Columns, tmp_path: Path, zone: str, told: str
) -> None:
    """In UTC where clocks change: an hour of autumn would come twice there. The file stays as it is."""
    moments = pd.Series(pd.date_range("2026-10-20", periods=ROWS, freq="45min", tz="UTC"))
    found = adopted(tmp_path, columns(at=moments.dt.tz_convert(zone)), parquet=True, keys=("at",), time="at")
    assert (column(found, "at").zone, column(found, "at").unique) == (told, True)
    read, violations = data.typed(found.table, found.contract)
    assert not violations
    assert {*(read["at"] - moments.dt.tz_localize(None))} == {contract.clock(told).utcoffset(None)}


def test_moments_of_two_columns_are_told_in_one_zone(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """Half an hour before is before, wherever each was."""
    moments = [datetime(2026, 1, 1, 9) + timedelta(hours=8 * i) for i in range(ROWS)]
    made = [f"{(each + timedelta(hours=8.5)).isoformat()}+09:00" for each in moments]
    found = adopted(tmp_path, columns(at=[f"{each.isoformat()}Z" for each in moments], made=made), time="at")
    assert "are told in UTC (their own zones are +09:00, UTC)" in told(found)
    assert (column(found, "made").zone, column(found, "made").available) == ("UTC", True)
    assert [each.name for each in found.contract.derive if each.operation == "days_between"]


def test_one_instant_that_is_spelled_twice_names_no_row(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """A key is unique by what it says."""
    moments = [datetime(2026, 1, 1) + timedelta(hours=i // 2) for i in range(ROWS)]
    spelled = [(each + timedelta(hours=i % 2)).isoformat() + ("Z", "+01:00")[i % 2] for i, each in enumerate(moments)]
    found = adopted(tmp_path, columns(at=spelled), keys=("at",))
    assert not column(found, "at").unique


def test_key_of_moments_keeps_its_marker(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """What stands for nothing in the table does so in the contract."""
    moments = [(datetime(2026, 1, 1) + timedelta(hours=i)).isoformat() + "Z" for i in range(ROWS)]
    spelled = ["NA" if i % 40 == 0 else each for i, each in enumerate(moments)]
    found = adopted(tmp_path, columns(at=spelled), keys=("at",))
    assert (column(found, "at").role, column(found, "at").missing) == ("key", ("NA",))


def test_last_moment_of_the_calendar_is_one(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """In the zone that it names, be it another year in UTC by then."""
    moments = [datetime(2026, 1, 1, 9) + timedelta(hours=8 * i) for i in range(ROWS - 1)]
    spelled = [f"{each.isoformat()}-05:00" for each in (*moments, datetime(9999, 12, 31, 23, 59, 59))]
    assert column(adopted(tmp_path, columns(at=spelled)), "at").type == "datetime"


def test_moments_of_which_only_some_name_a_zone_are_none(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """Nobody knows where the others were; that is what is said, also to who asks for them."""
    moments = [datetime(2026, 1, 1, 9) + timedelta(hours=8 * i) for i in range(ROWS)]
    table = columns(at=[each.isoformat() + "Z" * (each.day % 2) for each in moments])
    found = adopted(tmp_path, table)
    assert (column(found, "at").type, column(found, "at").role) == ("text", "ignore")
    assert "some name a zone and others none" in told(found)
    with pytest.raises(contract.InputError, match="some name a zone and others none"):
        adopted(tmp_path, table, time="at")
