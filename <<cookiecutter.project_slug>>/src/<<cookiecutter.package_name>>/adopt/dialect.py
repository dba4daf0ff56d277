"""CSV in any of its dialects: encodings, separators, headers as R writes them."""

import csv as rows_of
import io
import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from ..contract import InputError
from .decision import Decision

SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
LOOKED_AT = 1000  # rows that show the separator
BLOCK = 2**24  # bytes; a row must fit


def read(path: Path, notes: list[Decision]) -> pd.DataFrame:
    """Return the cells of a text as texts, or refuse it; what was odd is noted."""
    text = _decoded(path, notes)
    separator = _separator(path, text)
    if separator != ",":
        notes.append(Decision("(table)", f"columns are separated by {SEPARATORS[separator]}", "the header, row by row"))
    lines = io.StringIO(text, newline="")
    found = rows_of.reader(iter(lines.readline, ""), delimiter=separator, skipinitialspace=True)
    header = next(row for row in found if row)
    rest = lines.read()
    try:
        first = next(rows_of.reader(io.StringIO(rest, newline=""), delimiter=separator), [])
    except rows_of.Error as error:
        raise InputError(f"{path}: a cell of its first row never ends ({error}); close its quote") from error
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
