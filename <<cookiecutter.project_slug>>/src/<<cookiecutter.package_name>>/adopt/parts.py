"""Which rows a model learns from and which it is tested on: shares, and a salt that comes near them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import TimeSeriesSplit

from .. import data
from ..config import FEWEST, RARER, Split
from ..contract import Contract, InputError, Refusal, classes
from ..data import Parts

FOLDS = 5
SMALL = 1000  # rows: below, more of them must be tested
VALIDATION = 0.2
LEAST_TEST, SMALL_TEST, MOST_TEST = 0.2, 0.3, 0.4
SEEN = 1.2  # times as many as are needed are tested on average, so that they mostly are
KINDS = 150  # of rows that have no key: of fewer, too few can be tested
SALTS = 100
KEY = "\x1f"  # a name that no table has: it joins the cells of a key
CLOSE = 0.05  # of the whole: so near must a part come to its share


def shares(rows: int, keys: int, rarest: int) -> tuple[float, float, float]:
    """Return how much of a table is learned from, chosen by and tested on: the more is tested the fewer rows there are.

    Of the `keys`, as many as differ, and of those of the `rarest` class, if there are classes, enough must be tested.
    """
    test = LEAST_TEST if rows >= SMALL else SMALL_TEST
    wanted = max(FEWEST / keys, RARER / rarest)
    test = float(np.clip(np.ceil(20 * SEEN * wanted) / 20, test, MOST_TEST))
    return round(1 - VALIDATION - test, 2), VALIDATION, round(test, 2)


def known(table: pd.DataFrame, agreed: Contract, key: tuple[str, ...]) -> tuple[int, int]:
    """Return how many rows differ in their key, and how many of the rarest class do; of numbers all are of one."""
    name = agreed.target.name
    one_each = table.drop_duplicates([*key, name]) if key else table
    keys = len(table.drop_duplicates([*key])) if key else len(table)
    return keys, keys if agreed.problem.task == "regression" else int(one_each[name].value_counts().min())


def worded(by: str, key: Iterable[str]) -> str:
    """Return in words by what rows are split."""
    return "by time" if by == "time" else f"by hash of {', '.join(key) or 'all that a row holds'}"


def split(table: pd.DataFrame, agreed: Contract, wanted: Split) -> tuple[Parts, Split]:
    """Split, by the first salt whose parts come near their shares in rows and in classes.

    Only rows are counted: no salt is chosen for what a model reaches with it.

    Raises:
        InputError: no salt gives every part rows of each class.
        Refusal: nothing names the rows, and many are of few kinds.
    """
    if wanted.by == "time":
        found = data.split(table, agreed, wanted)
        _folded(found.train, agreed)
        return found, wanted
    best: tuple[tuple[int, float], str] | None = None
    failure: InputError | None = None
    few = _known(table, agreed, wanted)
    if not wanted.key and (kinds := few[KEY].nunique()) < min(KINDS, len(few) / 2):
        said = f"the {len(few)} rows are of {kinds} kinds, too few to learn from some and to test on others"
        raise Refusal(f"{said}; add a column that names each row, and name it by --key")
    for salt in map(str, range(1, SALTS + 1)):
        try:
            parts = data.split(few, agreed, replace(wanted, key=(KEY,), salt=salt))
        except InputError as error:
            failure = failure or error
            continue
        off = _off(parts, agreed, wanted.shares)
        if best is None or off < best[0]:
            best = (off, salt)
        if off < (0, CLOSE):
            break
    if best is None:
        assert failure is not None
        raise failure
    chosen = replace(wanted, salt=best[1])
    return data.split(table, agreed, chosen), chosen


def _known(table: pd.DataFrame, agreed: Contract, wanted: Split) -> pd.DataFrame:
    """Return what tells a split: the key of each row as one text, made once for all salts, its class, and its time."""
    names = [column.name for column in (agreed.target, agreed.time) if column]
    return table[names].assign(**{KEY: data.texts(table, data.keys(table, agreed, wanted))})


def _off(parts: Parts, agreed: Contract, shares: tuple[float, ...]) -> tuple[int, float]:
    """Return how many keys the test part or a class in it lacks, and how far rows and classes are from their shares."""
    name, frames = agreed.target.name, (parts.train, parts.validation, parts.test)
    kinds: Iterable[Any] = [] if agreed.problem.task == "regression" else pd.concat(frames)[name].unique()
    every = [frames, *([frame[frame[name] == one] for frame in frames] for one in kinds)]
    needed = [FEWEST, *[RARER for _ in kinds]]
    lacking = max(least - each[2][KEY].nunique() for least, each in zip(needed, every, strict=True))
    counts = [np.array([len(frame) for frame in each], float) for each in every]
    return max(0, lacking), max(float(np.abs(each / each.sum() - shares).max()) for each in counts)


def _folded(train: pd.DataFrame, agreed: Contract) -> None:
    """Refuse a time whose folds do not know every class."""
    if agreed.problem.task == "regression":
        return
    target, all_ = train[agreed.target.name], len(classes(agreed.target))
    for before, after in TimeSeriesSplit(FOLDS).split(target):
        if min(target.iloc[before].nunique(), target.iloc[after].nunique()) < all_:
            raise InputError(f"a sixth of the train rows, by time, holds not every class of {agreed.target.name}")
