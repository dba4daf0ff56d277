"""What counts as drift between two tables, how often it is seen, and what a reference keeps."""

import itertools
import json
from typing import Any

import numpy as np
import pandas as pd
import pydantic
import pytest
from scipy.stats import binomtest

from << cookiecutter.package_name >> import bundle, contract, data, export, features, monitor
from << cookiecutter.package_name >>.service import schema

pytestmark = pytest.mark.long

ROWS = 1000


def table(rng: np.random.Generator, shift: float = 0.0, rows: int = ROWS) -> pd.DataFrame:
    """Return rows of two numbers and a category; the first number is moved by `shift` standard deviations."""
    numbers = {f"x{i}": rng.normal(shift if i == 0 else 0, 1, rows) for i in range(2)}
    return pd.DataFrame(numbers | {"colour": rng.choice(["red", "green", ""], rows, p=[0.6, 0.3, 0.1])})


def drifted(then: pd.DataFrame, now: pd.DataFrame) -> set[str]:
    """Return the columns that drifted between two tables; the prediction is the first column."""
    summed = monitor.reference(then, then["x0"].to_numpy())
    return {each.column for each in monitor.drift(now, now["x0"].to_numpy(), summed) if each.drifted}


def test_shift_is_found_in_its_column_and_the_prediction() -> None:
    """Half a standard deviation is drift, in that column and in what the model says, and nowhere else."""
    rng = np.random.default_rng(0)
    assert drifted(table(rng), table(rng, 0.5)) == {"x0", "(predictions)"}


def test_of_a_month_only_what_is_missing_is_judged() -> None:
    """Recent rows never come from all of a year; a moment that is lost is drift all the same."""
    rng = np.random.default_rng(0)
    then, now = (table(rng).assign(month=rng.integers(1, 13, ROWS).astype(float)) for _ in range(2))
    summed = monitor.reference(then, then["x0"].to_numpy())
    problem = contract.Problem("", "", "", "regression", "y")
    agreed = contract.Contract(problem, (), (contract.Derive("month", "month", ("sent",)),))

    def drifted(month: Any) -> list[str]:
        found = monitor.drift(now.assign(month=month), now["x0"].to_numpy(), summed, agreed)
        return [each.column for each in found if each.drifted]

    assert [drifted(2.0), drifted(now["month"]), drifted(now["month"].mask(now.index < 300))] == [[], [], ["month"]]


@pytest.mark.parametrize(
    ("kind", "edges", "named"),
    [
        ("number", [0.0, 1.0, 2.0], ["below 0", "0 to 1", "1 to 2", "2 or more"]),
        ("integer", [0.0, 1.0, 2.0], ["below 0", "0", "1", "2 or more"]),
        ("integer", [24.6, 31.0, 31.5], ["below 25", "25 to 30", "31", "32 or more"]),
        ("boolean", [0.0, 1.0], ["below 0", "no", "yes"]),
        ("boolean", [0.4], ["no", "yes"]),
        ("boolean", [0.0], ["below 0", "no or yes"]),
    ],
)
def test_ranges_of_whole_numbers_name_those_that_they_hold(kind: str, edges: list[float], named: list[str]) -> None:
    """Nobody asks whether a 1 is in "0 to 1" or in "1 to 2"."""
    problem = contract.Problem("", "", "", "regression", "y")
    columns = (contract.Column("x", kind), contract.Column("at", "datetime"))
    agreed = contract.Contract(problem, columns, (contract.Derive("hour", "hour", ("at",)),))
    ends = monitor.whole(agreed)
    assert monitor.bins({"edges": edges}, ends.get("x")) == [*named, "(other)", "(missing)"]
    assert monitor.bins({"edges": [2.0, 20.0]}, ends["hour"])[:3] == ["0 to 1", "2 to 19", "20 to 23"]


def world(rng: np.random.Generator, rows: int, shift: float = 0.0, doubled: float = 0.1) -> pd.DataFrame:
    """Return rows of ten numbers and two categories, one of which has this share of its first value."""
    numbers = {f"x{i}": rng.normal(shift if i == 0 else 0, 1, rows) for i in range(10)}
    rest = (1 - doubled) / 9
    names = {"kind": rng.choice(list("abcdefghij"), rows, p=[doubled, *[rest] * 9])}
    return pd.DataFrame(numbers | names | {"colour": rng.choice(["red", "green", ""], rows, p=[0.6, 0.3, 0.1])})


WINDOWS = 60


def windows(rows: int, **change: float) -> list[pd.DataFrame]:
    """Return as many windows of a world, drawn at once."""
    drawn = world(np.random.default_rng(rows), rows * WINDOWS, **change)
    return [drawn.iloc[start : start + rows] for start in range(0, len(drawn), rows)]


@pytest.fixture(scope="module")
def trained() -> tuple[pd.DataFrame, dict[str, object]]:
    """Return rows of training, and their reference."""
    then = world(np.random.default_rng(7), 20_000)
    return then, monitor.reference(then, then["x9"].to_numpy())


@pytest.mark.parametrize(("rows", "promised"), [(100, 0.02), (1000, 0.01)])
def test_false_alarms_are_rare(trained: tuple[pd.DataFrame, dict[str, object]], rows: int, promised: float) -> None:
    """Rows of the same world alarm in at most 2 % of windows of 100 rows, and 1 % from 1,000 rows on."""
    found = [monitor.drift(now, now["x9"].to_numpy(), trained[1]) for now in windows(rows)]
    alarms = sum(any(each.drifted for each in every) for every in found)
    assert binomtest(alarms, WINDOWS, promised, "greater").pvalue > 0.01


@pytest.mark.parametrize(
    ("column", "rows", "change"),
    [
        pytest.param("x0", 1000, {"shift": 0.4}, id="shift-of-0.4"),
        pytest.param("x0", 2000, {"shift": 0.3}, id="shift-of-0.3"),
        pytest.param("kind", 2000, {"doubled": 0.2}, id="category-doubled"),
    ],
)
def test_drift_is_found(
    trained: tuple[pd.DataFrame, dict[str, object]], column: str, rows: int, change: dict[str, float]
) -> None:
    """A change that matters is found in at least 95 % of windows."""
    found = [monitor.drift(now, now["x9"].to_numpy(), trained[1]) for now in windows(rows, **change)]
    seen = [{each.column for each in every if each.drifted} for every in found]
    assert binomtest(sum(column in names for names in seen), WINDOWS, 0.95, "less").pvalue > 0.01


@pytest.mark.parametrize("changed", ["", "violet"], ids=["more-missing", "new-category"])
def test_categories_drift_by_missing_and_by_new_values(changed: str) -> None:
    """A value that stops coming, and one that never came before, are drift of that column."""
    rng = np.random.default_rng(2)
    now = table(rng)
    now.loc[: ROWS // 4, "colour"] = changed
    assert drifted(table(rng), now) == {"colour"}


@pytest.mark.parametrize("before", [0.0, 0.06], ids=["nobody", "few"])
@pytest.mark.parametrize("size", [1.0, 40.0, 1_234_567.0], ids=["yes-or-no", "amounts", "one-amount"])
def test_what_few_rows_have_drifts_when_more_have_it(before: float, size: float) -> None:
    """Nine of ten rows say no, or nothing: those of the tenth do not vanish among them."""
    rng = np.random.default_rng(4)

    def rare(share: float) -> pd.DataFrame:
        had = rng.random(2 * ROWS) < share
        return table(rng, rows=2 * ROWS).assign(rare=had * (rng.exponential(size, 2 * ROWS) if size == 40 else size))

    then = rare(before)
    assert drifted(then, rare(before)) == set()
    assert drifted(then, rare(0.20)) == {"rare"}


@pytest.mark.long
@pytest.mark.parametrize(("rows", "had"), [(10_000, 10), (2_000, 5), (10_000, 50)])
def test_a_few_more_of_what_few_rows_have_are_no_drift(rows: int, had: int) -> None:
    """A hundred rows in which two or three have what one of a thousand has are what chance brings."""
    rng = np.random.default_rng(5)
    flags = {f"x{i}": (np.arange(rows) < had).astype(float) for i in range(12)}
    summed = monitor.reference(pd.DataFrame(flags), rng.normal(size=rows))
    alarms = 0
    for _ in range(200):
        now = pd.DataFrame({name: (rng.random(100) < had / rows).astype(float) for name in flags})
        alarms += any(each.drifted for each in monitor.drift(now, rng.normal(size=100), summed))
    assert binomtest(alarms, 200, 0.02, "greater").pvalue > 0.01


def test_value_on_an_edge_lies_above_it() -> None:
    """Numbers of a few digits, as the model reads them: every range holds what its name says."""
    speeds = np.random.default_rng(6).choice((np.arange(2, 40) * 0.0149).round(4), 5000).astype(np.float32)
    counted = monitor.reference(pd.DataFrame({"speed": speeds}), speeds)["columns"]["speed"]
    assert max(len(str(edge)) for edge in counted["edges"]) <= 6  # a row of them stands in the form of the service
    edges = np.array(counted["edges"], np.float32)
    assert set(edges) <= set(speeds)
    told = [float(part) for part in " ".join(monitor.bins(counted)[1 : len(edges)]).replace("to", "").split()]
    assert np.array_equal(np.array(told[::2] + told[-1:], np.float32), edges)  # and so does who reads it
    held = [((speeds >= low) & (speeds < high)).sum() for low, high in itertools.pairwise([-np.inf, *edges, np.inf])]
    assert counted["counts"][:-2] == held


def test_reference_counts_every_row_and_keeps_none() -> None:
    """Counts add up to the rows, and no smallest or largest value of anybody is in it."""
    then = table(np.random.default_rng(3))
    summed = monitor.reference(then, then["x0"].to_numpy())
    assert {sum(column["counts"]) for column in summed["columns"].values()} == {ROWS}
    assert min(summed["columns"]["x0"]["edges"]) > then["x0"].min()
    assert max(summed["columns"]["x0"]["edges"]) < then["x0"].max()


def test_rare_name_is_kept_only_where_the_contract_lists_it() -> None:
    """A value of one row may be somebody's name; one that everybody may read is counted as it is."""
    then = pd.DataFrame({"place": [*["here"] * ROWS, "Adas home"]})
    kept = [monitor.reference(then, np.zeros(ROWS + 1), listed)["columns"]["place"] for listed in ((), {"place"})]
    assert [each["names"] for each in kept] == [["here"], ["Adas home", "here"]]
    assert [sum(each["counts"]) for each in kept] == [ROWS + 1, ROWS + 1]


def test_typical_row_is_the_middle_of_every_column(agreed: contract.Contract, raw: pd.DataFrame) -> None:
    """Whoever opens the service's page begins with a row like many; the service takes it."""
    typed = data.typed(raw, agreed)[0]
    known = monitor.reference(features.inputs(agreed, typed), np.zeros(len(typed)))
    row = monitor.typical(agreed.inputs, known)
    assert {"size", "visits", "weight", "colour", "express"} <= set(row)
    for name in ("size", "weight"):
        assert typed[name].quantile(0.49) <= row[name] <= typed[name].quantile(0.51), name
    assert row["colour"] == typed["colour"].mode()[0]
    assert isinstance(row["express"], bool)
    pydantic.TypeAdapter(schema.row_type(agreed)).validate_json(json.dumps(export.golden(agreed)[0] | row))


LISTED = contract.Column("x", "integer", values=tuple(range(10, 210, 10)))


@pytest.mark.parametrize(
    ("column", "drawn", "wanted"),
    [
        pytest.param(LISTED, np.repeat(LISTED.values, 10), {"x": 100}, id="listed-numbers"),
        pytest.param(contract.Column("x", "number", max=0.4), np.arange(1000), {"x": 0.4}, id="rounded-beyond"),
        pytest.param(contract.Column("x", "integer", missing=(9,)), [8] * 9 + [9] * 90, {}, id="missing-marker"),
        pytest.param(contract.Column("x", "boolean"), [0.0] * 5 + [1.0] * 6, {"x": True}, id="boolean"),
        pytest.param(contract.Column("x", "number"), [7.0] * 4, {}, id="few-numbers"),
        pytest.param(contract.Column("x", "category"), list("aabbccdd"), {}, id="rare-names"),
    ],
)
def test_middle_is_legal_or_left_out(column: contract.Column, drawn: list[float], wanted: dict[str, float]) -> None:
    """What lies between values, is a marker, or is said by few rows is none of a typical row."""
    known = monitor.reference(pd.DataFrame({"x": drawn}), np.zeros(len(drawn)))
    assert monitor.typical([column], known) == wanted


def test_reference_stays_small() -> None:
    """100 columns, half of them with long names of many categories, take less than 200 kB."""
    rng = np.random.default_rng(4)
    numbers = {f"a_number_with_a_long_name_{i}": rng.normal(0, 1, ROWS) for i in range(50)}
    names = {
        f"a_category_with_a_long_name_{i}": rng.choice([f"one of many categories {n}" for n in range(60)], ROWS)
        for i in range(50)
    }
    table = pd.DataFrame(numbers | names)
    assert len(bundle.dumps(monitor.reference(table, rng.random(ROWS)))) < 200_000


def test_range_tells_nobodys_number() -> None:
    """All values lie within, and no end is the very smallest or largest."""
    values = pd.Series([18.37, 25.0, 61.2, 97.43])
    low, high = monitor.reference(values.to_frame("age"), np.zeros(4))["columns"]["age"]["range"]
    assert (low, high) == (18.0, 98.0)
    assert "range" not in monitor.reference(pd.Series([7.5, 7.5]).to_frame("age"), np.zeros(2))["columns"]["age"]
