"""Make dataclasses from TOML or JSON, refusing what is unknown, missing or mistyped."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
KINDS: dict[Any, str] = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
KINDS[tuple[str, ...]] = "a list of texts"


class InputError(ValueError):
    """Wrong usage, configuration or input, told in one sentence: what, where, what to do."""


class Refusal(Exception):  # noqa: N818 (an answer, not an error)
    """Judged and refused, told in one sentence; `findings` say why, one line each."""

    def __init__(self, sentence: str, findings: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.findings = findings


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value read from TOML or JSON has the annotated type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return any(fits(value, option) for option in inner)
    if origin is tuple:
        return isinstance(value, list) and all(fits(v, inner[0]) for v in value)
    if origin is not None:
        return isinstance(value, dict) and all(fits(v, inner[1]) for v in value.values())
    if hint in (int, float):
        number = isinstance(value, (int, hint)) and not isinstance(value, bool)
        return number and math.isfinite(value)
    return hint is Any or isinstance(value, hint)


def strict(cls: type[T], table: Mapping[str, Any], where: str) -> T:
    """Make a dataclass from a table; an unknown, missing or mistyped key is an InputError."""
    hints: dict[str, Any] = get_type_hints(cls)
    for key, value in table.items():
        if key not in hints:
            raise InputError(f"{where}: unknown key {key!r}; known: {', '.join(hints)}")
        if not fits(value, hints[key]):
            kind = KINDS.get(hints[key], getattr(hints[key], "__name__", "another type"))
            if isinstance(value, float) and not math.isfinite(value) and fits(0.0, hints[key]):
                kind = "a finite number"
            raise InputError(f"{where}: {key} must be {kind}, not {value!r}")
    for each in fields(cls):  # type: ignore[arg-type]
        if each.name not in table and each.default is MISSING and each.default_factory is MISSING:
            raise InputError(f"{where}: {each.name} is missing; add it")
    return cls(**{key: tuple(v) if isinstance(v, list) else v for key, v in table.items()})


def parsed(path: Path, known: tuple[str, ...]) -> dict[str, Any]:
    """Parse a file that may hold these tables and no others."""
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))  # some editors begin with a mark
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is not TOML ({error}); mend that line") from error
    for name in document:
        if name not in known:
            raise InputError(f"{path}: unknown table [{name}]; known: {', '.join(known)}")
    return document


def section(cls: type[T], document: Mapping[str, Any], name: str, path: Path) -> T:
    """Make a dataclass from one table of a document; a table that is not there is empty."""
    where = f"{path}, [{name}]"
    return strict(cls, table(document.get(name, {}), where), where)


def table(value: object, where: str) -> dict[str, Any]:
    """Return a value that must be a table."""
    if not isinstance(value, dict):
        raise InputError(f"{where}: must be a table, not {value!r}")
    return dict(value)
