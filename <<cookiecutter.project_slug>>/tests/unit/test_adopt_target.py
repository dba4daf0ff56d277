"""What adopt decides about the target of a table."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from _adopting import ROWS, Adopted, Columns, told

from << cookiecutter.package_name >> import contract
from << cookiecutter.package_name >>.adopt import target

pytestmark = pytest.mark.long


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


def test_rows_without_a_target_are_set_apart(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """They are counted, and kept for the model to predict."""
    table = columns()
    found = adopted(tmp_path, table.assign(sold=table["sold"].mask(table.index < 7)))
    assert (len(found.table), len(found.unlabelled)) == (ROWS - 7, 7)
    assert "7 of 240 rows" in told(found)


def test_moment_is_no_target(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """And no class of one row."""
    days = [datetime(2026, 1, 1) + timedelta(days=i) for i in range(ROWS)]
    with pytest.raises(contract.InputError, match=r"sold: is datetime .*; name another target"):
        adopted(tmp_path, columns(sold=days))


def test_three_words_are_three_classes(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """None of them is positive, and each costs what makes all weigh the same."""
    found = adopted(tmp_path, columns(sold=["a", "b", "a", "c"] * (ROWS // 4)))
    assert (found.contract.problem.task, found.contract.problem.positive) == ("multiclass", None)
    assert (found.target.metric, found.contract["sold"].values) == ("roc_auc_ovr", ("a", "b", "c"))
    costs = target.costs(found.target, {"a": 0.5, "b": 0.25, "c": 0.25})
    assert costs == {"matrix": {"a": {"b": 1, "c": 1}, "b": {"a": 2, "c": 2}, "c": {"a": 2, "b": 2}}}
    with pytest.raises(contract.InputError, match="none of several is positive"):
        adopted(tmp_path, columns(sold=["a", "b", "c"] * (ROWS // 3)), positive="a")


@pytest.mark.parametrize(
    ("share", "costs"),
    [
        (0.2, {"false_positive": 1, "false_negative": 4}),
        (0.8, {"false_positive": 4, "false_negative": 1}),
        (0.45, {"false_positive": 1, "false_negative": 1}),
    ],
)
def test_rarer_of_two_classes_costs_more(
    adopted: Adopted, columns: Columns, tmp_path: Path, share: float, costs: dict[str, float]
) -> None:
    """Whichever it is: both then weigh alike."""
    found = adopted(tmp_path, columns())
    assert target.costs(found.target, {"yes": share, "no": 1 - share}) == costs


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
    assert found.contract["sold"].values == ("1", "2", "10", "20")
