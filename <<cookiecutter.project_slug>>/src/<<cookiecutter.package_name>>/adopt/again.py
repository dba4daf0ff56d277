"""What becomes otherwise in a project that adopted a table before: the new one may be older, or a part."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import parts
from .decision import Decision
from .placing import SAMPLE, TABLES

Files = Mapping[str, bytes | Path]


def otherwise(root: Path, wanted: Files) -> list[Decision]:
    """Return how the rows, the split and the promises differ from those that are there."""
    old, new = _documents(root, wanted, "data/data.lock")
    if old.get("source", SAMPLE) == SAMPLE:
        return []
    found = []
    if old.get("sha256") != new["sha256"]:
        more = new["rows"] - old["rows"]
        change = f"{abs(more)} {'more' if more > 0 else 'fewer'} now" if more else "as many now, of other bytes"
        was = f"{old['rows']} rows of {old['source']} were pinned before"
        found.append(Decision("[data.lock]", f"pins {new['rows']} rows", f"{was}: {change}"))
        # A table that adopt itself wrote goes, or is written anew.
        if old["source"] != new["source"] and old["source"] not in TABLES and (root / old["source"]).is_file():
            found.append(Decision("(table)", f"{old['source']} stays", "nothing names it any more; it may be deleted"))
    before, now = (document.get("split") for document in _documents(root, wanted, "params.toml"))
    if before and before != now:
        was = parts.worded(before.get("by"), before.get("key", []))
        found.append(Decision("[split]", f"was {was}", "no model can be compared with those of before"))
    agreed = _documents(root, wanted, "contract.toml")
    return [*found, *_known(*agreed), *_promises(*_documents(root, wanted, "gates.toml"), agreed[1])]


def _documents(root: Path, wanted: Files, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a file as it is there, if it is, and as it will be."""
    content = wanted[name]
    assert isinstance(content, bytes)
    try:
        old = tomllib.loads((root / name).read_text("utf-8-sig"))
    except FileNotFoundError:
        old = {}
    return old, tomllib.loads(content.decode())


def _known(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Decision]:
    """Yield the columns that were kept out before, and are features now."""
    for name, column in now["columns"].items():
        if column.get("available", True) and not before.get("columns", {}).get(name, {}).get("available", True):
            yield Decision(name, "is a feature now", "it was unavailable before; --unavailable keeps it out")


def _promises(before: Mapping[str, Any], now: Mapping[str, Any], agreed: Mapping[str, Any]) -> Iterator[Decision]:
    """Yield the numbers that were promised before, where others are promised now; of slices where there are any."""
    sliced = any(column.get("slice") for column in agreed["columns"].values())
    for gate, promise in now.items():
        if gate == "slices" and not sliced:
            continue
        old = {name: value for name, value in before.get(gate, {}).items() if isinstance(value, int | float)}
        told = [f"{name} {value:g}" for name, value in old.items() if promise.get(name) != value]
        if told:
            found = [f"{name} {promise[name]:g}" for name in old if promise.get(name, old[name]) != old[name]]
            yield Decision(f"[{gate}]", f"promises {', '.join(found) or 'otherwise'}", f"before: {', '.join(told)}")
