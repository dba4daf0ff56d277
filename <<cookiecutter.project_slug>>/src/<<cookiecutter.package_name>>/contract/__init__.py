"""The problem and its columns, read from `contract.toml` or a bundle's JSON; contradictions are refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import contradictions
from .columns import NUMERIC, TASKS, UNDECIDED, Column, Contract, Derive, Problem, Value, classes
from .strict import InputError, Refusal, parsed, section, strict, table
from .zones import clock

__all__ = [
    "NUMERIC",
    "TASKS",
    "UNDECIDED",
    "Column",
    "Contract",
    "Derive",
    "InputError",
    "Problem",
    "Refusal",
    "Value",
    "classes",
    "clock",
    "of",
    "parsed",
    "read",
    "section",
    "strict",
    "table",
]
TABLES = ("problem", "columns", "derive")


def of(document: Mapping[str, Any], where: str = "contract.toml") -> Contract:
    """Make the contract from a parsed document, or raise an InputError that names the key."""
    for name, value in document.items():
        if name not in TABLES:
            raise InputError(f"{where}: unknown table [{name}]; known: {', '.join(TABLES)}")
        if not isinstance(value, list if name == "derive" else dict):
            raise InputError(f"{where}: {name} must be a table; write [{name}]")
    columns = tuple(
        strict(Column, table(value, f"{where}, [columns.{name}]") | {"name": name}, f"{where}, [columns.{name}]")
        for name, value in document.get("columns", {}).items()
    )
    derive = tuple(
        strict(Derive, table(value, f"{where}, [[derive]]"), f"{where}, [[derive]]")
        for value in document.get("derive", [])
    )
    problem = strict(Problem, document.get("problem", {}), f"{where}, [problem]")
    contract = Contract(problem, columns, derive)
    for finding in contradictions.found(contract):
        raise InputError(f"{where}, {finding}")
    return contract


def read(path: Path) -> tuple[Contract, dict[str, Any]]:
    """Return the contract in a TOML file, and the document as it is written."""
    document = parsed(path, TABLES)
    return of(document, str(path)), document
