"""The problem and its columns, as frozen dataclasses."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from typing import Any

from .zones import clock

TASKS = ("classification", "multiclass", "regression")
TYPES = ("number", "integer", "category", "boolean", "datetime", "text")
ROLES = ("feature", "target", "key", "time", "ignore")
NUMERIC = ("number", "integer", "boolean")
# What each operation of a [[derive]] table takes: so many columns, all of these types.
OPERATIONS = {
    "ratio": (2, NUMERIC),
    "difference": (2, NUMERIC),
    "product": (2, NUMERIC),
    "log": (1, NUMERIC),
    "hour": (1, ("datetime",)),
    "weekday": (1, ("datetime",)),
    "month": (1, ("datetime",)),
    "days_between": (2, ("datetime",)),
}

# Beyond it float32, in which models are trained and served, no longer holds every integer.
LARGEST_INTEGER = 2**24
LARGEST_KEY = 2**53
FLOAT32 = 3.4e38

Value = str | int | float | bool

# What adopt writes where only a person can say it.
UNDECIDED = "Nobody has said yet what is decided by it."


@dataclass(frozen=True)
class Problem:
    """The question that the model answers, and for whom."""

    question: str
    decision: str
    owner: str
    task: str
    target: str
    positive: Value | None = None


@dataclass(frozen=True)
class Column:
    """One column of the table; `contract.toml` documents the keys."""

    name: str
    type: str
    role: str = "feature"
    required: bool = True
    unique: bool = False
    available: bool = True
    slice: bool = False
    min: float | None = None
    max: float | None = None
    values: tuple[Value, ...] = ()
    missing: tuple[Value, ...] = ()
    aliases: Mapping[str, Value] = field(default_factory=dict)
    zone: str = ""
    unit: str = ""
    description: str = ""

    @cached_property
    def replacements(self) -> dict[Value, Value | None]:
        """What cleaning replaces: aliases by what they stand for, missing markers by None."""
        replaced: dict[Value, Value | None] = dict(self.aliases.items())
        replaced |= dict.fromkeys(self.missing)
        return {self.spelling(old): new for old, new in replaced.items()}

    @cached_property
    def clock(self) -> tzinfo | None:
        """The zone in which moments are told; without one they name none."""
        return clock(self.zone) if self.zone else None

    @property
    def misread(self) -> str:
        """What is wrong with a value that cannot be read."""
        zone = ", or one with a zone (contract.toml gives it none)" if self.type == "datetime" and not self.zone else ""
        return f"is no {self.type}{zone}"

    @property
    def open(self) -> bool:
        """Whether this is a category of too many values to list: the model knows each by the targets of its rows."""
        return self.type == "category" and not self.values

    @property
    def largest(self) -> float:
        """The largest number that reaches its use unharmed; a key never reaches the model."""
        if self.type != "integer":
            return FLOAT32
        return LARGEST_INTEGER if self.role in ("feature", "target") else LARGEST_KEY

    @property
    def bounds(self) -> tuple[float, float]:
        """The range of a number: what is promised, within what the model's float32 can hold."""
        low = -self.largest if self.min is None else max(self.min, -self.largest)
        return low, self.largest if self.max is None else min(self.max, self.largest)

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """What no value may lie below, and above: of integers also what float32 can tell from the next one."""
        return self.bounds if self.type == "integer" else (self.min, self.max)

    def spelling(self, value: Any) -> Any:
        """Return the value in the form in which spellings are compared: -1, "-1" and " -1.00" are one number."""
        if self.type not in ("number", "integer") or isinstance(value, bool):
            return value if isinstance(value, Hashable) else None
        try:
            return float(value)
        except (TypeError, ValueError):
            return value if isinstance(value, Hashable) else None


@dataclass(frozen=True)
class Derive:
    """A number computed from other columns, alike in training and in the service."""

    name: str
    operation: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """Everything that the project knows about its data."""

    problem: Problem
    columns: tuple[Column, ...]
    derive: tuple[Derive, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def target(self) -> Column:
        """The column to predict."""
        return self[self.problem.target]

    @cached_property
    def negative(self) -> Value:
        """The class that is not the positive one."""
        return next(v for v in classes(self.target) if v != self.problem.positive)

    @property
    def time(self) -> Column | None:
        """The column that orders the rows, if there is one."""
        return next((column for column in self.columns if column.role == "time"), None)

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns that the model sees as they are; dates and text are not among them."""
        known = [c for c in self.columns if c.role == "feature" and c.available]
        return tuple(c for c in known if c.type in (*NUMERIC, "category"))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The names along the tensor `num`: numeric features, then derived ones."""
        own = [column.name for column in self.features if column.type in NUMERIC]
        return (*own, *(derived.name for derived in self.derive))

    @cached_property
    def plain(self) -> int:
        """How many of `numbers` are read as they are, and not derived."""
        return len(self.numbers) - len(self.derive)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The names along the tensor `cat`."""
        return tuple(column.name for column in self.features if column.type == "category")

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that a request may carry."""
        return tuple(c for c in self.columns if c.available and c.role in ("feature", "key", "time"))

    @cached_property
    def read(self) -> tuple[Column, ...]:
        """The columns that the model reads: as they are, then those that it knows through derived ones alone."""
        return (*self.features, *(c for c in self.inputs if c not in self.features and c.name in self.sources))

    @cached_property
    def sources(self) -> frozenset[str]:
        """The names of the columns that others are derived from."""
        return frozenset(name for derived in self.derive for name in derived.columns)

    def demands(self, column: Column) -> bool:
        """Tell whether a request must fill this column: the model reads it, and it is required."""
        return column.required and column in self.read


def classes(column: Column) -> tuple[Value, ...]:
    """Return the values that a target of this type can have."""
    return (False, True) if column.type == "boolean" else column.values
