"""What a request may hold: strict types, made from the contract."""

from typing import Annotated, Any, Literal, NotRequired, Required

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict  # below Python 3.12 pydantic takes no other

from .. import tensors
from ..contract import Column, Contract

MAX_ROWS = 1000
MAX_TEXT = 1000  # characters
MAX_TIME = 64
# Not date-time, which demands a zone: a table's moments have none, or may do without.
LOCAL_TIME = "local-date-time"
NO_ZONE = "local time in ISO 8601 without a zone"
TEXTS = ("category", "text")
STRICT = ConfigDict(extra="forbid", strict=True)


def row_type(contract: Contract) -> Any:
    """Return the contract's inputs as a strict TypedDict; a column the model can do without may be null or left out."""
    fields = {
        column.name: Required[_value(column, demanded=True)]
        if contract.demands(column)
        else NotRequired[_value(column, demanded=False) | None]
        for column in contract.inputs
    }
    return with_config(STRICT)(TypedDict("Row", fields))  # type: ignore[operator]


def _value(column: Column, *, demanded: bool) -> Any:
    """Return what one value may be; an unseen category is answered, a number out of range is not."""
    kind = _plain(column, demanded=demanded)
    spelled = tuple(each for each in (*column.missing, *column.aliases) if isinstance(each, str))
    if spelled and column.type not in TEXTS:
        kind |= Literal[spelled]
    numbers = column.type in ("number", "integer")
    if numbers and any(not isinstance(marker, str) for marker in column.missing):
        kind |= Annotated[float, AfterValidator(lambda value: _marker(column, value))]
    # A call into Python costs more than all other checks of a value: made only where these do not suffice.
    told: dict[str, Any] = {"not": {"enum": list(column.missing)}} if demanded and column.missing else {}
    if numbers and column.values:
        told["enum"] = [*column.values, *column.missing, *column.aliases]
    if told:
        check = AfterValidator(lambda value: _present(column, value, demanded=demanded))
        kind = Annotated[kind, check, Field(json_schema_extra=told)]
    return kind


def _plain(column: Column, *, demanded: bool) -> Any:
    """Return the type of a value that is written as it is meant."""
    low, high = column.bounds
    if column.type == "boolean":
        return bool
    if column.type == "datetime":
        told = {"format": LOCAL_TIME} | ({"description": f"in {column.zone}, or with its zone"} if column.zone else {})
        check = AfterValidator(lambda value: _moment(column, value))
        return Annotated[str, Field(max_length=MAX_TIME, json_schema_extra=told), check]  # type: ignore[arg-type]
    if column.type in TEXTS:
        return Annotated[str, Field(min_length=1 if demanded else None, max_length=MAX_TEXT)]
    step = 1 if column.type == "integer" else None
    return Annotated[float, Field(ge=low, le=high, allow_inf_nan=False, multiple_of=step)]


def _moment(column: Column, value: str) -> str:
    """Take a moment in ISO 8601, as it is written; what Python says of another repeats it."""
    try:
        tensors.instant(value, column.clock)
    except ValueError:
        wanted = f"moment in ISO 8601, in {column.zone} or with its zone" if column.zone else NO_ZONE
        raise ValueError(f"is no {wanted}, such as 2026-01-31T12:00:00{'Z' * bool(column.zone)}") from None
    return value


def _marker(column: Column, value: float) -> float:
    """Take a number out of range that the contract declares as a sign of something missing."""
    if column.spelling(value) not in column.replacements:
        raise ValueError("out of range, and no sign of a missing value")
    return value


def _present(column: Column, value: Any, *, demanded: bool) -> Any:
    """Take a value as training does: cleaned, there where it is required, a number among its values."""
    (cleaned,) = tensors.clean(column, [value])
    if demanded and cleaned in (None, ""):
        raise ValueError("is missing, and is required")
    if column.values and isinstance(cleaned, float) and cleaned not in column.values:
        raise ValueError(f"is none of {', '.join(map(str, column.values))}")
    return value


def requests(contract: Contract) -> TypeAdapter[Any]:
    """Return what reads and checks a whole body."""
    row = row_type(contract)
    rows = Annotated[list[row], Field(min_length=1, max_length=MAX_ROWS)]  # type: ignore[valid-type]
    return TypeAdapter(with_config(STRICT)(TypedDict("Body", {"rows": rows})))  # type: ignore[operator]
