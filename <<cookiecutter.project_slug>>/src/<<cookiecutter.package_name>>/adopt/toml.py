"""Write TOML: plain values, in tables whose names may be anything."""

import json
import re
from collections.abc import Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def value(item: Any) -> str:
    """Return a text, number, truth value, list or flat table in TOML."""
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, str):
        # A text of JSON is one of TOML too, but for the one control character that JSON leaves alone.
        return json.dumps(item, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(item, Mapping):
        return "{ " + ", ".join(f"{key(name)} = {value(each)}" for name, each in item.items()) + " }"
    if isinstance(item, (list, tuple)):
        return f"[{', '.join(map(value, item))}]"
    return repr(item)


def key(name: str) -> str:
    """Return a key, in quotes where it needs them."""
    return name if BARE.fullmatch(name) else value(name)


def table(name: str, items: Mapping[str, Any], *, many: bool = False) -> str:
    """Return a table, or one of many of this name."""
    head = ".".join(map(key, name.split("\x1f")))
    lines = [f"[[{head}]]" if many else f"[{head}]", *(f"{key(each)} = {value(item)}" for each, item in items.items())]
    return "\n".join(lines) + "\n"
