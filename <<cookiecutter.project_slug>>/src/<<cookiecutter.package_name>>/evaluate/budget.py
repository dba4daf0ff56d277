"""What the model costs: its size, its memory, the time of one prediction."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import footprint, model

PREDICTIONS = 100


def measure(exported: model.Model, content: bytes, rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return the size and the memory in megabytes, and the time of one prediction as a multiple of a reference."""
    taken = footprint.measure(exported.contract, content, exported.rule, rows, exported.backend)
    return {"megabytes": len(content) / 1e6, "memory": taken, "latency": latency(exported, rows)}


def latency(exported: model.Model, rows: list[dict[str, Any]]) -> float:
    """Return the 95th percentile of one prediction, as a multiple of that of a reference computation.

    Both are timed in turn in this process, so that a slow or busy machine slows both.
    """
    ours, reference = [], []
    for i in range(PREDICTIONS):
        ours.append(_timed(lambda: exported.predict([rows[i % len(rows)]])))  # noqa: B023 (called at once)
        reference.append(_timed(lambda: sum(number * number for number in range(10_000))))
    return float(np.percentile(ours, 95) / np.percentile(reference, 95))


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
