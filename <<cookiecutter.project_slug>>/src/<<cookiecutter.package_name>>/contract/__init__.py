"""The problem and the columns that `contract.toml` promises."""

from .columns import LARGEST_INTEGER, NUMERIC, Column, Contract, Derive, Problem, Value, classes
from .document import of, read
from .strict import InputError, strict

__all__ = [
    "LARGEST_INTEGER",
    "NUMERIC",
    "Column",
    "Contract",
    "Derive",
    "InputError",
    "Problem",
    "Value",
    "classes",
    "of",
    "read",
    "strict",
]
