"""How adopt divides a table: by keys, by time, and how much is tested."""

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from _adopting import ROWS, Adopted, Columns, told

from << cookiecutter.package_name >> import contract, data, evaluate
from << cookiecutter.package_name >>.adopt import draws, parts
from << cookiecutter.package_name >>.adopt.honest import Run
from << cookiecutter.package_name >>.config import Split

pytestmark = pytest.mark.long


def test_keys_are_known_by_name_and_by_their_values(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """One that names every row splits them; one that repeats keeps its rows in one part."""
    once = adopted(tmp_path, columns(order_id=[f"A{i}" for i in range(ROWS)]))
    assert (once.contract["order_id"].role, once.contract["order_id"].unique, once.key) == ("key", True, ("order_id",))
    again = adopted(tmp_path, columns(order_id=np.arange(ROWS), customer_id=np.arange(ROWS) % 150 + 1000))
    assert (again.contract["customer_id"].role, again.key) == ("key", ("customer_id",))
    assert again.contract["order_id"].role == "ignore"
    named = adopted(tmp_path, columns(customer=np.arange(ROWS) % 150 + 1000))
    assert (named.contract["customer"].role, named.key) == ("key", ("customer",))


@pytest.mark.parametrize(
    ("name", "many", "role"),
    [
        ("customer_id", 40, "ignore"),
        ("customer_id", 80, "ignore"),
        ("customer", 40, "ignore"),
        ("bank_account_number", 40, "ignore"),
        ("subject", 40, "ignore"),
        ("client_2_id", 40, "ignore"),
        ("customer_id_old", 40, "ignore"),
        ("id_of_customer", 40, "ignore"),
        ("orders_per_customer_2023", 40, "feature"),
        ("\u5e74\u9f84", 40, "feature"),
        ("customer_zip_code", 24, "feature"),
        ("customer_number_of_orders", 24, "feature"),
        ("customer_id", 9, "feature"),
        ("product_group_code", 24, "feature"),
    ],
)
def test_number_of_one_of_few_customers_is_no_feature(
    adopted: Adopted, columns: Columns, tmp_path: Path, name: str, many: int, role: str
) -> None:
    """A model would know them again, and nobody else; nine numbers are kinds of customers, and products are nobody."""
    found = adopted(tmp_path, columns(**{name: np.arange(ROWS) % many + 1000}))
    assert (found.contract[name].role, found.key) == (role, ())
    assert (f"{many} of them are too few to part the rows by" in told(found)) is (role == "ignore")


@pytest.mark.parametrize(("name", "role"), [("customer", "ignore"), ("subject", "feature")])
def test_names_of_few_customers_are_no_feature(
    adopted: Adopted, columns: Columns, tmp_path: Path, name: str, role: str
) -> None:
    """Names are known again as numbers are; a subject in words may be that of a letter."""
    found = adopted(tmp_path, columns(**{name: [f"C{row % 80}" for row in range(ROWS)]}))
    assert (found.contract[name].role, found.key) == (role, ())


def test_fractions_say_nothing_of_whose_a_row_is(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """An index may be that of a mass."""
    found = adopted(tmp_path, columns(patient_index=np.arange(ROWS) % 80 / 4))
    assert found.contract["patient_index"].role == "feature"


def test_number_of_one_of_many_customers_is_no_feature_where_one_is_not_known(
    adopted: Adopted, columns: Columns, tmp_path: Path
) -> None:
    """It parts the rows no more, and would still be known again."""
    known = pd.Series(np.arange(ROWS) % 150 + 1000, dtype="Int64")
    known[7] = pd.NA
    found = adopted(tmp_path, columns(customer_id=known))
    assert (found.contract["customer_id"].role, found.key) == ("ignore", ())
    assert "not of 1 rows" in told(found)


def test_key_that_repeats_stays_in_one_part_unless_the_time_is_asked_for(
    adopted: Adopted, columns: Columns, tmp_path: Path
) -> None:
    """Else a model would be tested on customers whom it knows; a key that never repeats leaves the time its say."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), "D")
    table = columns(day=days.strftime("%Y-%m-%d"), customer_id=np.arange(ROWS) % 150 + 1000)
    found = adopted(tmp_path, table)
    assert (found.by, found.key, found.contract["day"].role) == ("hash", ("customer_id",), "time")
    assert "customer_id repeats" in told(found)
    assert adopted(tmp_path, table, time="day").by == "time"
    assert adopted(tmp_path, table, time="day", keys=("customer_id",)).by == "hash"
    once = table.assign(customer_id=np.arange(ROWS))
    assert [adopted(tmp_path, once, keys=keys).by for keys in ((), ("customer_id",))] == ["time", "time"]


def test_copies_are_told_and_the_key_that_they_hide(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """Twenty rows twice: an order id that repeats is no key, and says why."""
    table = columns(order_id=[f"A{i}" for i in range(ROWS)])
    once, twice = (adopted(tmp_path, each) for each in (table, pd.concat([table, table.head(20)])))
    assert "copies" not in told(once)
    assert "(table): holds 20 copies of rows" in told(twice)
    assert "order_id: would be the key" in told(twice)


def test_rows_that_are_alike_by_chance_are_split_by_their_key(
    adopted: Adopted, columns: Columns, tmp_path: Path
) -> None:
    """Columns of few values make them alike, and no copies."""
    drawn = np.random.default_rng(0).integers(0, 3, (2, ROWS))
    coarse = columns()[["sold"]].assign(plan=[f"plan {i}" for i in drawn[0]], city=[f"city {i}" for i in drawn[1]])
    assert adopted(tmp_path, coarse.assign(order_id=np.arange(ROWS))).key == ("order_id",)


def test_key_of_few_values_parts_nothing(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """Three plans are no customers, and a fold would have none of them."""
    with pytest.raises(contract.InputError, match="--key plan: 3 different values in 240 rows"):
        adopted(tmp_path, columns(plan=np.arange(ROWS) % 3), keys=("plan",))


def test_moment_after_the_time_of_its_row_is_no_feature(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """What happened later was not known then."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) * 9, "D")
    late = (days + pd.Timedelta(days=3)).strftime("%Y-%m-%d")
    early = (days - pd.to_timedelta(np.arange(ROWS) % 50, "D")).strftime("%Y-%m-%d")
    found = adopted(tmp_path, columns(day=days.strftime("%Y-%m-%d"), paid=late, born=early), time="day")
    assert not found.contract["paid"].available
    assert "days_from_born_to_day" in {each.name for each in found.contract.derive}


def test_two_columns_that_may_be_the_time_are_told(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """None is chosen, and the decision says how to name one."""
    ordered = [datetime(2026, 1, 1) + timedelta(hours=i) for i in range(ROWS)]
    taken = [each - timedelta(hours=30, minutes=i % 50) for i, each in enumerate(ordered)]
    found = adopted(tmp_path, columns(ordered=ordered, taken=taken))
    assert found.by == "hash"
    assert "has no one time of its rows (ordered, taken: --time names it, " in told(found)


@pytest.mark.parametrize(
    ("rows", "rarest", "expected"),
    [
        (150, 50, (0.4, 0.2, 0.4)),
        (178, 48, (0.4, 0.2, 0.4)),
        (178, 178, (0.45, 0.2, 0.35)),
        (600, 200, (0.5, 0.2, 0.3)),
        (5000, 900, (0.6, 0.2, 0.2)),
    ],
)
def test_more_is_tested_where_rows_are_few(rows: int, rarest: int, expected: tuple[float, ...]) -> None:
    """So that enough of the rarest class are among the test rows, and enough that differ in their key."""
    assert parts.shares(rows, rows, rarest) == pytest.approx(expected)
    assert parts.shares(rows, 100, 100) == pytest.approx((0.4, 0.2, 0.4))


@pytest.fixture(scope="module")
def keyed() -> contract.Contract:
    """Of customers, who call."""
    return contract.of(
        {
            "problem": {
                **dict.fromkeys(("question", "decision", "owner"), "-"),
                "task": "classification",
                "target": "y",
                "positive": "yes",
            },
            "columns": {
                "customer": {"type": "integer", "role": "key"},
                "calls": {"type": "number"},
                "y": {"type": "category", "role": "target", "values": ["no", "yes"]},
            },
        }
    )


def test_keys_are_counted_and_not_their_rows(keyed: contract.Contract) -> None:
    """Of 400 customers with ten rows each 40 are of the rarer class: so many, and not 400, are to be tested of."""
    customer = np.repeat(np.arange(400), 10)
    table = pd.DataFrame({"customer": customer, "y": np.where(customer % 10 == 0, "yes", "no")})
    assert parts.known(table, keyed, ("customer",)) == (400, 40)
    assert parts.known(table, keyed, ()) == (4000, 400)
    assert parts.shares(4000, 400, 40) == pytest.approx((0.4, 0.2, 0.4))


@pytest.mark.parametrize("times", [1, 4])
def test_draws_of_large_keys_take_some_rows_of_many_keys(keyed: contract.Contract, times: int) -> None:
    """So that they are no larger than draws of other rows, and more of them where more are asked for."""
    customer = np.repeat(np.arange(600), 400)
    table = pd.DataFrame({"customer": customer, "y": np.where(customer % 3 == 0, "yes", "no")})
    rows = evaluate.Rows((customer % 3 == 0).astype(int), np.full(len(customer), 0.4), 0.5, customer)
    divided = SimpleNamespace(test=table[table["customer"] < 250])
    run = cast("Run", SimpleNamespace(contract=keyed, parts=divided, test=len(divided.test), table=table, rows=rows))
    draw = next(draws.Promising(run).drawn(times))
    assert draw.rows.groups is not None
    assert (len(np.unique(draw.rows.groups)), len(draw.table)) == (times * draws.KEYS, times * draws.LARGEST)


def test_draws_weigh_large_keys_as_the_table_does(keyed: contract.Contract) -> None:
    """A metric of rows is one of large keys above all; one row in a hundred is of the small ones here."""
    customer = np.repeat(np.arange(1000), np.where(np.arange(1000) < 500, 198, 2))
    table = pd.DataFrame({"customer": customer, "y": np.where(customer % 3 == 0, "yes", "no")})
    rows = evaluate.Rows((customer < 500).astype(int), np.full(len(customer), 0.4), 0.5, customer)
    divided = SimpleNamespace(test=table[table["customer"] % 3 == 0])
    run = cast("Run", SimpleNamespace(contract=keyed, parts=divided, test=len(divided.test), table=table, rows=rows))
    drawn = [draw.rows for draw in draws.Promising(run).drawn()]
    assert np.mean([rows.truth.mean() for rows in drawn]) == pytest.approx(0.99, abs=0.002)
    assert np.median([len(np.unique(rows.groups)) for rows in drawn if rows.groups is not None]) > draws.KEYS / 2


def test_time_whose_folds_lack_a_class_splits_nothing(adopted: Adopted, tmp_path: Path) -> None:
    """Classes that come one after the other cannot be learned forward in time."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(600) // 2, "D")
    sold = np.repeat(["a", "b", "c"], 200)
    size = np.random.default_rng(0).uniform(1, 9, 600).round(3)
    found = adopted(tmp_path, pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "size": size, "sold": sold}))
    typed, _ = data.typed(found.table, found.contract)
    with pytest.raises(contract.InputError, match="class"):
        parts.split(typed, found.contract, Split("time", (0.6, 0.2, 0.2)))
    divided, _ = parts.split(typed, found.contract, Split("hash", (0.6, 0.2, 0.2)))
    assert divided.test["sold"].value_counts().min() >= 15
