"""Rows made from the contract alone: golden ones to ship with the model, and those where exports tend to fail."""

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from .. import tensors
from ..contract import Column, Contract

GOLDEN = 20


def golden(contract: Contract) -> list[dict[str, Any]]:
    """Draw rows from the contract's ranges, never from the data; the first has every column filled."""
    rng = np.random.default_rng(0)
    rows: list[dict[str, Any]] = [
        {column.name: _draw(column, rng) for column in contract.inputs} for _ in range(GOLDEN)
    ]
    for row in rows[1:]:
        for column in contract.inputs:
            if not column.required and rng.random() < 0.2:
                row[column.name] = None
    return rows


def _draw(column: Column, rng: np.random.Generator) -> str | int | float | bool:
    low, high = _bound(column.min, column.max, 0), _bound(column.min, column.max, 1)
    if column.values:
        return column.values[rng.integers(len(column.values))]
    if column.type == "boolean":
        return bool(rng.random() < 0.5)
    if column.type == "integer":
        return int(rng.integers(math.ceil(low), math.floor(high) + 1))
    if column.type == "number":
        return min(max(round(float(rng.uniform(low, high)), 3), low), high)
    if column.type == "datetime":
        return (datetime(2024, 1, 1) + timedelta(hours=int(rng.integers(365 * 24)))).isoformat()
    return "text"


def edges(contract: Contract) -> dict[str, Any]:
    """Return rows where exports tend to differ: all missing, each missing, unseen, smallest, largest."""
    full: dict[str, Any] = {
        c.name: [*c.values, "text"][0] if c.type == "category" else _bound(c.min, c.max, 0.5) for c in contract.features
    }
    rows: list[dict[str, Any]] = [full, {}, *({**full, name: None} for name in full)]
    rows += [
        {c.name: _bound(c.min, c.max, share) for c in contract.features if c.type != "category"} for share in (0, 1)
    ]
    rows += [{**full, name: "\u00fcnseen"} for name in contract.categories]
    return tensors.inputs(contract, rows)


def _bound(low: float | None, high: float | None, share: float) -> float:
    low = (0.0 if high is None else high - 1) if low is None else low
    high = low + 1 if high is None else high
    # Far enough out, and no overflow on the way.
    low, high = max(low, -1e30), min(high, 1e30)
    return low + share * (high - low)
