"""A contract as its TOML is read: defaults are left out."""

from collections.abc import Mapping
from typing import Any

from ..contract import UNDECIDED, Column, Derive
from .target import Target

KEYS = ("role", "required", "unique", "available", "slice", "min", "max", "values", "missing", "aliases", "zone")


def made(columns: list[Column], derive: list[Derive], aim: Target, owner: str) -> dict[str, Any]:
    """Return the contract of these columns."""
    name = aim.column.name
    what = name.rstrip(" ?")
    asked = f"Is {what} {aim.positive}?" if aim.positive is not None else f"What is {what}?"
    problem = {"question": asked, "decision": UNDECIDED, "owner": owner}
    problem |= {"task": aim.task, "target": name}
    if aim.positive is not None:
        problem["positive"] = aim.positive  # type: ignore[assignment]
    parts = [{"name": each.name, "operation": each.operation, "columns": [*each.columns]} for each in derive]
    listed = {column.name: plain(column) for column in columns}
    return {"problem": problem, "columns": listed, **({"derive": parts} if parts else {})}


def plain(column: Column) -> dict[str, Any]:
    """Return a column as its table in contract.toml, without what is left at its default."""
    bare = Column(column.name, column.type)
    told: dict[str, Any] = {"type": column.type}
    for key in KEYS:
        mine = getattr(column, key)
        if mine != getattr(bare, key):
            told[key] = [*mine] if isinstance(mine, tuple) else mine
    return told


def featureless(document: Mapping[str, Any]) -> bool:
    """Tell whether nothing is left that a model could learn from."""
    columns = document["columns"].values()
    kept = [c for c in columns if c.get("role", "feature") == "feature" and c.get("available", True)]
    return not document.get("derive") and all(c["type"] in ("datetime", "text") for c in kept)
