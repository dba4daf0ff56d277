"""What a column is, from its cells alone: its type, its range with room, its values."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype

from ..contract import Column
from ..contract.columns import FLOAT32, LARGEST_INTEGER, LARGEST_KEY
from . import moments
from .markers import apart, numeric
from .spelling import iso

TRUTHS = ({"0", "1"}, {"true", "false"}, {"True", "False"})
CATEGORIES = 50  # each becomes a column of its own
ROWS_EACH = 5  # that a category has on average, or nothing is learned of it
ROWS_OF_MANY = 3  # likewise, where each is known by its mean target and not by a column of its own
OTHERS, FARTHEST = 0.99, 10.0  # so many are below; so many times the largest is as far as others may come
WORDS = 3  # on average: more is free text, whose exports answer otherwise than what was judged


@dataclass(frozen=True)
class Found:
    """A column as it was recognised, its cells without markers (moments as such), and what speaks for it."""

    column: Column
    values: "pd.Series[Any]"
    evidence: str
    reason: str = ""  # why the model does without it


def recognised(name: str, values: "pd.Series[Any]", zone: str = "") -> Found:
    """Return what this column is; moments that name a zone are told in this one, or in theirs."""
    there = values.dropna()
    if there.empty:
        return Found(Column(name, "text", "ignore", required=False), values, "no cell is filled", "it is empty")
    missing, kept = ((), values) if is_datetime64_any_dtype(values) else apart(values)
    found = _typed(name, kept, zone)
    column = replace(found.column, missing=missing, required=not kept.isna().any())
    evidence = found.evidence
    if kept.isna().any():
        spelled = f", some as {', '.join(repr(each) for each in missing)}" if missing else ""
        evidence += f"; {kept.isna().mean():.1%} missing{spelled}"
    reason = found.reason
    if not reason and len(kept.unique()) == 1 and column.required:
        reason = "it is the same in every row"
    return Found(column, found.values, evidence, reason)


def _typed(name: str, values: "pd.Series[Any]", zone: str) -> Found:
    if is_datetime64_any_dtype(values):
        return _moments(name, values, zone)
    distinct = [*values.dropna().unique()]
    spelled = {str(value) for value in distinct}
    if pd.api.types.is_bool_dtype(values.dtype) or spelled in TRUTHS or all(isinstance(v, bool) for v in distinct):
        return Found(Column(name, "boolean"), values, f"{len(distinct)} values: {', '.join(sorted(spelled))}")
    if spelled == {"0.0", "1.0"} and all(isinstance(value, str) for value in distinct):
        column = Column(name, "boolean", aliases={"0.0": False, "1.0": True})
        return Found(column, values, f"{len(distinct)} values: {', '.join(sorted(spelled))}")
    if not numeric(distinct) and all(map(iso, distinct)):
        return _moments(name, values, zone)
    if distinct and numeric(distinct):
        return _number(name, values)
    return _words(name, values)


def _moments(name: str, values: "pd.Series[Any]", zone: str) -> Found:
    told = moments.read(name, values, zone)
    if isinstance(told, str):
        reason = "its moments cannot be told in one zone; mend the table"
        return Found(Column(name, "text", "ignore"), values, told, reason)
    return Found(*told)


def _number(name: str, values: "pd.Series[Any]") -> Found:
    numbers = pd.to_numeric(values, errors="coerce").dropna().astype(float)
    low, high = float(numbers.min()), float(numbers.max())
    # Beyond 2^53 every number is whole.
    integers = bool((numbers % 1 == 0).all()) and max(-low, high) <= LARGEST_KEY
    whole = integers and max(-low, high) <= LARGEST_INTEGER
    least, most = room(numbers, whole=whole)
    column = Column(name, "integer" if whole else "number", min=least, max=most)
    seen = f"{numbers.nunique()} numbers from {low:g} to {high:g}"
    if integers and not whole:
        seen += f", whole, but float32 cannot tell those beyond {LARGEST_INTEGER} from the next"
    return Found(column, values, seen)


def room(numbers: "pd.Series[float]", *, whole: bool) -> tuple[float, float]:
    """Return a range with room: what was seen is not all that there is, and what is never below 0 stays so."""
    low, high = float(numbers.min()), float(numbers.max())
    width = (high - low) or abs(high) or 1.0
    limit = float(LARGEST_INTEGER) if whole else FLOAT32
    least = 0.0 if low >= 0 else max(_round(min(low - width / 2, low * _tail(-numbers)), math.floor), -limit)
    most = 0.0 if high <= 0 and low < 0 else min(_round(max(high + width / 2, high * _tail(numbers)), math.ceil), limit)
    return (int(least), int(most)) if whole else (least, most)


def _tail(numbers: "pd.Series[float]") -> float:
    """Return how many times further than now the largest may come: as far as it now is from the others."""
    others, largest = float(numbers.quantile(OTHERS)), float(numbers.max())
    return min(largest / others, FARTHEST) if others > 0 else FARTHEST


def _round(number: float, way: Any) -> float:
    """Round to two digits, away from the data."""
    if number == 0 or not np.isfinite(number):
        return number
    unit = 10.0 ** (math.floor(math.log10(abs(number))) - 1)
    return float(f"{way(number / unit) * unit:.6g}")


def _words(name: str, values: "pd.Series[Any]") -> Found:
    texts = values.dropna().map(str)
    counts = texts.value_counts()
    said = f"{len(counts)} values in {len(texts)} rows"
    words = float(counts.index.to_series().str.split().map(len).mean())
    if len(counts) <= CATEGORIES and (len(texts) >= ROWS_EACH * len(counts) or len(counts) <= 2):
        return Found(Column(name, "category", values=tuple(sorted(counts.index))), values, _shown(counts, said))
    if words > WORDS:
        why = "it is free text, which no model here reads; derive numbers or categories of it if it matters"
        return Found(Column(name, "text"), values, f"{said}, {words:.0f} words each", why)
    if _mostly_numbers([*counts.index]) and not _codes([*counts.index]):
        strange = next(text for text in counts.index if not numeric([text]))
        return Found(
            Column(name, "text"), values, f"numbers, and words such as {strange[:20]!r}", "numbers and words are mixed"
        )
    if len(texts) >= ROWS_OF_MANY * len(counts):
        return Found(Column(name, "category"), values, f"{said}, each known by the targets of its rows")
    return Found(Column(name, "text"), values, said, "it has too many values to learn each")


def _codes(texts: list[str]) -> bool:
    """Tell whether these are digits of one length, such as 02062 and 10115."""
    return len({*map(len, texts)}) == 1 and all(map(str.isdecimal, texts))


def _mostly_numbers(texts: list[str]) -> bool:
    some = texts[:: max(1, len(texts) // 200)]
    return sum(numeric([text]) for text in some) > len(some) / 2


def _shown(counts: "pd.Series[int]", said: str) -> str:
    first = ", ".join(f"{str(name)[:20]!r} {share:.0%}" for name, share in (counts / counts.sum()).head(3).items())
    return f"{said}: {first}"
