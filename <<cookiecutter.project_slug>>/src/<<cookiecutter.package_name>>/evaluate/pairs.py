"""Which two numbers together tell of the target, by their weighted sum or that of their logarithms."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from . import separation
from .known import Known

CLOSEST = 20  # pairs of each kind that are looked at


def scored(known: Known) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the pairs whose weighted sum, or that of their logarithms, comes closest to the target."""
    numbers = known.inputs[list(known.numbers)].astype(np.float64)
    numbers = numbers.fillna(numbers.median()).loc[:, lambda t: t.std() > 0]
    positive = numbers.loc[:, (numbers > 0).all()]
    wanted = np.asarray(known.target, np.float64)
    logs = np.log(wanted) if not known.classes and (wanted > 0).all() else wanted
    logarithms = pd.DataFrame(np.log(positive.to_numpy()), columns=positive.columns)
    found: dict[tuple[str, ...], float] = {}
    for table, target in ((numbers, wanted), (logarithms, logs)):
        for pair in _closest(table, target, several=known.several):
            score = known.score(known.line, table[list(pair)], None if known.classes else target)
            found[pair] = max(score, found.get(pair, -np.inf))
    yield from found.items()


def _closest(table: pd.DataFrame, target: Any, *, several: bool) -> list[tuple[str, str]]:
    """Return the pairs with the largest squared multiple correlation with the target, in closed form."""
    if table.shape[1] < 2 or not np.std(target) > 0:
        return []
    together = np.corrcoef(np.column_stack([table.to_numpy(), target]), rowvar=False)
    among, own = together[:-1, :-1], together[:-1, -1]
    if several:
        squared = separation.separated(table.to_numpy(), target)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            squared = (own[:, None] ** 2 + own**2 - 2 * np.outer(own, own) * among) / (1 - among**2)
    # Columns that are almost one column make the quotient noise.
    squared[~(np.abs(among) < 1 - 1e-9)] = -1
    first, second = np.triu_indices(len(own), 1)
    best = np.argsort(-squared[first, second], kind="stable")[:CLOSEST]
    return [(str(table.columns[first[i]]), str(table.columns[second[i]])) for i in best]
