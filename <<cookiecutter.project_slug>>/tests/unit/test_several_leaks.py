"""Columns that tell one of several classes, and by what line that is asked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from << cookiecutter.package_name >> import contract
from << cookiecutter.package_name >>.evaluate import leakage, separation

pytestmark = pytest.mark.long


def of_classes(count: int) -> contract.Contract:
    """Return the contract of three numbers, a category and so many classes."""
    columns = {f"x{i}": {"type": "number"} for i in range(3)} | {
        "kind": {"type": "category", "values": ["u", "v", "w"]}
    }
    target = {"type": "category", "role": "target", "values": [f"k{i}" for i in range(count)]}
    problem = dict.fromkeys(("question", "decision", "owner"), "") | {"task": "multiclass", "target": "y"}
    return contract.of({"problem": problem, "columns": {**columns, "y": target}})


def innocent(rng: np.random.Generator, rows: int = 600) -> tuple[pd.DataFrame, Any]:
    """Return rows that tell nothing, and their class as a number."""
    code = rng.integers(0, 4, rows)
    table = pd.DataFrame(rng.normal(size=(rows, 3)), columns=[f"x{i}" for i in range(3)])
    return table.assign(kind=rng.choice(["u", "v", "w"], rows), y=[f"k{i}" for i in code]), code


def copied(table: pd.DataFrame, code: Any, rng: np.random.Generator) -> pd.DataFrame:
    """One number is the class with some noise: those in the middle are told, too."""
    return table.assign(x1=code + rng.normal(0, 0.1, len(code)))


def summed(table: pd.DataFrame, code: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Two numbers add up to the class, and neither tells it."""
    part = rng.normal(0, 5, len(code))
    return table.assign(x0=code / 2 + part, x2=code / 2 - part)


@pytest.mark.parametrize(
    ("leak", "columns"), [(copied, ["x1"]), (summed, ["x0", "x2"])], ids=["one-column", "two-columns"]
)
def test_leak_of_a_class_is_found(leak: Callable[..., pd.DataFrame], columns: list[str]) -> None:
    """Each class against all others, and what all other columns reach is asked."""
    rng = np.random.default_rng(0)
    table, code = innocent(rng)
    before = leakage.alone(of_classes(4), table, 0.98)["strongest"]
    assert all(each["score"] < 0.65 for each in before)
    best = leakage.alone(of_classes(4), leak(table, code, rng), 0.98)["strongest"][0]
    assert (sorted(best["columns"]), best["score"] > 0.98, best["rest"] < 0.7) == (columns, True, True)


def test_few_rows_tell_no_pair_from_its_better_column() -> None:
    """A pair that makes no mistake where its column makes few is chance in 45 rows; one of two strangers is none."""
    rng = np.random.default_rng(0)
    code = np.repeat(np.arange(3), 15)
    columns = {"kind": rng.choice(["u", "v", "w"], 45), "y": [f"k{i}" for i in code]}
    easy = pd.DataFrame({f"x{i}": code + rng.normal(0, 0.3, 45) for i in range(3)} | columns)
    assert all(len(each["columns"]) == 1 for each in leakage.alone(of_classes(3), easy, 0.999)["strongest"])
    best = leakage.alone(of_classes(3), summed(easy, code, rng), 0.999)["strongest"][0]
    assert sorted(best["columns"]) == ["x0", "x2"]


def test_category_that_tells_the_class_is_found() -> None:
    """By its shares of the classes in the other folds."""
    rng = np.random.default_rng(0)
    table, code = innocent(rng)
    told = table.assign(kind=np.array(["u", "v", "w", "w"])[code])
    best = leakage.alone(of_classes(4), told, 0.98)["strongest"][0]
    assert best["columns"] == ["kind"]
    assert 0.85 < best["score"] < 0.98


def test_two_classes_are_separated_as_far_as_they_correlate() -> None:
    """The closed form is that of the squared multiple correlation."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 200)
    table = rng.normal(size=(200, 2)) + truth[:, None] * np.array([1.0, 0.5])
    design = np.column_stack([table, np.ones(200)])
    left = truth - design @ np.linalg.lstsq(design, truth, rcond=None)[0]
    assert separation.separated(table, truth)[0, 1] == pytest.approx(1 - (left @ left) / (truth.var() * 200))


@given(some.integers(0, 10**6), some.integers(3, 12), some.integers(1, 2))
def test_line_is_the_linear_discriminant_of_scikit_learn(seed: int, classes: int, columns: int) -> None:
    """In closed form, and alike where a column tells everything, or a class has one row."""
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(classes), rng.integers(0, classes, 60)])
    table = rng.normal(size=(len(truth), columns)) * rng.choice([1e-3, 1.0, 1e6], columns) + truth[:, None] % 4
    own = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=separation.LEAST)
    theirs = make_pipeline(StandardScaler(), own).fit(table, truth)
    found = separation.Line().fit(table, truth)
    assert found.predict_proba(table) == pytest.approx(theirs.predict_proba(table), abs=1e-6)


def test_line_is_sure_of_a_column_that_is_constant_in_each_class() -> None:
    """Nothing varies inside the classes, and nothing is divided by it."""
    truth = np.arange(60) % 5
    table = np.column_stack([2.0 * truth, np.ones(60)])
    for columns in (table[:, :1], table):
        said = separation.Line().fit(columns, truth).predict_proba(columns)
        assert (said.argmax(axis=1) == truth).all()
        assert said.max(axis=1) == pytest.approx(1)
