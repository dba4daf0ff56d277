"""Recent rows against the reference of a bundle: what counts as drift, and what cannot be judged."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from << cookiecutter.package_name >> import cli, monitor

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


def test_false_alarms_are_rare() -> None:
    """Rows of the same world alarm in at most 2 of 100 cases."""
    rng = np.random.default_rng(1)
    alarms = sum(bool(drifted(table(rng, rows=5000), table(rng, rows=200))) for _ in range(100))
    assert binomtest(alarms, 100, 0.02, "greater").pvalue > 0.01


@pytest.mark.parametrize("changed", ["", "violet"], ids=["more-missing", "new-category"])
def test_categories_drift_by_missing_and_by_new_values(changed: str) -> None:
    """A value that stops coming, and one that never came before, are drift of that column."""
    rng = np.random.default_rng(2)
    now = table(rng)
    now.loc[: ROWS // 4, "colour"] = changed
    assert drifted(table(rng), now) == {"colour"}


def test_reference_counts_every_row_and_keeps_none() -> None:
    """Counts add up to the rows, and no smallest or largest value of anybody is in it."""
    then = table(np.random.default_rng(3))
    summed = monitor.reference(then, then["x0"].to_numpy())
    assert {sum(column["counts"]) for column in summed["columns"].values()} == {ROWS}
    assert min(summed["columns"]["x0"]["edges"]) > then["x0"].min()
    assert max(summed["columns"]["x0"]["edges"]) < then["x0"].max()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code of a command and everything that it said."""
    code = cli.main(arguments)
    return code, "".join(capsys.readouterr())


@pytest.mark.usefixtures("judged")
def test_monitor_is_calm_about_the_training_data(capsys: pytest.CaptureFixture[str]) -> None:
    """Watching what the model was trained on, without the columns that only training needs."""
    cli.main(["package"])
    pd.read_csv("data/parcels.csv", dtype=str).drop(columns=["returned", "refund"]).to_csv("recent.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert (code, "Calm: no column has drifted." in text) == (0, True)
    assert "| (predictions) |" in Path("build/report/monitor.md").read_text("utf-8")


@pytest.mark.usefixtures("judged")
def test_monitor_names_what_moved_and_what_breaks_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3: a column whose values moved, and another that left its range."""
    cli.main(["package"])
    recent = pd.read_csv("data/parcels.csv")
    recent["size"] = recent["size"] / 3
    recent.loc[:4, "weight"] = 99
    recent.to_csv("recent.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert code == 3
    assert "Drifted: size" in text
    assert "`weight` is above 50: 5 rows" in Path("build/report/monitor.md").read_text("utf-8")


@pytest.mark.usefixtures("judged")
def test_monitor_without_source_has_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """An unset source is a choice, said and green."""
    assert said(capsys, "monitor") == (0, "There is nothing to monitor: params.toml names no [monitor] source.\n")


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        pytest.param({"rows": 50}, "50 rows are too few to judge drift; at least 100 are needed", id="few-rows"),
        pytest.param({"without": "size"}, "have no column size; the model needs it", id="lost-column"),
    ],
)
def test_monitor_that_cannot_judge_says_why(
    capsys: pytest.CaptureFixture[str], kept: dict[str, int | str], sentence: str
) -> None:
    """Exit 2 is no verdict: neither calm nor drift."""
    cli.main(["package"])
    recent = pd.read_csv("data/parcels.csv", dtype=str, nrows=int(kept.get("rows", 500)))
    recent.drop(columns=[str(kept["without"])] if "without" in kept else []).to_csv("recent.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert code == 2
    assert sentence in text
