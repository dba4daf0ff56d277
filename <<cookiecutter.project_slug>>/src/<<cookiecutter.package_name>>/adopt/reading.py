"""Read a table as people write them, and say what was odd about it."""

import csv as rows_of
import io
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from .. import data
from ..contract import InputError
from .decision import Decision

TEXTS = (".csv", ".tsv", ".txt", ".data")
HINTS = dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods"), "save the sheet as CSV (UTF-8)")
SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
LOOKED_AT = 1000  # rows that show the separator
MOST = 1000  # columns: each is judged on its own and in pairs
BLOCK = 2**24  # bytes; a row must fit


@dataclass(frozen=True)
class Raw:
    """A table whose cells are texts, numbers, moments or missing; `as_is` where its file can be kept as it is."""

    table: pd.DataFrame
    notes: tuple[Decision, ...]
    as_is: bool


def read(path: Path) -> Raw:
    """Read CSV in any of its dialects, or Parquet; what cannot be a table is an InputError."""
    suffix = path.suffix.lower()
    if suffix not in (*TEXTS, ".parquet"):
        hint = HINTS.get(suffix, "write it as CSV or Parquet")
        raise InputError(f"{path}: {suffix or 'a file without a suffix'} is not read; {hint}")
    notes: list[Decision] = []
    table = data.read(path) if suffix == ".parquet" else _text(path, notes)
    before = [str(name) for name in table.columns]
    if not before or table.empty:
        raise InputError(f"{path}: has no rows; name a table that has some")
    if len(before) > MOST:
        raise InputError(f"{path}: has {len(before)} columns, and {MOST} are the most; leave out what nobody needs")
    table.columns = pd.Index(_unique(before, notes))
    table = _without_index(table, before, notes)
    plain = pd.DataFrame({name: _plain(table[name], str(name), notes) for name in table.columns})
    return Raw(plain, tuple(notes), suffix in (".csv", ".parquet") and _same(path, plain))


def _text(path: Path, notes: list[Decision]) -> pd.DataFrame:
    text = _decoded(path, notes)
    separator = _separator(path, text)
    if separator != ",":
        notes.append(Decision("(table)", f"columns are separated by {SEPARATORS[separator]}", "the header, row by row"))
    lines = io.StringIO(text, newline="")
    found = rows_of.reader(iter(lines.readline, ""), delimiter=separator, skipinitialspace=True)
    header = next(row for row in found if row)
    rest = lines.read()
    first = next(rows_of.reader(io.StringIO(rest, newline=""), delimiter=separator), [])
    if len(first) == len(header) + 1:
        header = ["", *header]  # as R writes them: the row names have no name
    names = [str(place) for place in range(len(header))]
    try:
        table = csv.read_csv(
            io.BytesIO(rest.encode()),
            csv.ReadOptions(column_names=names, use_threads=False, block_size=BLOCK),
            csv.ParseOptions(delimiter=separator, newlines_in_values=True),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            raise InputError(f"{path}: has no rows; name a table that has some") from error
        said = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: its rows have not one length ({said}); mend the row, or fetch it again") from error
    if rest.count('"') % 2:
        raise InputError(f"{path}: a quote is opened and never closed: the file may be cut off; fetch it again")
    frame: pd.DataFrame = table.to_pandas().astype(object)
    frame.columns = pd.Index(header)
    return frame


def _decoded(path: Path, notes: list[Decision]) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; name a CSV or Parquet table") from error
    if not content.strip():
        raise InputError(f"{path}: is empty; restore the table")
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((name for mark, name in marks.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252", "latin-1"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding != "utf-8":
            notes.append(
                Decision("(table)", f"is encoded as {encoding}", "a mark at its start" if marked else "not UTF-8")
            )
        return text
    raise InputError(f"{path}: is no text; write UTF-8 CSV or Parquet")


def _separator(path: Path, text: str) -> str:
    """Return what separates columns: with it the rows are as wide as the header, and as wide as can be."""
    found = []
    for separator in SEPARATORS:
        counts = [*itertools.islice(_widths(text, separator), LOOKED_AT)]
        if not counts:
            continue
        width, times = Counter(counts[1:] or counts).most_common(1)[0]
        if counts[0] > 1 and counts[0] in (width, width - 1):
            found.append((times / len(counts), width, separator))
    if not found:
        raise InputError(f"{path}: no comma, semicolon, tab or bar makes columns of it; write UTF-8 CSV or Parquet")
    share = max(each[0] for each in found)
    return max((each for each in found if each[0] > share - 0.05), key=lambda each: each[1])[2]


def _widths(text: str, separator: str) -> Iterator[int]:
    try:
        yield from (len(row) for row in rows_of.reader(io.StringIO(text, newline=""), delimiter=separator) if row)
    except rows_of.Error:
        return  # a field without end: the reader that counts will say so


def _unique(names: list[str], notes: list[Decision]) -> list[str]:
    """Return names that are there and differ, whatever the header says."""
    taken: list[str] = []
    for place, name in enumerate(names):
        wanted = " ".join(name.split()) or f"column_{place + 1}"
        others = (f"{wanted}_{number}" for number in itertools.count(2))
        new = next(each for each in itertools.chain([wanted], others) if each not in taken)
        if new != name:
            why = "has no name" if not name.strip() else "the name is there twice" if new != wanted else "stray spaces"
            notes.append(Decision(new, "is called so here", f"column {place + 1} of the header: {why}"))
        taken.append(new)
    return taken


def _without_index(table: pd.DataFrame, before: list[str], notes: list[Decision]) -> pd.DataFrame:
    """Leave out a first column without a name that only counts the rows."""
    if (before[0].strip() and before[0] != "Unnamed: 0") or len(before) < 2:
        return table
    numbers = pd.to_numeric(table.iloc[:, 0], errors="coerce")
    if not (numbers.diff().dropna() == 1).all() or numbers.isna().any():
        return table
    notes[:] = [each for each in notes if each.about != table.columns[0]]
    notes.append(Decision("(table)", "its first column is left out", "it has no name and counts the rows"))
    return table.iloc[:, 1:]


def _plain(values: "pd.Series[Any]", name: str, notes: list[Decision]) -> "pd.Series[Any]":
    """Return the cells as texts, numbers, truth values or moments without a zone."""
    kind = values.dtype
    if isinstance(kind, pd.DatetimeTZDtype):
        notes.append(Decision(name, "is read as local time", "its moments have a zone, which is left out"))
        local: pd.Series[Any] = values.dt.tz_localize(None)
        return local
    if pd.api.types.is_complex_dtype(kind) or isinstance(kind, (pd.PeriodDtype, pd.IntervalDtype)):
        return values.astype(str).astype(object)
    if pd.api.types.is_timedelta64_dtype(kind):
        seconds: pd.Series[Any] = values.dt.total_seconds()
        return seconds
    if pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_dtype(kind):
        return values
    there = values.astype(object)
    there = there.where(there.notna(), None)
    return there.map(lambda cell: cell if isinstance(cell, (str, bool)) else _spelled(cell), na_action="ignore")


def _spelled(cell: object) -> object:
    """Return a cell that Parquet may hold and CSV may not, in words."""
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _same(path: Path, table: pd.DataFrame) -> bool:
    """Tell whether the project reads this file as it was read here."""
    try:
        read_again = data.read(path)
    except InputError:
        return False
    return [*table.columns] == [*read_again.columns] and all(
        # One column after the other: as objects, all of them take many times the memory of the table.
        _bare(table.iloc[:, place]).equals(_bare(read_again.iloc[:, place]))
        for place in range(len(table.columns))
    )


def _bare(values: "pd.Series[Any]") -> "pd.Series[Any]":
    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_dtype(values.dtype):
        return values
    there = values.astype(object)
    return there.where(there.notna(), None)
