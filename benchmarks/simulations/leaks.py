"""The leakage gate: what it says of honest tables, and of tables in which a leak is planted."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from measured import config, contract, data, evaluate, gates
from measured.config.promised import LeakageGate
from measured.gates.leakage import RESOLVED, STANDS_OUT
from planted import PLANTS, Table, digits, fits, tables
from tables import Rate

ALONE = 0.98
TITLE = (
    f"Leakage: suspected from {ALONE} alone, refused where the error of all others is more than {STANDS_OUT} times as "
    f"large; an error counts as {RESOLVED} at least"
)
PROMISE = config.Gates(leakage=LeakageGate(ALONE))


def rates(_: int) -> Iterator[Rate]:
    """Yield each honest table and each planted leak, and how close they come to the limits."""
    known, twos = dict(tables()), dict(digits())
    honest = {name: _judged(table) for name, table in (known | twos).items()}
    for name in known:
        yield Rate(f"{name}, honest: refused{_margin(honest[name][1])}", honest[name][0] != "", 1, most=0.0)
    yield Rate("two digits told apart: refused", sum(honest[name][0] != "" for name in twos), len(twos), most=0.0)
    closest = max((name for name in twos), key=lambda name: _ratio(honest[name][1]))
    yield Rate(f"  the closest, {closest}{_margin(honest[closest][1])}", honest[closest][0] != "", 1, most=0.0)
    for plant, (work, named) in PLANTS.items():
        for name, table in known.items():
            if fits(plant, name, table):
                said, found = _judged(work(table, np.random.default_rng(0)))
                margin = _margin(found) if "alone" in named else ""
                yield Rate(f"{name}, {plant}: refused by name{margin}", named in said, 1, least=1.0)


def _judged(table: Table) -> tuple[str, dict[str, Any]]:
    """Return what the gate says against a table, and what was measured."""
    agreed = contract.of(table.document)
    typed, violations = data.typed(table.raw.reindex(columns=list(table.document["columns"])), agreed)
    if violations:
        raise ValueError(violations)
    parts = data.split(typed, agreed, table.split)
    found = evaluate.leaks(agreed, parts, [*agreed.numbers, *agreed.categories], ALONE)
    verdicts = gates.judge({"leakage": found}, PROMISE)
    verdict = next(each for each in verdicts if each.gate == "leakage")
    return (verdict.measured if verdict.verdict == gates.FAIL else ""), found


def _margin(found: dict[str, Any]) -> str:
    """Return the strongest column or pair, and by how much its error is smaller than that of all others."""
    best = max(found["strongest"], key=_one)
    ratio = f", error of the rest {_one(best):.1f} times" if best["rest"] is not None else ""
    return f" ({best['score']:.4f} alone{ratio})"


def _ratio(found: dict[str, Any]) -> float:
    return max(map(_one, found["strongest"]))


def _one(strong: dict[str, Any]) -> float:
    """Return the error of all others as a multiple; below 1 by its score where nobody asked the others."""
    if strong["rest"] is None or math.isnan(strong["rest"]):
        return float(strong["score"]) / 10
    return float((1 - strong["rest"]) / max(1 - strong["score"], RESOLVED))
