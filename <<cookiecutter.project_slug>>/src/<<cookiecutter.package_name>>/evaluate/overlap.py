"""Rows that stand in two parts: twins of training rows, and keys that occur on both sides."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from .. import features
from ..contract import Contract
from ..data import Parts

ROWS = 1000  # of the test part are looked up
NEAR = 0.01  # root mean square distance in standard deviations
SAME = 1e-5  # what is nearer is the same number, written with fewer digits
# Of few columns many rows are near by chance: then only those count that are nearer than all but so many of these, and
# chance for so many rows at least, of which it might have made a few more.
SELDOM, LEAST, LEAST_ROWS = 0.003, 0.01, 3


def twins(contract: Contract, parts: Parts) -> dict[str, Any]:
    """Return the share of test rows that have a twin in train, features and target alike.

    `chance` is the share when the columns of the test rows are shuffled one by one: a twin is nearer than almost all of
    these, where values are fine enough to tell. `agree` says how many of the rows with a twin in the features have one
    in the target too: copies always do, rows of few different values only as often as the features tell the target.
    """
    test = parts.test if len(parts.test) <= ROWS else parts.test.sample(ROWS, random_state=0)
    train, asked = features.inputs(contract, parts.train), features.inputs(contract, test)
    place = _space(contract, train)
    search = NearestNeighbors(n_neighbors=1).fit(place(train))
    rng = np.random.default_rng(0)
    shuffled = pd.DataFrame({name: rng.permutation(asked[name].to_numpy()) for name in asked})
    (apart, where), (shuffled_apart, _) = (_nearest(search, place(rows)) for rows in (asked, shuffled))
    radius, chance = _by_chance(shuffled_apart)
    near = apart <= radius
    same = near & _agree(contract, parts.train.iloc[where], test)
    agree = float(same.sum() / near.sum()) if near.any() else 1.0
    return {"share": float(same.mean()), "chance": chance, "agree": agree, "rows": len(test)}


def _by_chance(apart: Any) -> tuple[float, float]:
    """Return how near a twin is, and the share of shuffled rows, which lie so far apart, that have one."""
    seldom = float(np.quantile(apart, SELDOM, method="lower"))
    if seldom > NEAR:
        return NEAR, float((apart <= NEAR).mean())
    radius = max(SAME, float(np.nextafter(seldom, 0)))
    return radius, max(float((apart <= radius).mean()), LEAST, LEAST_ROWS / len(apart))


def _space(contract: Contract, train: pd.DataFrame) -> Callable[[pd.DataFrame], Any]:
    """Return a function that places rows where different categories are far apart and numbers count in deviations."""
    numbers, others = list(contract.numbers), list(contract.categories)
    middle, spread = train[numbers].mean(), train[numbers].std().replace(0.0, 1.0).fillna(1.0)
    codes = {name: {value: i for i, value in enumerate(train[name].unique())} for name in others}

    def place(table: pd.DataFrame) -> Any:
        # What is missing stands apart from every number; an unseen category from every known one.
        scaled = ((table[numbers] - middle) / spread).fillna(1e3).to_numpy(np.float64)
        coded = [table[name].map(codes[name]).fillna(-1).to_numpy(np.float64) for name in others]
        return np.column_stack([scaled, *coded]) / np.sqrt(len(numbers) + len(others))

    return place


def _nearest(search: Any, rows: Any) -> tuple[Any, Any]:
    distance, where = search.kneighbors(rows)
    return distance[:, 0], where[:, 0]


def _agree(contract: Contract, ours: pd.DataFrame, theirs: pd.DataFrame) -> Any:
    first, second = ours[contract.target.name].to_numpy(), theirs[contract.target.name].to_numpy()
    if contract.problem.task != "regression":
        return first == second
    return np.abs(first.astype(float) - second.astype(float)) <= NEAR * np.std(second.astype(float))


def keys(contract: Contract, parts: Parts) -> Iterator[Mapping[str, Any]]:
    """Yield a finding where keys of test rows occur in train or validation too.

    Split by time that is what the model will meet: the same customers, later.
    """
    names = [column.name for column in contract.columns if column.role == "key"]
    if not names or parts.record["by"] == "time":
        return
    known = pd.concat([parts.train[names], parts.validation[names]]).drop_duplicates()
    both = parts.test[names].merge(known, how="inner", on=names)
    if len(both):
        said = f"{len(both)} test rows share their key ({', '.join(names)}) with rows that the model was made with"
        yield {"kind": "keys", "columns": [], "said": said}
