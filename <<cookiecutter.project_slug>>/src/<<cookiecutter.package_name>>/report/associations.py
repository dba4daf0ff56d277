"""How strongly columns of any type go together, from 0 (not at all) to 1 (one tells the other)."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ..contract import NUMERIC, Contract

DECILES = 10
SAMPLE = 20_000  # of so many rows ranks are taken: more would change no digit that is shown

Array = np.ndarray[Any, Any]


def sampled(table: pd.DataFrame) -> pd.DataFrame:
    """Return all rows, or as many drawn at random as are enough."""
    return table if len(table) <= SAMPLE else table.sample(SAMPLE, random_state=0).sort_index()


def ratio(groups: Array, ranks: Array) -> float:
    """Return the correlation ratio of a number's ranks across groups, less what chance gives (Kelley 1935).

    For two classes it is Cramer's V, so one measure serves columns and targets of every type.
    """
    rows = np.bincount(groups)
    sums = np.bincount(groups, ranks)
    held = rows > 0
    n, k = len(ranks), int(held.sum())
    total = float(((ranks - ranks.mean()) ** 2).sum())
    if k < 2 or n <= k or total == 0:
        return 0.0
    between = float((rows[held] * (sums[held] / rows[held] - ranks.mean()) ** 2).sum())
    return float(np.sqrt(max(1 - (1 - between / total) * (n - 1) / (n - k), 0.0)))


def cramer(first: Array, second: Array) -> float:
    """Return Cramer's V with Bergsma's correction of its bias (2013)."""
    counts = np.bincount(first * (second.max() + 1) + second, minlength=(first.max() + 1) * (second.max() + 1))
    table = counts.reshape(first.max() + 1, second.max() + 1)
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    n, (r, k) = table.sum(), table.shape
    if min(r, k) < 2:
        return 0.0
    expected = np.outer(table.sum(1), table.sum(0)) / n
    phi = ((table - expected) ** 2 / expected).sum() / n
    widths = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return float(np.sqrt(max(phi - (r - 1) * (k - 1) / (n - 1), 0.0) / (min(widths) - 1)))


def groups(values: "pd.Series[Any]") -> Array:
    """Return the number of each row's value, of its decile where there are many; missing ones are a group too."""
    if values.dtype != object and values.nunique() > DECILES:
        codes: Any = pd.qcut(values.rank(method="average"), DECILES, labels=False, duplicates="drop").to_numpy()
        return np.asarray(np.where(np.isnan(codes), DECILES, codes), int)
    codes = pd.factorize(values)[0]
    return np.asarray(np.where(codes < 0, codes.max() + 1, codes), int)


def with_target(table: pd.DataFrame, contract: Contract, wanted: "pd.Series[float]") -> dict[str, float]:
    """Return how strongly each column goes with the target, the strongest first.

    Numbers are compared by deciles, so that what goes up and down again is seen as well. Of several classes no number
    stands for them: Cramer's V compares them.
    """
    ranks = wanted.rank().to_numpy(float)
    shown = [c.name for c in contract.columns if c.role in ("feature", "derived", "time") and c.type != "text"]
    if contract.problem.task == "multiclass":
        target = groups(table[contract.target.name])
        found = {name: cramer(groups(table[name]), target) for name in shown}
    else:
        found = {name: ratio(groups(table[name]), ranks) for name in shown}
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def between(table: pd.DataFrame, contract: Contract) -> dict[tuple[str, str], tuple[float, str]]:
    """Return the strength and the measure of each pair of features, the strongest first."""
    used = [c for c in contract.columns if c.role in ("feature", "derived") and c.available]
    numbers = [c.name for c in used if c.type in NUMERIC]
    kinds = {c.name: groups(table[c.name]) for c in used if c.type == "category"}
    found = {**_spearman(table[numbers]), **_ratios(table[numbers], kinds)}
    found |= {(a, b): (cramer(kinds[a], kinds[b]), "Cramér's V") for a, b in combinations(kinds, 2)}
    return dict(sorted(found.items(), key=lambda each: -abs(each[1][0])))


def _spearman(table: pd.DataFrame) -> dict[tuple[str, str], tuple[float, str]]:
    found = table.rank().corr().fillna(0.0).to_numpy()
    names = list(table.columns)
    return {(names[i], names[j]): (float(found[i, j]), "Spearman") for i, j in combinations(range(len(names)), 2)}


def _ratios(table: pd.DataFrame, kinds: Mapping[str, Array]) -> dict[tuple[str, str], tuple[float, str]]:
    """Return the correlation ratio of each number across each category."""
    found: dict[tuple[str, str], tuple[float, str]] = {}
    for name in table.columns:
        known = table[name].notna().to_numpy()
        ranks = table[name][known].rank().to_numpy(float)
        found |= {(name, kind): (ratio(codes[known], ranks), "correlation ratio") for kind, codes in kinds.items()}
    return found


def strongest(pairs: Mapping[tuple[str, str], tuple[float, str]], most: int = 15) -> list[tuple[str, str, float, str]]:
    """Return the pairs that go together most, without those that hardly do."""
    listed = [(a, b, held, measure) for (a, b), (held, measure) in pairs.items() if abs(held) >= 0.1]
    return listed[:most]
