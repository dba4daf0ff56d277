"""Columns of moments, and the zone in which they are told."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pandas as pd

from .. import data
from ..contract import Column, clock

Moments = tuple[Column, "pd.Series[Any]", str]


def read(name: str, values: "pd.Series[Any]", zone: str) -> Moments | str:
    """Return a column, its moments as the contract reads them, and what speaks for it; or why they cannot be told.

    They are told in the zone that all of them name, in UTC where they name several, or in the one that is asked for.
    """
    named = _zones(values)
    if "" in named and len(named) > 1:
        return "moments, of which some name a zone and others none: nobody knows where those were"
    own = min(named) if len(named) == 1 else "UTC"
    column = Column(name, "datetime", zone=(zone or own) if own else "")
    moments, wrong = data.convert(values, column)
    if wrong.any():
        return f"moments, but {values[wrong].iloc[0]} is none in {column.zone or 'the calendar'}"
    said = f"moments, such as {values.dropna().iloc[0]}"
    said += f", told in {column.zone}" if column.zone else ""
    return column, moments, said + ", for they name several zones" * (len(named) > 1)


def _zones(values: "pd.Series[Any]") -> set[str]:
    """Return the zones that moments name, "" for those that name none."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return {_named(values.dtype.tz.utcoffset(None))}
    texts = [each for each in values.dropna().unique() if isinstance(each, str)]
    offsets = {datetime.fromisoformat(text).utcoffset() for text in texts}
    return {"" if offset is None else _named(offset) for offset in offsets} or {""}


def _named(offset: timedelta | None) -> str:
    """Return a zone as a contract names it: a place, whose clocks change, has no offset and is told in UTC."""
    name = "UTC" if offset is None else str(timezone(offset)).removeprefix("UTC") or "UTC"
    try:
        clock(name)
    except ValueError:
        return "UTC"  # seconds, as of old
    return name
