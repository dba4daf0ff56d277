"""Numbers and moments that people spell in their own way, rewritten as the contract reads them."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pandas as pd

from .decision import Decision

# 1.234,5 and 1,5; 1,234.5 and 12,345
COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
BLANKS = re.compile(r"[+-]?\d{1,3}([ \u00a0\u202f']\d{3})+([.,]\d+)?")
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DATES = (
    *("%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y"),
    *("%m/%d/%y", "%d/%m/%y", "%d.%m.%y"),
)
TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", " %I:%M %p")
IN_WORDS = re.compile(r" ?(UTC|GMT)$")


def rewritten(name: str, values: "pd.Series[Any]", notes: list[Decision]) -> "pd.Series[Any]":
    """Return a column of texts with its numbers and moments spelled plainly, where all of them agree how."""
    texts = [text for text in values.dropna().unique() if isinstance(text, str)]
    digits = [text for text in texts if any(letter.isdigit() for letter in text)]
    # The others are markers of what is missing, if they are few.
    if not digits or len(digits) < len(texts) - 3:
        return values
    way = next(iter(_ways(digits)), None)
    if way is None:
        return values
    said, change = way
    notes.append(Decision(name, f"{said}, rewritten", f"such as {digits[0]!r}"))
    changed = {text: change(text) for text in digits}
    # `Series.replace` looks through all rows for each of the texts.
    return values.map(lambda cell: changed.get(cell, cell))


def _ways(digits: list[str]) -> Iterable[tuple[str, Callable[[str], str]]]:
    """Yield the one way in which these texts are spelled, and how to write them plainly; nothing where they are."""
    stripped = [text.strip() for text in digits]
    if all(PLAIN.fullmatch(text) for text in stripped):
        return
    if all(GROUPS.fullmatch(text) or PLAIN.fullmatch(text) for text in stripped):
        yield "commas part thousands", lambda text: text.strip().replace(",", "")
    elif all(COMMA.fullmatch(text) for text in stripped):
        yield "commas are decimal", lambda text: text.strip().replace(".", "").replace(",", ".")
    elif all(BLANKS.fullmatch(text) or PLAIN.fullmatch(text.replace(",", ".")) for text in stripped):
        yield "blanks part thousands", lambda text: re.sub(r"[ \u00a0\u202f']", "", text).replace(",", ".")
    elif all(text.endswith("%") and PLAIN.fullmatch(text[:-1].strip()) for text in stripped):
        yield "numbers in percent", lambda text: text.strip()[:-1].strip()
    elif not all(iso(text) for text in digits):
        if all(iso(_offset(text)) for text in digits):
            yield "moments say UTC in a word", _offset
        else:
            yield from _moments(digits)


def _offset(text: str) -> str:
    return IN_WORDS.sub("+00:00", text.strip())


def _moments(digits: list[str]) -> Iterable[tuple[str, Callable[[str], str]]]:
    ways = [date + time for date in DATES for time in TIMES]
    for text in digits:
        ways = [way for way in ways if _reads(text, way)]
        if not ways:
            return
    # Where day and month could change places, nobody knows which is which.
    if len({tuple(_iso(text, way) for text in digits[:1000]) for way in ways}) == 1:
        way = ways[0]
        yield f"moments are written {way}", lambda text: _iso(text, way)


def _reads(text: str, way: str) -> bool:
    try:
        _iso(text, way)
    except ValueError:
        return False
    return True


def _iso(text: str, way: str) -> str:
    return datetime.strptime(text.strip(), way).isoformat()  # noqa: DTZ007 (tables hold local times)


def iso(value: Any) -> bool:
    """Tell whether this is a moment, or a text that is one in ISO 8601."""
    try:
        return isinstance(value, datetime) or bool(datetime.fromisoformat(value))
    except (ValueError, TypeError):
        return False
