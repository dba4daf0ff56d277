"""Rows that repeat, keys that come back, values that are missing together."""

import numpy as np
import pandas as pd

from ..contract import Contract


def repeated(table: pd.DataFrame, contract: Contract) -> list[tuple[str, str]]:
    """Return what is known about rows that repeat, as questions and answers."""
    # Derived columns are among them: two hours of one day are not alike.
    features = [
        c.name for c in contract.columns if c.role in ("feature", "derived") and c.available and c.type != "text"
    ]
    keys = [c.name for c in contract.columns if c.role == "key"]
    same = table.duplicated(features, keep=False)
    unlike = table[same].groupby(features, dropna=False, observed=True)[contract.target.name].transform("nunique") > 1
    told = [
        ("rows that are alike in every column", f"{int(table.duplicated(keep=False).sum()):,}"),
        ("rows that share all their features with another", f"{int(same.sum()):,}"),
        ("of these, with different targets: no model can get all of them right", f"{int(unlike.sum()):,}"),
    ]
    if keys:
        sizes = table.groupby(keys, dropna=False).size()
        repeats = int((sizes > 1).sum())
        told.append((f"different keys ({', '.join(keys)})", f"{len(sizes):,}"))
        often = f", at most {sizes.max():,} rows" if repeats else ""
        told.append(("keys with more than one row", f"{repeats:,}{often}"))
    return told


def together(table: pd.DataFrame) -> list[tuple[str, float]]:
    """Return which columns are missing in the same rows, the commonest patterns first."""
    gone = table.isna()
    gone = gone.loc[:, gone.any()]
    if gone.shape[1] < 2:
        return []
    patterns = gone.value_counts(normalize=True).head(6)
    columns = gone.columns
    names = [", ".join(columns[np.array(pattern, bool)]) or "none" for pattern in patterns.index]
    return [(name, float(part)) for name, part in zip(names, patterns, strict=True)]
