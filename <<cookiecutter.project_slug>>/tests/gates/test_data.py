"""Break the data in the way that each gate exists for: that gate turns red, and only those others that must."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.api.types import is_numeric_dtype

from << cookiecutter.package_name >> import cli, contract

# A model of spoiled labels knows less: it misses its floor, its baseline and its slices too, and means less.
WEAKER = {"quality", "baseline", "slices", "calibration", "overfit"}
ALIKE = 0.05  # of the honest rows: where more have a twin, copies are no news
STEPS = 100  # of an integer: with fewer it carries no other number


def test_honest_project_is_green(world: Any) -> None:
    """A suite that is red on honest data would prove nothing; training it again gives the same bytes."""
    assert world.red("--reproduce") == set()
    verdicts = json.loads(Path("build/verdicts.json").read_text("utf-8"))["verdicts"]
    assert {each["gate"] for each in verdicts if each["verdict"] == "pass"} >= {"leakage", "robustness", "reproducible"}


def break_null(world: Any, table: pd.DataFrame) -> pd.DataFrame:
    """A required value is lost."""
    required = next(column.name for column in world.agreed.columns if column.required)
    return table.assign(**{required: table[required].mask(table.index == 0)})


def break_unit(world: Any, table: pd.DataFrame) -> pd.DataFrame:
    """A number comes in another unit; where no number has a maximum, the first column is lost."""
    bounded = [c.name for c in world.agreed.columns if c.type in ("number", "integer") and c.max and not c.missing]
    for name in bounded:
        if table[name].astype(float).max() > 0:
            moved = table[name].astype(float) * 1e9
            return table.assign(**{name: moved})
    return table.drop(columns=table.columns[0])


def break_category(world: Any, table: pd.DataFrame) -> pd.DataFrame:
    """A category is mistyped."""
    name = next((c.name for c in world.agreed.columns if c.type == "category" and c.values), world.agreed.target.name)
    return table.assign(**{name: table[name].astype(object).mask(table.index == 1, "mistypped")})


def break_column(world: Any, table: pd.DataFrame) -> pd.DataFrame:
    """A column is lost."""
    lost: str = world.agreed.inputs[0].name
    return table.drop(columns=lost)


def break_key(world: Any, table: pd.DataFrame) -> pd.DataFrame:
    """A row stands in the table twice, under its key; where none is unique, a required value is lost."""
    if not any(column.unique for column in world.agreed.columns):
        return break_null(world, table)
    return pd.concat([table, table.head(1)], ignore_index=True)


def break_rows(_: Any, table: pd.DataFrame) -> pd.DataFrame:
    """Almost all rows are lost."""
    return table.head(9)


@pytest.mark.parametrize("sabotage", [break_null, break_unit, break_category, break_column, break_key, break_rows])
def test_broken_table_turns_contract_red(world: Any, sabotage: Any) -> None:
    """The data are refused, and no other gate can be measured."""
    world.spoil(lambda table: sabotage(world, table))
    assert cli.main(["data", "check"]) == 3
    verdicts = json.loads(Path("build/verdicts.json").read_text("utf-8"))["verdicts"]
    asked = {each["gate"] for each in verdicts if each["verdict"] != "not asked"}
    assert world.red(evaluated=3) >= asked - {"champion"}


def test_copied_target_turns_leakage_red(world: Any) -> None:
    """A feature holds the target with some noise, and its name stands in the verdict."""
    column = numeric(world)[0]
    noise = np.random.default_rng(0).normal(0, 0.05, world.table.shape[0])

    def copied(table: pd.DataFrame) -> pd.DataFrame:
        share = world.share(table)
        return table.assign(**{column.name: world.coded(column, 0.1 + 0.8 * (share + share.std() * noise))})

    world.spoil(copied)
    world.only(0)
    assert {"leakage"} <= stands_out(world.red()) <= {"leakage", "calibration", "slices", *redrawn()}
    assert column.name in measured("leakage")


def test_two_columns_that_add_up_turn_leakage_red(world: Any) -> None:
    """Neither tells the target, both together do: both names stand in the verdict."""
    first, second, *_ = numeric(world)
    drawn = np.random.default_rng(0).uniform(0, 1, world.table.shape[0])
    world.spoil(
        lambda t: t.assign(
            **{
                first.name: world.coded(first, 0.1 + 0.3 * world.share(t) + 0.5 * drawn),
                second.name: world.coded(second, pd.Series(1 - 0.9 * drawn, t.index)),
            }
        )
    )
    world.only(0)
    assert {"leakage"} <= stands_out(world.red()) <= {"leakage", "calibration", "slices", *redrawn()}
    assert f"{first.name} and {second.name}" in measured("leakage") or f"{second.name} and {first.name}" in measured(
        "leakage"
    )


def redrawn() -> set[str]:
    """Return what may be red too where rows have no key: by another value they may come into another part."""
    split = tomllib.loads(Path("params.toml").read_text("utf-8"))["split"]
    return set() if split["by"] == "time" or split.get("key") else WEAKER


def stands_out(red: set[str]) -> set[str]:
    """Return the gates that refuse; skip where all other columns tell the target too: there no copy stands out."""
    rest = json.loads(Path("build/metrics.json").read_text("utf-8"))["leakage"]["strongest"][0]["rest"]
    if "leakage" not in red and (rest or 0.0) > 0.99:
        pytest.skip(f"all other columns reach {rest:.4f} together: an easy table, on which no copy stands out")
    return red


def numeric(world: Any) -> list[contract.Column]:
    """Return the features that can carry a target finely, the finest first."""
    found = [c for c in world.agreed.features if c.type in ("number", "integer") and not c.values]
    found = [c for c in found if c.type == "number" or c.bounds[1] - c.bounds[0] >= STEPS]
    if len(found) < 2:
        pytest.skip("the table has fewer than two fine numbers as features, so that none can carry the target")
    return sorted(found, key=lambda c: (c.type != "number", -(min(c.bounds[1], 1e6) - max(c.bounds[0], -1e6))))


def measured(gate: str) -> str:
    """Return what the verdict of a gate says."""
    verdicts = json.loads(Path("build/verdicts.json").read_text("utf-8"))["verdicts"]
    return next(str(each["measured"]) for each in verdicts if each["gate"] == gate)


def test_rows_in_two_parts_turn_leakage_red(world: Any) -> None:
    """A third of the rows stand in the table again, under new keys: what is tested was learned."""
    columns = world.agreed.columns
    if not any(c.role in ("key", "time") or (c in world.agreed.features and c.type == "number") for c in columns):
        pytest.skip("rows are known by all that they hold, and no number can move: copies stay in one part")
    twins = json.loads(Path("build/metrics.json").read_text("utf-8"))["leakage"]["twins"]
    if max(twins["chance"], twins["share"]) > ALIKE or len(world.agreed.features) < 2:
        pytest.skip("rows of one column, or of few different values, are alike by chance: nothing tells a copy")
    world.spoil(lambda table: pd.concat([table, again(world, table)], ignore_index=True))
    world.only(1, min_samples_leaf=5)
    assert {"leakage"} <= world.red() <= {"leakage", *WEAKER}
    assert "twin" in measured("leakage")


def again(world: Any, table: pd.DataFrame) -> pd.DataFrame:
    """Return the oldest third of the rows as if they were new: other keys, later times, one number a breath away."""
    agreed = world.agreed
    some = table.head(len(table) // 3).copy()
    for column in agreed.columns:
        if column.role == "key":
            some[column.name] = renamed(column, table[column.name], len(some))
        elif column.role == "time":
            times = pd.to_datetime(table[column.name], format="ISO8601")
            # Whole weeks, and almost whole years, later than all others: what is derived from the time stays.
            years = 1 + (times.max() - times.min()).days // 364
            moved = times.head(len(some)) + pd.Timedelta(days=364 * years)
            some[column.name] = moved.dt.strftime("%Y-%m-%dT%H:%M:%S")
    column = next((c for c in agreed.features if c.type == "number"), None)
    if column:
        low, high = column.bounds
        cells, values = some[column.name], world.values(some, column)
        breath = 1e-6 * values.std()
        moved = values + np.where(values + breath <= high, breath, -breath)
        # A column of text holds markers of missing values too.
        some[column.name] = moved if is_numeric_dtype(cells) else cells.mask(moved.notna(), moved.astype(str))
        assert low <= high
    return some


def renamed(column: contract.Column, known: "pd.Series[Any]", count: int) -> Any:
    """Return keys that the table does not have yet."""
    if column.type in ("number", "integer"):
        low, high = int(max(column.bounds[0], 0)), int(min(column.bounds[1], 1e7))
        return np.setdiff1d(np.arange(low, min(high, low + len(known) + count) + 1), known.astype(float))[:count]
    return [f"again {i}" for i in range(count)]


def test_shuffled_labels_turn_quality_red(world: Any) -> None:
    """Labels that have nothing to do with their rows cannot be learned."""
    target, rng = world.agreed.target.name, np.random.default_rng(0)
    world.spoil(lambda table: table.assign(**{target: rng.permutation(table[target].to_numpy(object))}))
    world.only(0)
    assert {"quality"} <= world.red() <= WEAKER


def test_flipped_slice_turns_slices_red(world: Any) -> None:
    """In one slice the truth is turned around, and a model that cannot tell that slice apart is wrong there."""
    column, value = sliced(world)

    def flip(table: pd.DataFrame) -> pd.DataFrame:
        there = world.values(table, world.agreed[column]) == value
        return table.assign(**{world.agreed.target.name: turned(world, table, there)})

    world.spoil(flip)
    world.only(0)
    assert {"slices"} <= world.red() <= WEAKER
    assert column in measured("slices")


def turned(world: Any, table: pd.DataFrame, there: "pd.Series[bool]") -> "pd.Series[Any]":
    """Return the target, turned around in some rows; several classes have no other way round, and are shuffled."""
    target = world.agreed.target
    truth: pd.Series[Any] = table[target.name].astype(object)
    if world.agreed.problem.task == "multiclass":
        truth[there] = truth[there].sample(frac=1, random_state=0).to_numpy()
        return truth
    around = world.coded(target, 1 - world.share(table))
    if world.agreed.problem.task == "regression":
        values = world.values(table, target)
        around = values.max() + values.min() - values
    return truth.mask(there, around)


def sliced(world: Any) -> tuple[str, Any]:
    """Return a slice that holds some and not most of the rows; where none is asked for, ask for one."""
    table, found = world.table, []
    for column in (c for c in world.agreed.columns if c.role in ("feature", "ignore") and c.available):
        for value in column.values or ((False, True) if column.type == "boolean" else ()):
            share = (world.values(table, column) == value).mean()
            found += [(not column.slice, abs(share - 0.35), column.name, value)] if 0.1 < share < 0.6 else []
    if not found:
        pytest.skip("no column has a value that holds between a tenth and six tenths of the rows")
    new, _, name, value = min(found, key=lambda each: each[:2])
    if new:
        world.edit(
            "contract.toml",
            rf"\[columns\.\"?{re.escape(json.dumps(name, ensure_ascii=False)[1:-1])}\"?\]\n",
            r"\g<0>slice = true\n",
        )
    return name, value
