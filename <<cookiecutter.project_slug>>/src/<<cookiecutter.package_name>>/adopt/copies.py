"""Rows that stand in a table more than once, cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..gates.leakage import BY_CHANCE
from . import roles
from .columns import Found
from .decision import Decision, Wishes

ALIKE = 0.005  # of the rows: fewer copies are no pattern


def of(rows: pd.DataFrame) -> "pd.Series[Any]":
    """Tell which rows are copies of one before."""
    # Hashed column by column: as texts, all of them take many times the memory of the table.
    hashes = {name: pd.util.hash_pandas_object(rows[name].astype(str), index=False) for name in rows}
    return pd.DataFrame(hashes, index=rows.index).duplicated()


def beyond_chance(rows: pd.DataFrame) -> bool:
    """Tell whether more rows are alike than columns of few values make by chance, as the leakage gate asks it."""
    if (share := of(rows).mean()) <= ALIKE:
        return False
    rng = np.random.default_rng(0)
    shuffled = pd.DataFrame({name: rng.permutation(rows[name].to_numpy()) for name in rows})
    return bool(share > BY_CHANCE * of(shuffled).mean())


def told(rows: pd.DataFrame, found: Mapping[str, Found], key: list[str], wishes: Wishes) -> Iterator[Decision]:
    """Yield how many copies there are, and which column would be the key without them."""
    if key and not rows.duplicated(key).any():
        return  # and no row can be another's copy
    copies = of(rows)
    if not copies.any():
        return
    many = f"holds {copies.sum()} cop{'y' if copies.sum() == 1 else 'ies'} of rows, cell by cell"
    yield Decision("(table)", many, "what chance did not make twice should go: copies make a model look sure")
    if key:
        return
    single = {name: replace(each, values=each.values[~copies]) for name, each in found.items()}
    for name in roles.keys(single, wishes, []):
        yield Decision(name, "would be the key", f"but for the copies; with --key {name} they stay in one part")
