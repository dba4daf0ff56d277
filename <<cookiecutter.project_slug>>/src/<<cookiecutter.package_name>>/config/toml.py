"""Parse a TOML file into dataclasses; an unknown table or key is an error that lists the known ones."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from ..contract import InputError, strict

T = TypeVar("T")


def parsed(path: Path, known: tuple[str, ...]) -> dict[str, Any]:
    """Parse a file that may hold these tables and no others."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
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
