"""What a model must not read: columns that are known too late, or that the contract does not give to it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from .. import features
from ..contract import Contract

LATER = 0.001  # a few wrong clocks are no leak


def copies(contract: Contract, table: pd.DataFrame) -> Iterator[Mapping[str, Any]]:
    """Yield each input that repeats a column which is known only after the outcome."""
    hidden = [c.name for c in contract.columns if not c.available and c.role != "target" and _varies(table[c.name])]
    used = features.inputs(contract, table)
    for name in hidden:
        ranks = _ranks(table[name])
        for column in used:
            same = np.corrcoef(ranks, _ranks(used[column]))[0, 1] if _varies(used[column]) else 0.0
            if abs(same) > 0.999:
                said = f"{column} repeats {name}, which is known only afterwards"
                yield {"kind": "copy", "columns": [str(column)], "said": said}


def _varies(values: "pd.Series[Any]") -> bool:
    return len(values.unique()) > 1


def _ranks(values: "pd.Series[Any]") -> Any:
    if not pd.api.types.is_numeric_dtype(values):
        values = values.astype(str)
    return values.rank(na_option="top").to_numpy()


def unavailable(contract: Contract, read: list[str]) -> Iterator[Mapping[str, Any]]:
    """Yield each column that the fitted pipeline reads and the contract does not give to it."""
    given = {*contract.numbers, *contract.categories}
    for name in read:
        if name not in given:
            yield {
                "kind": "column",
                "columns": [name],
                "said": f"the pipeline reads {name}, which is no feature of the contract",
            }


def later(contract: Contract, table: pd.DataFrame) -> Iterator[Mapping[str, Any]]:
    """Yield each moment that a feature is made of and that lies after the time of its row."""
    if contract.time is None:
        return
    sources = {name for derived in contract.derive for name in derived.columns}
    for column in contract.inputs:
        comparable = column.type == "datetime" and column.zone == contract.time.zone
        if comparable and column.role == "feature" and column.name in sources:
            share = float((table[column.name] > table[contract.time.name]).mean())
            if share > LATER:
                said = f"{column.name} lies after {contract.time.name} in {share:.1%} of the rows"
                yield {"kind": "later", "columns": [column.name], "said": said}
