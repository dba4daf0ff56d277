"""What adopt decides about the columns of a table."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from _adopting import ROWS, Adopted, Columns, told

from << cookiecutter.package_name >> import contract
from << cookiecutter.package_name >>.adopt import draft, reading, texts
from << cookiecutter.package_name >>.adopt.decision import Wishes

pytestmark = pytest.mark.long


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


def test_codes_are_no_numbers(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """007 is the name of somebody."""
    many = [f"{3 * (i % 60):05}" for i in range(ROWS)]
    found = adopted(tmp_path, columns(code=["007", "012", "110"] * (ROWS // 3), postcode=many))
    assert (column(found, "code").type, column(found, "postcode").type) == ("category", "category")
    assert (column(found, "postcode").role, column(found, "postcode").open) == ("feature", True)
    mixed = ["007", *(str(i % 70) for i in range(1, ROWS))]
    assert "numbers, and words such as '007'" in told(adopted(tmp_path, columns(size_now=mixed)))


def test_range_of_a_long_tail_has_more_room(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """As much further as the largest number already is from the others, and ten times at most."""
    flat, tail, far, rare = (np.linspace(1, 10, ROWS) for _ in range(4))
    tail[0], far[0] = 40, 1e6
    rare[2:] = 0
    found = adopted(tmp_path, columns(flat=flat, tail=tail, far=far, rare=rare, debt=-tail))
    highest = {name: column(found, name).max for name in ("flat", "tail", "far", "rare")}
    assert highest == {"flat": 15, "tail": 170, "far": 1e7, "rare": 11}
    assert (column(found, "debt").min, column(found, "debt").max) == (-170, 0)


def test_wishes_come_first(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """What the user says is not found out."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), "D")
    table = columns(day=days.strftime("%Y-%m-%d"), shop=np.arange(ROWS) % 70)
    found = adopted(tmp_path, table, keys=("shop",), positive="no")
    assert (found.by, found.key, found.contract.problem.positive) == ("hash", ("shop",), "no")
    assert "shop: is the key (you said)" in told(found)
    assert "'no' is the positive class (you said; " in told(found)
    assert "day: is the time of a row (you said)" in told(adopted(tmp_path, table, time="day"))
    assert adopted(tmp_path, columns(sold=np.arange(ROWS) % 7), task="regression").contract.problem.task == "regression"
    with pytest.raises(contract.InputError, match="maybe"):
        adopted(tmp_path, table, positive="maybe")


def test_people_are_judged_by_slices(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """Where a name says that people differ by it."""
    age = np.arange(ROWS) % 60 + 18
    people = ["Age", "car_owner_age", "Age of vehicle driver"]
    things = ["Account age (days)", "vehicle_age", "Age of building in years"]
    found = adopted(tmp_path, columns(Gender=["f", "m"] * (ROWS // 2), **dict.fromkeys([*people, *things], age)))
    assert [name for name in ("Gender", *people, *things) if column(found, name).slice] == ["Gender", *people]
    assert not column(found, "colour").slice
    assert "judged by slices: its name speaks of people" in told(found)


def test_parquet_keeps_its_types(columns: Columns, checked: Adopted, tmp_path: Path) -> None:
    """Truth values, moments, categories, decimals and lists are read as what the contract knows."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), "h")
    table = columns(sold=np.arange(ROWS) % 2 == 0, at=days, some=[[1, 2]] * ROWS, kind=pd.Categorical(["a", "b"] * 120))
    table.to_parquet(tmp_path / "mine.parquet")
    found = checked(tmp_path, draft.drafted(reading.read(tmp_path / "mine.parquet"), Wishes("sold"), "me"))
    kinds = {each.name: each.type for each in found.contract.columns}
    assert (kinds["at"], kinds["kind"], kinds["sold"]) == ("datetime", "category", "boolean")
    assert found.contract.problem.positive is True


def test_empty_text_of_parquet_is_no_value(columns: Columns, checked: Adopted, tmp_path: Path) -> None:
    """The column may be missing, so that the service takes what the table has."""
    table = columns(shop=["east", "", "west"] * (ROWS // 3))
    table.to_parquet(tmp_path / "mine.parquet")
    found = checked(tmp_path, draft.drafted(reading.read(tmp_path / "mine.parquet"), Wishes("sold"), "me"))
    assert column(found, "shop").values == ("east", "west")
    assert not column(found, "shop").required


@pytest.mark.parametrize(("rows", "tried"), [(1999, [5, 20]), (29_999, [10, 40]), (30_000, [10])])
def test_leaves_of_a_forest_are_searched_less_the_more_rows_there_are(rows: int, tried: list[int]) -> None:
    """Of few rows small leaves are tried, of very many one size."""
    assert texts.families("regression", rows, 0)["forest"]["grid"] == {"min_samples_leaf": tried}


@pytest.mark.parametrize("classes", [0, 2, 3, 4, 10, 40])
def test_boosting_of_many_classes_grows_fewer_rounds_in_larger_steps(classes: int) -> None:
    """Each round grows a tree a class: no more than three classes need, until twenty rounds are left."""
    boosting = texts.families("multiclass" if classes > 2 else "classification", 1000, classes)["boosting"]
    rounds = boosting["fixed"]["max_iter"]
    assert rounds == (100 if classes <= 3 else 20) or rounds * classes in range(300 - classes, 301)
    assert max(boosting["grid"]["learning_rate"]) == (0.1 if classes <= 3 else 0.3)
