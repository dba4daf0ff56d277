"""How much memory a model takes, measured in a process of its own."""

import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from .contract import Contract
from .model import Model
from .rule import Rule

Rows = list[dict[str, Any]]


def measure(contract: Contract, content: bytes, rule: Rule, rows: Rows, backend: str = "onnx") -> float:
    """Return by how many megabytes loading a model and predicting these rows let a new process grow.

    A new one, because memory that this one has had before would hide what the model takes; and one that imports what
    the service imports.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_growth, contract, content, rule, rows, backend).result()


def _growth(contract: Contract, content: bytes, rule: Rule, rows: Rows, backend: str) -> float:
    before = _resident()
    loaded = Model(contract, content, rule, backend)
    loaded.predict(rows)
    return _resident() - before


def _resident() -> float:
    """Return the memory of this process in megabytes; where the system does not tell it, its peak until now."""
    told = Path("/proc/self/statm")
    if told.exists():
        return int(told.read_text("ascii").split()[1]) * resource.getpagesize() / 1e6
    # macOS counts in bytes, others in kilobytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
