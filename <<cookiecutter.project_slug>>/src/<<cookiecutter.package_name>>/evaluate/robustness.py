"""Whether predictions survive what requests bring: unseen, missing and extreme values, other orders, other company."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from .. import features, model, tensors
from ..contract import NUMERIC, Contract
from ..rule import CostMatrix, Rule

ROWS = 200  # each check asks these again
UNSEEN = "\u00fcnseen"

Array = tensors.Array
Asked = Callable[[Mapping[str, Array]], Array]


def measure(exported: model.Model, test: pd.DataFrame, spread: float) -> dict[str, Any]:
    """Return what each check found on rows of the test part.

    `broken` counts answers that are no number (or no probability); `largest` is the largest difference to the answer
    that the row gets as it is, in probability or in spreads of the target.
    """
    contract = exported.contract
    table = test if len(test) <= ROWS else test.sample(ROWS, random_state=0)
    columns = features.arrays(contract, table)
    rng = np.random.default_rng(0)

    def ask(asked: Mapping[str, Array]) -> Array:
        return exported.scores(tensors.stacked(contract, asked))

    usual = ask(columns)
    changed = [
        *_unusual(contract, columns, ask),
        ("permuted columns", ask(dict(reversed(columns.items()))), usual),
        ("permuted table", _again(exported, table.iloc[:, rng.permutation(table.shape[1])]), usual),
        *_batches(columns, usual, ask, rng),
    ]
    checks = [_check(name, answers, expected, exported.rule, spread) for name, answers, expected in changed]
    return {"checks": checks}


def _again(exported: model.Model, table: pd.DataFrame) -> Array:
    """Return the answers to a table as training reads it."""
    inputs = features.arrays(exported.contract, table)
    return exported.scores(tensors.stacked(exported.contract, inputs))


def _unusual(contract: Contract, columns: Mapping[str, Array], ask: Asked) -> list[tuple[str, Array, None]]:
    """Return the answers to values that are legal and rare; what they should be nobody knows, but a number they are."""
    found: list[tuple[str, Array, None]] = []
    rows = len(next(iter(columns.values())))
    if contract.categories:
        strange = {name: np.full(rows, UNSEEN, object) for name in contract.categories}
        found.append(("unseen categories", ask({**columns, **strange}), None))
    optional = [column for column in contract.inputs if not column.required]
    if optional:
        found.append(("missing values", ask({**columns, **{c.name: _missing(c.type, rows) for c in optional}}), None))
    bounded = [c for c in contract.features if c.type in NUMERIC]
    for name, end in (("smallest legal values", 0), ("largest legal values", 1)):
        extreme = {c.name: np.full(rows, (0.0, 1.0)[end] if c.type == "boolean" else c.bounds[end]) for c in bounded}
        if extreme:
            found.append((name, ask({**columns, **extreme}), None))
    return found


def _missing(kind: str, rows: int) -> Array:
    if kind == "datetime":
        return np.full(rows, np.datetime64("NaT", "s"))
    return np.full(rows, np.nan) if kind in NUMERIC else np.full(rows, "", object)


def _batches(
    columns: Mapping[str, Array], usual: Array, ask: Asked, rng: np.random.Generator
) -> list[tuple[str, Array, Array]]:
    """Return the answers to the same rows in another order, in other batches, and one by one."""

    def some(rows: Any) -> dict[str, Array]:
        return {name: values[rows] for name, values in columns.items()}

    order = rng.permutation(len(usual))
    cuts = [0, *sorted(rng.choice(np.arange(1, len(usual)), min(6, len(usual) - 1), replace=False)), len(usual)]
    split = np.concatenate([ask(some(slice(a, b))) for a, b in itertools.pairwise(cuts)])
    single = np.concatenate([ask(some(slice(i, i + 1))) for i in range(len(usual))])
    return [
        ("permuted rows", ask(some(order)), usual[order]),
        ("split batches", split, usual),
        ("single rows", single, usual),
    ]


def _check(name: str, answers: Array, expected: Array | None, rule: Rule, spread: float) -> dict[str, Any]:
    sound = np.isfinite(answers)
    if rule is not None:
        sound &= (answers >= -model.TOLERANCE) & (answers <= 1 + model.TOLERANCE)
    if isinstance(rule, CostMatrix):
        sound = sound.all(axis=1) & (np.abs(answers.sum(axis=1) - 1) <= len(rule.classes) * model.TOLERANCE)
    broken = int((~sound).sum())
    apart = np.abs(answers - expected)[sound] / (spread or 1.0) if expected is not None else np.zeros(1)
    largest = float(apart.max()) if len(apart) else 0.0
    kind = "number" if rule is None else "probability"
    if broken:
        said = f"{broken} of {len(answers)} answers are no {kind}"
    else:
        said = f"every answer is a {kind}" if expected is None else f"answers differ by up to {largest:.2g}"
    return {"check": name, "rows": len(answers), "broken": broken, "largest": largest, "said": said}
