"""What adopt decides about the columns of a table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from << cookiecutter.package_name >> import contract, data
from << cookiecutter.package_name >>.adopt import draft, parts, reading, target
from << cookiecutter.package_name >>.adopt.decision import Wishes
from << cookiecutter.package_name >>.config import Split

pytestmark = pytest.mark.long

ROWS = 240
Adopted = Callable[..., draft.Draft]
Columns = Callable[..., pd.DataFrame]


def told(found: draft.Draft) -> str:
    """Return all decisions as one text."""
    return "\n".join(map(str, found.decisions))


def column(found: draft.Draft, name: str) -> contract.Column:
    """Return one column of the contract."""
    return found.contract[name]


def test_plain_table_needs_no_word(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """Types, ranges with room, categories and the positive class are found out."""
    found = adopted(tmp_path, columns())
    assert (found.contract.problem.task, found.contract.problem.positive, found.by) == ("classification", "yes", "hash")
    assert column(found, "colour").values == ("blue", "green", "red")
    size = column(found, "size")
    assert (size.type, size.min) == ("number", 0)
    assert size.max is not None
    assert size.max > 9


@pytest.mark.parametrize(
    ("way", "kind"),
    [("%Y-%m-%d", "datetime"), ("%d.%m.%Y", "datetime"), ("%m/%d/%Y", "datetime"), ("%d/%m/%Y %H:%M", "datetime")],
)
def test_moments_are_moments(adopted: Adopted, columns: Columns, tmp_path: Path, way: str, kind: str) -> None:
    """Whatever order their parts have, where the table shows which is which."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) * 3, "D")
    found = adopted(tmp_path, columns(day=days.strftime(way)))
    assert (column(found, "day").type, column(found, "day").role, found.by) == (kind, "time", "time")


def test_moments_that_nobody_can_tell_are_ignored(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """01/02/2024 is in January or in February."""
    days = [f"0{1 + i % 9}/0{1 + i // 9 % 9}/2024" for i in range(ROWS)]
    found = adopted(tmp_path, columns(day=days))
    assert column(found, "day").role == "ignore"


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        pytest.param(["?", "1.5", "2.5", "3.5"], ("?",), id="question-mark"),
        pytest.param(["NA", "1", "2", "3"], ("NA",), id="NA"),
        pytest.param(["-", "1", "2", "3"], ("-",), id="dash"),
    ],
)
def test_markers_of_missing_numbers_are_found(
    adopted: Adopted, columns: Columns, tmp_path: Path, values: list[str], missing: tuple[str, ...]
) -> None:
    """A word among numbers that means nothing is known."""
    kept = column(adopted(tmp_path, columns(other=values * (ROWS // 4))), "other")
    assert (kept.missing, kept.required) == (missing, False)
    assert kept.type in ("number", "integer")


def test_number_means_missing_only_with_evidence(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """999 far from all ages, and often: missing. 99 among numbers up to 98: a number."""
    ages = np.arange(ROWS) % 60 + 20
    far = np.where(np.arange(ROWS) % 12 == 0, 999, ages)
    found = adopted(tmp_path, columns(height=far, width=np.arange(ROWS) % 100))
    assert column(found, "height").missing == (999,)
    assert column(found, "width").missing == ()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        pytest.param([None] * ROWS, "empty", id="all-null"),
        pytest.param(["same"] * ROWS, "same in every row", id="constant"),
        pytest.param([f"value {i % 120}" for i in range(ROWS)], "too many values", id="many-categories"),
        pytest.param([f"he said number {i} to them" for i in range(ROWS)], "free text", id="free-text"),
        pytest.param([*["1.5", "2.5"] * (ROWS // 2 - 60), *[f"x{i}" for i in range(120)]], "too many", id="mixed"),
        pytest.param([f"{i}" if i % 9 else f"about {i}" for i in range(ROWS)], "mixed", id="numbers-and-words"),
    ],
)
def test_column_of_no_use_is_ignored_with_its_reason(
    adopted: Adopted, columns: Columns, tmp_path: Path, values: list[Any], reason: str
) -> None:
    """It stays in the table, and the model does without it."""
    found = adopted(tmp_path, columns(other=values))
    assert column(found, "other").role == "ignore"
    assert reason in told(found)


@pytest.mark.parametrize(
    ("wish", "ones", "positive"),
    [("", 0.2, True), ("", 0.8, True), ("1.0", 0.8, True), ("1", 0.8, True), ("0", 0.2, False)],
)
def test_zero_and_one_as_pandas_writes_them_keep_their_meaning(
    adopted: Adopted, columns: Columns, tmp_path: Path, wish: str, ones: float, *, positive: bool
) -> None:
    """A column of 0 and 1 with nulls is written as 0.0 and 1.0; 1 is positive, unless it is asked otherwise."""
    drawn = (np.arange(ROWS) % 10 < 10 * ones).astype(float)
    drawn[::40] = np.nan
    found = adopted(tmp_path, columns(sold=drawn), positive=wish)
    assert found.contract.problem.positive is positive
    assert f"'{float(positive)}' is the positive class" in told(found)
    assert found.contract.problem.question == f"Is sold {positive}?"


def test_codes_are_no_numbers(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """007 is the name of somebody."""
    found = adopted(tmp_path, columns(code=["007", "012", "110"] * (ROWS // 3)))
    assert column(found, "code").type == "category"


def test_keys_are_known_by_name_and_by_their_values(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """One that names every row splits them; one that repeats keeps its rows in one part."""
    once = adopted(tmp_path, columns(order_id=[f"A{i}" for i in range(ROWS)]))
    assert (column(once, "order_id").role, column(once, "order_id").unique, once.key) == ("key", True, ("order_id",))
    again = adopted(tmp_path, columns(order_id=np.arange(ROWS), customer_id=np.arange(ROWS) % 80 + 1000))
    assert (column(again, "customer_id").role, again.key) == ("key", ("customer_id",))
    assert column(again, "order_id").role == "ignore"


def test_key_that_repeats_stays_in_one_part_unless_the_time_is_asked_for(
    adopted: Adopted, columns: Columns, tmp_path: Path
) -> None:
    """Else a model would be tested on customers whom it knows; a key that never repeats leaves the time its say."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), "D")
    table = columns(day=days.strftime("%Y-%m-%d"), customer_id=np.arange(ROWS) % 80 + 1000)
    found = adopted(tmp_path, table)
    assert (found.by, found.key, column(found, "day").role) == ("hash", ("customer_id",), "time")
    assert "customer_id repeats" in told(found)
    assert adopted(tmp_path, table, time="day").by == "time"
    assert adopted(tmp_path, table, time="day", keys=("customer_id",)).by == "hash"
    once = table.assign(customer_id=np.arange(ROWS))
    assert [adopted(tmp_path, once, keys=keys).by for keys in ((), ("customer_id",))] == ["time", "time"]


def test_wishes_come_first(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """What the user says is not found out."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), "D")
    table = columns(day=days.strftime("%Y-%m-%d"), shop=np.arange(ROWS) % 70)
    found = adopted(tmp_path, table, keys=("shop",), positive="no")
    assert (found.by, found.key, found.contract.problem.positive) == ("hash", ("shop",), "no")
    assert adopted(tmp_path, columns(sold=np.arange(ROWS) % 7), task="regression").contract.problem.task == "regression"
    with pytest.raises(contract.InputError, match="maybe"):
        adopted(tmp_path, table, positive="maybe")


def test_moment_after_the_time_of_its_row_is_no_feature(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """What happened later was not known then."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) * 9, "D")
    late = (days + pd.Timedelta(days=3)).strftime("%Y-%m-%d")
    early = (days - pd.to_timedelta(np.arange(ROWS) % 50, "D")).strftime("%Y-%m-%d")
    found = adopted(tmp_path, columns(day=days.strftime("%Y-%m-%d"), paid=late, born=early), time="day")
    assert not column(found, "paid").available
    assert "days_from_born_to_day" in {each.name for each in found.contract.derive}


def test_rows_without_a_target_are_set_apart(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """They are counted, and kept for the model to predict."""
    table = columns()
    found = adopted(tmp_path, table.assign(sold=table["sold"].mask(table.index < 7)))
    assert (len(found.table), len(found.unlabelled)) == (ROWS - 7, 7)
    assert "7 of 240 rows" in told(found)


def test_people_are_judged_by_slices(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """Where a name says that people differ by it."""
    found = adopted(tmp_path, columns(Gender=["f", "m"] * (ROWS // 2)))
    assert column(found, "Gender").slice
    assert not column(found, "colour").slice


def test_parquet_keeps_its_types(columns: Columns, checked: Adopted, tmp_path: Path) -> None:
    """Truth values, moments, categories, decimals and lists are read as what the contract knows."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), "h")
    table = columns(sold=np.arange(ROWS) % 2 == 0, at=days, some=[[1, 2]] * ROWS, kind=pd.Categorical(["a", "b"] * 120))
    table.to_parquet(tmp_path / "mine.parquet")
    found = checked(tmp_path, draft.drafted(reading.read(tmp_path / "mine.parquet"), Wishes("sold"), "me"))
    kinds = {each.name: each.type for each in found.contract.columns}
    assert (kinds["at"], kinds["kind"], kinds["sold"]) == ("datetime", "category", "boolean")
    assert found.contract.problem.positive is True


def test_three_words_are_three_classes(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """None of them is positive, and each costs what makes all weigh the same."""
    found = adopted(tmp_path, columns(sold=["a", "b", "a", "c"] * (ROWS // 4)))
    assert (found.contract.problem.task, found.contract.problem.positive) == ("multiclass", None)
    assert (found.target.metric, column(found, "sold").values) == ("roc_auc_ovr", ("a", "b", "c"))
    costs = target.costs(found.target, {"a": 0.5, "b": 0.25, "c": 0.25})
    assert costs == {"matrix": {"a": {"b": 1, "c": 1}, "b": {"a": 2, "c": 2}, "c": {"a": 2, "b": 2}}}
    with pytest.raises(contract.InputError, match="none of several is positive"):
        adopted(tmp_path, columns(sold=["a", "b", "c"] * (ROWS // 3)), positive="a")


@pytest.mark.parametrize(
    ("values", "task", "wished"),
    [
        pytest.param(np.arange(ROWS) % 3, "multiclass", "regression", id="few-and-common"),
        pytest.param(np.arange(ROWS) % 6, "multiclass", "regression", id="six-that-are-common"),
        pytest.param(np.minimum(np.arange(ROWS) % 40, 5), "regression", None, id="tail-of-a-count"),
        pytest.param(np.arange(ROWS) % 11, "regression", None, id="more-than-ten"),
        pytest.param(np.arange(ROWS) % 4 + 0.5, "regression", "multiclass", id="fractions"),
        pytest.param(np.arange(ROWS) % 2, "classification", "multiclass", id="two"),
    ],
)
def test_whole_numbers_are_classes_or_counts_by_evidence(
    adopted: Adopted, columns: Columns, tmp_path: Path, values: Any, task: str, wished: str | None
) -> None:
    """Said beside the decision, and --task decides otherwise; how many classes there are is counted."""
    found = adopted(tmp_path, columns(sold=values))
    assert found.contract.problem.task == task
    assert "sold: is the target" in told(found)
    if wished:
        other = adopted(tmp_path, columns(sold=values), task=wished)
        assert other.contract.problem.task == (task if task == "classification" else wished)


def test_classes_of_numbers_stand_in_their_order(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """2 comes before 10."""
    found = adopted(tmp_path, columns(sold=[2, 10, 1, 20] * (ROWS // 4)))
    assert column(found, "sold").values == ("1", "2", "10", "20")


@pytest.mark.parametrize(
    ("rows", "rarest", "expected"),
    [(150, 50, (0.4, 0.2, 0.4)), (178, 48, (0.4, 0.2, 0.4)), (600, 200, (0.5, 0.2, 0.3)), (5000, 900, (0.6, 0.2, 0.2))],
)
def test_more_is_tested_where_rows_are_few(rows: int, rarest: int, expected: tuple[float, ...]) -> None:
    """So that enough of the rarest class are among the test rows."""
    classes = pd.Series(["rare"] * rarest + ["other"] * (rows - rarest))
    assert parts.shares(rows, classes) == pytest.approx(expected)
    assert parts.shares(rows, None) == ((0.6, 0.2, 0.2) if rows >= 1000 else (0.5, 0.2, 0.3))


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
