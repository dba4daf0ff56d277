"""The values of GitHub expressions: how they are coerced, compared and written as text."""

import json
import math
import re
from typing import Any, TypeAlias

from tests.runner.refusal import UnknownError

Value: TypeAlias = "bool | int | float | str | list[Any] | dict[str, Any] | None"
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+|0o[0-7]+|[+-]?Infinity")


class Closed(dict[str, Any]):
    """A context that knows all its names: asking for another is refused instead of giving nothing."""

    def __init__(self, name: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.name = name


class Exact(dict[str, Any]):
    """A context whose names are case-sensitive: env, as on Linux."""


def number(value: Value) -> float:
    """Coerce as GitHub does; what is no number becomes NaN."""
    if value is None:
        return 0.0
    if isinstance(value, (bool, int, float)):
        return float(value)
    if not isinstance(value, str):
        return math.nan
    text = value.strip()
    if not text:
        return 0.0
    if not NUMBER.fullmatch(text):
        return math.nan
    return float(int(text, 0)) if text[:2] in {"0x", "0o"} else float(text.replace("Infinity", "inf"))


def truthy(value: Value) -> bool:
    """Return whether an `if` with this value holds."""
    if isinstance(value, (list, dict)):
        return True
    if isinstance(value, (int, float)):
        return not (math.isnan(value) or value == 0)
    return bool(value)


def kind(value: Value) -> str:
    """Return one of null, boolean, number, string, array, object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    kinds = {int: "number", float: "number", str: "string", list: "array"}
    return kinds.get(type(value), "object")


def equal(left: Value, right: Value) -> bool:
    """Compare with `==`: strings ignore case, different kinds become numbers, objects equal only themselves."""
    kinds = {kind(left), kind(right)}
    if kinds & {"array", "object"}:
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left.upper() == right.upper()
    return left is right if kinds == {"null"} else number(left) == number(right)


def less(left: Value, right: Value) -> bool:
    """Compare with `<`: strings by their upper case, everything else as numbers."""
    if isinstance(left, str) and isinstance(right, str):
        return left.upper() < right.upper()
    return number(left) < number(right)


def get(value: Value, key: Value) -> Value:
    """Index an object or an array; what is not there is null, except in a context that knows all its names."""
    if isinstance(value, list):
        at = number(key)
        return value[int(at)] if not math.isnan(at) and 0 <= at < len(value) else None
    if not isinstance(value, dict):
        return None
    wanted = text(key)
    if isinstance(value, Exact):
        return value.get(wanted)
    for name, found in value.items():
        if name.upper() == wanted.upper():
            return found  # type: ignore[no-any-return]
    if isinstance(value, Closed):
        raise UnknownError(f"{value.name}.{wanted}: no such name; known: {', '.join(sorted(value)) or 'none'}")
    return None


def text(value: Value) -> str:
    """Write a value as it appears in a string."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        if math.isnan(value):
            return "NaN"
        return str(value).replace("inf", "Infinity") if math.isinf(value) else f"{value:.15g}"
    if isinstance(value, str):
        return value
    return "Array" if isinstance(value, list) else "Object"


def document(value: Value) -> str:
    """Write a value as toJSON does."""

    def whole(part: Any) -> Any:  # noqa: ANN401 (whatever the document holds)
        if isinstance(part, dict):
            return {key: whole(inner) for key, inner in part.items()}
        if isinstance(part, list):
            return [whole(inner) for inner in part]
        return int(part) if isinstance(part, float) and part.is_integer() else part

    return json.dumps(whole(value), indent=2, ensure_ascii=False)
