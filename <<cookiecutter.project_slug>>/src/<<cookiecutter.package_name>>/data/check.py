"""Clean a table, give every column its type, and list where it breaks the contract."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from .. import tensors
from ..contract import NUMERIC, Column, Contract
from ..contract.columns import FLOAT32

TRUTH = {"true": 1.0, "True": 1.0, "1": 1.0, "false": 0.0, "False": 0.0, "0": 0.0, True: 1.0, False: 0.0}
SHOWN = 5
LISTED = 10  # values are named where something else is found


@dataclass(frozen=True)
class Violation:
    """One rule that one column breaks, with the first rows (the first row of the table is 1)."""

    column: str
    rule: str
    count: int
    rows: tuple[str, ...]

    def __str__(self) -> str:
        rows = f"{self.count} row{'s' * (self.count > 1)}"
        where = f" in {rows}: {', '.join(f'row {each}' for each in self.rows)}" if self.rows else ""
        return f"{self.column}: {self.rule}{where}"

    def as_dict(self) -> dict[str, Any]:
        """Return the violation as plain values."""
        return {**asdict(self), "rows": list(self.rows)}


def typed(raw: pd.DataFrame, contract: Contract, min_rows: int = 0) -> tuple[pd.DataFrame, list[Violation]]:
    """Return the cleaned table in the contract's types, and every violation found on the way."""
    violations = [*_header(raw, contract)]
    if len(raw) < min_rows:
        violations.append(
            Violation(
                "(table)", f"has {len(raw)} rows, at least {min_rows} are promised in gates.toml, [contract]", 1, ()
            )
        )
    columns, unread = {}, {}
    for column in contract.columns:
        if column.name in raw:
            cleaned = _cleaned(raw[column.name], column)
            columns[column.name], wrong = convert(cleaned, column)
            unread[column.name] = cleaned[wrong]
            violations += _violation(column.name, column.misread, unread[column.name])
    table = pd.DataFrame(columns, index=raw.index)
    return table, violations + _broken(table, contract, unread)


def _cleaned(values: "pd.Series[Any]", column: Column) -> "pd.Series[Any]":
    if is_datetime64_any_dtype(values):
        return values  # no marker is a moment, and as objects these take long and may not be past the calendar
    return pd.Series(tensors.clean(column, [*values.where(values.notna(), None)]), values.index)


def _header(raw: pd.DataFrame, contract: Contract) -> Iterable[Violation]:
    names = [column.name for column in contract.columns]
    for name in names:
        if name not in raw:
            yield Violation(name, "the column is missing", 1, ())
    for name in raw.columns:
        if name not in names:
            yield Violation(str(name), "the column is not in the contract", 1, ())


def convert(values: "pd.Series[Any]", column: Column) -> tuple["pd.Series[Any]", "pd.Series[bool]"]:
    """Return the values in the column's type, and where a value could not be converted."""
    converted: pd.Series[Any]
    if column.type in NUMERIC and is_datetime64_any_dtype(values):
        converted = pd.Series(float("nan"), values.index)  # no moment is a number
    elif column.type == "boolean":
        converted = values.map(TRUTH).astype("float64")
    elif column.type in NUMERIC:
        # A number can be no day and no list, and most columns hold nothing else.
        plain = values if is_numeric_dtype(values) else values.map(_plain)
        converted = pd.to_numeric(plain, errors="coerce").astype("float64")
        converted = converted.where(converted.abs() <= FLOAT32)
        if column.type == "integer":
            converted = converted.where(converted % 1 == 0)
    elif column.type == "datetime" and is_datetime64_any_dtype(values):
        zoned = isinstance(values.dtype, pd.DatetimeTZDtype)
        converted = pd.Series(tensors.calendar(_utc(values), column, zoned=zoned), values.index)
    elif column.type == "datetime":
        converted = pd.Series([_instant(value, column.clock) for value in values], values.index, dtype="datetime64[s]")
    else:
        converted = values.map(str, na_action="ignore").astype(object)
    return converted, values.notna() & converted.isna()


def _utc(moments: "pd.Series[Any]") -> tensors.Array:
    """Return moments as an array: one by one, those past the calendar end some versions of pandas."""
    zoned = isinstance(moments.dtype, pd.DatetimeTZDtype)
    return (moments.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else moments).to_numpy()


def _plain(value: Any) -> Any:
    return None if isinstance(value, (date, list)) else value


def _instant(value: Any, clock: tzinfo | None) -> datetime | None:
    """Read a moment as the service does; what it refuses is missing here."""
    try:
        return tensors.instant(value, clock)
    except ValueError:
        return None


def schema(contract: Contract) -> pa.DataFrameSchema:
    """Return the contract as a pandera schema of a converted table."""
    return pa.DataFrameSchema({column.name: _column(column) for column in contract.columns})


def _column(column: Column) -> pa.Column:
    checks, (low, high) = [], column.limits
    if low is not None:
        checks.append(pa.Check.ge(low, error=f"is below {low:.16g}"))
    if high is not None:
        checks.append(pa.Check.le(high, error=f"is above {high:.16g}"))
    if column.values:
        values = [str(v) for v in column.values] if column.type == "category" else list(column.values)
        checks.append(pa.Check.isin(values, error=unlisted(column)))
    required = column.required or column.role == "target"
    return pa.Column(checks=checks, nullable=not required, unique=column.unique, required=False)


def unlisted(column: Column) -> str:
    """Return what is wrong with a value that is not among the column's; of many, contract.toml has the list."""
    few = ", ".join(map(str, column.values))
    return f"is none of {few if len(column.values) <= LISTED else f'its {len(column.values)} values'}"


def _broken(table: pd.DataFrame, contract: Contract, unread: Mapping[str, "pd.Series[Any]"]) -> list[Violation]:
    try:
        schema(contract).validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        names = {"not_nullable": "is missing", "field_uniqueness": "is not unique"}
        found = []
        for (column, check), cases in error.failure_cases.groupby(["column", "check"], sort=False):
            rows = table[str(column)].loc[sorted(cases["index"])]  # some versions of pandera list them by value
            if check == "not_nullable":
                rows = rows.drop(unread[str(column)].index)  # what could not be read is there, and told already
            found += _violation(str(column), names.get(str(check), str(check)), rows)
        return found
    return []


def _violation(column: str, rule: str, values: "pd.Series[Any]") -> list[Violation]:
    """Return the violation that these offending values make, or nothing."""
    shown = values.head(SHOWN)
    if is_datetime64_any_dtype(shown):
        shown = pd.Series(np.datetime_as_string(_utc(shown)), shown.index).where(shown.notna())
    rows = tuple(
        f"{int(i) + 1}" if pd.isna(v) else f"{int(i) + 1} ({_spelled(v)[:30]!r})"  # type: ignore[call-overload]
        for i, v in shown.items()
    )
    return [Violation(column, rule, len(values), rows)] if len(values) else []


def _spelled(value: Any) -> str:
    """Return a value as a person would write it, an integer without a point."""
    return f"{value:.16g}" if isinstance(value, float) else str(value)
