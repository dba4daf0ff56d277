"""What the contract says against what is there: sentences worth reading before a model is made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

from ..contract import NUMERIC, Column, Contract
from .distribution import share, wanted
from .readable import many, short

LOOK, NOTE = "look", "note"
RARE = 30  # fewer rows of a value teach a model little, and judge it not at all
TELLING = 0.9  # no honest column knows so much of the target
TWINS = 0.95
WIDE = 5.0
UNLIKELY = 0.001
SHOWN = 5  # values are named, and the others counted
FAR = 10.0  # quartile ranges beyond the quartiles


@dataclass(frozen=True)
class Finding:
    """One sentence, the column that it is about, and whether somebody should look or may only note it."""

    weight: str
    column: str
    said: str


def found(
    table: pd.DataFrame,
    contract: Contract,
    spellings: Mapping[str, Mapping[str, int]],
    known: Mapping[str, float],
    pairs: Mapping[tuple[str, str], tuple[float, str]],
) -> list[Finding]:
    """Return what is worth knowing, what needs a look first.

    `spellings` counts the missing markers and aliases in the table as it was read.
    """
    target = wanted(table, contract)
    listed: list[Finding] = []
    for column in contract.columns:
        values = table[column.name]
        listed += _values(column, values)
        listed += _promise(column, values)
        listed += _spelled(column, spellings.get(column.name, {}))
        if column.role in ("feature", "derived"):
            listed += _target(column, values, target, known.get(column.name, 0.0), len(contract.columns))
    # What is derived from a column goes with it by its nature.
    related = {(derived.name, name) for derived in contract.derive for name in derived.columns}
    listed += [
        Finding(LOOK, a, f"and {b} say nearly the same ({measure} {held:.2f}); one of the two may be enough")
        for (a, b), (held, measure) in pairs.items()
        if abs(held) >= TWINS and not {(a, b), (b, a)} & related
    ]
    shares = table[contract.target.name].value_counts(normalize=True)
    asked = {"classification": [contract.problem.positive], "multiclass": [*shares.index]}
    for value in asked.get(contract.problem.task, []):
        if (part := float(shares.get(value, 0.0))) < 0.05:
            said = f"only {share(part)} of the rows are {value}; rare classes need many rows"
            listed.append(Finding(LOOK, contract.target.name, said))
    return sorted(listed, key=lambda finding: finding.weight)


def _values(column: Column, values: "pd.Series[Any]") -> Iterator[Finding]:
    """Yield what is odd about the values alone."""
    gone = values.isna().mean()
    if gone >= 0.5:
        yield Finding(LOOK, column.name, f"{share(gone)} of its values are missing; ask whether it is worth its place")
    counts = values.value_counts()
    if column.role not in ("feature", "derived") or not len(counts):
        return
    most = counts.index[0]
    if len(counts) == 1:
        yield Finding(LOOK, column.name, f"is always {most}; a model learns nothing from it")
    elif counts.iloc[0] / len(values) > 0.99:
        value = short(float(most)) if column.type in NUMERIC else most
        said = f"is {value} in {share(counts.iloc[0] / len(values))} of the rows"
        yield Finding(NOTE, column.name, said)
    if column.type in ("number", "integer"):
        far = int((_beyond(values, FAR) & _beyond(np.sign(values) * np.log1p(values.abs()), FAR / 3)).sum())
        if far:
            farthest = short(float(values.iloc[int(values.abs().argmax())]))
            asked = "a divisor near zero?" if column.role == "derived" else "another unit?"
            said = f"has {many(far, 'value')} far from all others, the farthest {farthest}; {asked}"
            yield Finding(LOOK, column.name, said)


def _beyond(values: "pd.Series[float]", times: float) -> Any:
    """Tell which values lie so many quartile ranges beyond the quartiles; a long tail does so unless logs are taken."""
    low, high = values.quantile(0.25), values.quantile(0.75)
    reach = float(times * (high - low)) or np.inf
    return (values < low - reach) | (values > high + reach)


def _promise(column: Column, values: "pd.Series[Any]") -> Iterator[Finding]:
    """Yield where the contract is looser than the data, or promises what is never there."""
    if not column.required and not values.isna().any() and column.role != "ignore":
        yield Finding(NOTE, column.name, "may be missing and never is; required = true would catch the day it is")
    if not column.available:
        yield Finding(NOTE, column.name, "is known only after the outcome, so no model sees it")
    if column.type == "text" and column.role == "feature":
        yield Finding(NOTE, column.name, "is text, which the model does not use")
    if column.type == "category":
        yield from _few(column, values)
    if column.type in ("number", "integer") and column.role == "feature":
        yield from _range(column, values)


def _few(column: Column, values: "pd.Series[Any]") -> Iterator[Finding]:
    """Yield which categories are never there, or in so few rows that little is learned about them."""
    counts = values.value_counts()
    rows = {value: int(counts.get(value, 0)) for value in map(str, column.values)}
    if never := [value for value in rows if not rows[value]]:
        said = f"{_first(never)} {'is' if len(never) == 1 else 'are'} promised and never there; a model cannot learn it"
        yield Finding(LOOK, column.name, said)
    if column.role != "feature":
        return
    few = [value for value in rows if 0 < rows[value] < RARE]
    if len(few) == 1:
        yield Finding(NOTE, column.name, f"{few[0]} has only {many(rows[few[0]], 'row')}; little is learned about it")
    elif few:
        said = f"{len(few)} of {len(rows)} values ({_first(few)}) have fewer than {RARE} rows each; little is learned"
        yield Finding(NOTE, column.name, f"{said} about them")


def _first(values: list[str]) -> str:
    """Return the first values, and how many more there are."""
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    return f"{', '.join(values[:SHOWN])}{more}"


def _range(column: Column, values: "pd.Series[Any]") -> Iterator[Finding]:
    if column.min is None or column.max is None:
        open_ = " and ".join(name for name in ("min", "max") if getattr(column, name) is None)
        seen = f"{short(values.min())} to {short(values.max())}"
        yield Finding(NOTE, column.name, f"has no {open_}: a wrong unit would pass unseen; here it is {seen}")
    elif column.max - column.min > WIDE * (values.max() - values.min()) > 0:
        seen, said = f"{short(values.min())} to {short(values.max())}", f"{short(column.min)} to {short(column.max)}"
        yield Finding(NOTE, column.name, f"may be {said} and is {seen}; a narrower range would catch more errors")


def _spelled(column: Column, counts: Mapping[str, int]) -> Iterator[Finding]:
    for spelling, rows in counts.items():
        if rows == 0:
            yield Finding(NOTE, column.name, f"the spelling {spelling!r} that the contract cleans is never there")


def _target(
    column: Column, values: "pd.Series[Any]", target: "pd.Series[float]", held: float, tests: int
) -> Iterator[Finding]:
    """Yield what a column knows about the target by its value, and by being missing."""
    if held >= TELLING and column.available:
        said = (
            f"nearly tells the target (association {held:.2f}); if it is not known when one predicts: available = false"
        )
        yield Finding(LOOK, column.name, said)
    gone = values.isna()
    if RARE <= gone.sum() <= len(values) - RARE and mannwhitneyu(target[gone], target[~gone]).pvalue < UNLIKELY / tests:
        means = f"{short(target[gone].mean())} where it is missing, {short(target[~gone].mean())} elsewhere"
        yield Finding(LOOK, column.name, f"is not missing by chance: the target's mean is {means}")
