"""Divide the rows into train, validation and test, so that a row keeps its part when data is appended."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..config import Split
from ..contract import Contract, InputError

# Fewer rows in a part measure nothing.
LEAST = 30


@dataclass(frozen=True)
class Parts:
    """The three parts, and the record that proves which row went where."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame
    record: dict[str, Any]


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
    frames = [table[part == number].reset_index(drop=True) for number in range(3)]
    for name, frame in zip(("train", "validation", "test"), frames, strict=True):
        if len(frame) < LEAST:
            raise InputError(f"the {name} part has {len(frame)} rows, at least {LEAST} are needed; add data")
        if contract.problem.task == "classification" and frame[contract.target.name].nunique() < 2:
            raise InputError(f"all rows of the {name} part have one class of {contract.target.name}; add data")
    train, validation, test = frames
    return Parts(train, validation, test, record)


def _by_hash(table: pd.DataFrame, contract: Contract, params: Split) -> tuple[Any, dict[str, Any]]:
    key = list(params.key) or [name for name in table.columns if name != contract.target.name]
    for name in key:
        if name not in table:
            raise InputError(f"params.toml, [split]: key names {name!r}, which is no column; name one of the contract")
    text = table[key].map(str).agg("\x1f".join, axis=1)
    places = np.array([_place(params.salt, value) for value in text])
    record = {"by": "hash", "key": key, "salt": params.salt, "shares": list(params.shares)}
    return np.digitize(places, np.cumsum(params.shares)[:2]), record


def _place(salt: str, value: str) -> float:
    """Return where in [0, 1) a key falls."""
    return int.from_bytes(hashlib.sha256(f"{salt}\x1f{value}".encode()).digest()[:8]) / 2**64


def _by_time(table: pd.DataFrame, contract: Contract, params: Split) -> tuple[Any, dict[str, Any]]:
    if contract.time is None:
        raise InputError('params.toml, [split]: by = "time" needs a column with role = "time" in contract.toml')
    times = table[contract.time.name]
    if times.isna().any():
        raise InputError(f"{contract.time.name}: {times.isna().sum()} rows have no time; set required = true")
    # The cut is a moment, not a row: rows of one moment stay together.
    cuts = [times.iloc[int(share * len(times))] for share in np.cumsum(params.shares)[:2]]
    part = (times >= cuts[0]).astype(int) + (times >= cuts[1])
    return part.to_numpy(), {"by": "time", "column": contract.time.name, "cuts": [c.isoformat() for c in cuts]}
