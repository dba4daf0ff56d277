"""Split a table into train, validation and test, by the hash of a key or by time, with the record that proves it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..config import Split
from ..contract import Contract, InputError, classes

# Fewer rows are no part; those of the test part need more for an interval (config.FEWEST).
LEAST = 15
# Nor do fewer of one of several classes.
OF_CLASS = 5


@dataclass(frozen=True)
class Parts:
    """The three parts, the record that proves which row went where, and which rows of the table the test part is."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame
    record: dict[str, Any]
    places: "pd.Index[Any]"


def split(table: pd.DataFrame, contract: Contract, params: Split) -> Parts:
    """Split by hash of the key, or by time; the time order is kept inside every part.

    Raises:
        InputError: the columns named do not exist, or a part is too small or has one class only.
    """
    if table.empty:
        raise InputError("the table has no rows; add data")
    if contract.time:
        table = table.sort_values(contract.time.name, kind="stable")
    part, record = _by_time(table, contract, params) if params.by == "time" else _by_hash(table, contract, params)
    more = "add data, or split by another key" if params.key else "add data"
    frames = [table[part == number].reset_index(drop=True) for number in range(3)]
    for name, frame in zip(("train", "validation", "test"), frames, strict=True):
        if len(frame) < LEAST:
            raise InputError(f"the {name} part has {len(frame)} rows, at least {LEAST} are needed; {more}")
        if contract.problem.task == "classification" and frame[contract.target.name].nunique() < 2:
            raise InputError(f"all rows of the {name} part have one class of {contract.target.name}; {more}")
        if contract.problem.task == "multiclass":
            _enough(frame[contract.target.name], contract, name)
    train, validation, test = frames
    return Parts(train, validation, test, record, table.index[part == 2])


def _enough(target: "pd.Series[Any]", contract: Contract, part: str) -> None:
    """Refuse a part that knows too little of a class."""
    counts = target.value_counts()
    for value in classes(contract.target):
        if (rows := int(counts.get(value, 0))) < OF_CLASS:
            rare = f"the {part} part has {rows} rows with {contract.target.name} = {value}"
            raise InputError(f"{rare}, at least {OF_CLASS} are needed; add rows, or join classes by aliases")


def groups(table: pd.DataFrame, contract: Contract) -> Any:
    """Return a number for the key of each row where a key repeats, or None."""
    keys = [column.name for column in contract.columns if column.role == "key" and column.name in table]
    return table.groupby(keys, dropna=False).ngroup().to_numpy() if keys and table.duplicated(keys).any() else None


def _by_hash(table: pd.DataFrame, contract: Contract, params: Split) -> tuple[Any, dict[str, Any]]:
    key = keys(table, contract, params)
    for name in key:
        if name not in table:
            raise InputError(f"params.toml, [split]: key names {name!r}, which is no column; name one of the contract")
    record = {"by": "hash", "key": key, "salt": params.salt, "shares": list(params.shares)}
    return parted(table, record), record


def keys(table: pd.DataFrame, contract: Contract, params: Split) -> list[str]:
    """Return the columns by which a row is known: without a key all but the target, whatever their order."""
    return list(params.key) or sorted(name for name in table.columns if name != contract.target.name)


def parted(table: pd.DataFrame, record: Mapping[str, Any]) -> Any:
    """Return the number of the part into which the hash of its key puts each row of a typed table."""
    places = np.array([_place(record["salt"], text) for text in texts(table, record["key"])])
    return np.digitize(places, np.cumsum(record["shares"])[:2])


def texts(table: pd.DataFrame, key: Sequence[str]) -> list[str]:
    """Return the key of each row of a typed table as one text."""
    return ["\x1f".join(row) for row in zip(*(map(str, table[name].tolist()) for name in key), strict=True)]


def _place(salt: str, value: str) -> float:
    """Return where in [0, 1) a key falls."""
    return int.from_bytes(hashlib.sha256(f"{salt}\x1f{value}".encode()).digest()[:8]) / 2**64


def _by_time(table: pd.DataFrame, contract: Contract, params: Split) -> tuple[Any, dict[str, Any]]:
    if contract.time is None:
        raise InputError('params.toml, [split]: by = "time" needs a column with role = "time" in contract.toml')
    times = table[contract.time.name]
    if times.isna().any():
        raise InputError(f"{contract.time.name}: {times.isna().sum()} rows have no time; set required = true")
    # 0.7 and 0.1 are 0.7999999999999999: what counts is what was written.
    firsts = np.round(np.cumsum(params.shares)[:2] * len(times), 6).astype(int)
    # The cut is a moment, not a row: rows of one moment stay together.
    cuts = [times.iloc[first] for first in np.minimum(firsts, len(times) - 1)]
    part = (times >= cuts[0]).astype(int) + (times >= cuts[1])
    return part.to_numpy(), {"by": "time", "column": contract.time.name, "cuts": [c.isoformat() for c in cuts]}
