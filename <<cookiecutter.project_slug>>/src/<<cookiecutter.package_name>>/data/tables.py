"""Tables of any length: read in batches, and written whole or not at all, as CSV or Parquet."""

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from ..contract import InputError
from . import separator

SUFFIXES = (".csv", ".parquet")
# Cells of a batch: enough that the work on a batch outweighs its overhead, few enough for any memory.
CELLS = 2**20
BLOCK = 4 * 2**20  # bytes of CSV, likewise
# Bytes of different values after which Parquet makes no dictionary of a column: of values that hardly ever repeat it is
# larger and slower, and Arrow's own limit of a MiB notices that late.
DICTIONARY = 2**16
PARTIAL = ".part"
Write = Callable[[pa.RecordBatch], None]


@contextlib.contextmanager
def reading(path: Path) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Open a table: its schema and its batches; every cell of CSV is text, so that nothing is guessed."""
    if path.suffix not in SUFFIXES:
        raise InputError(f"{path}: is neither .csv nor .parquet; name such a table")
    if not path.is_file():
        raise InputError(f"{path}: no such file; name a CSV or Parquet table")
    try:
        if path.suffix == ".parquet":
            # Buffered ahead, what was read would stay in memory to the end.
            with pq.ParquetFile(path, pre_buffer=False, buffer_size=BLOCK) as file:
                rows = max(1000, CELLS // max(1, len(file.schema_arrow)))
                yield file.schema_arrow.remove_metadata(), file.iter_batches(rows, use_threads=False)
        else:
            # The types of the first block would be asked of all the others.
            with _csv(path, {}) as first:
                if separator.foreign(first.schema.names):
                    raise InputError(separator.refusal(path, "it is one column wide"))
                texts = dict.fromkeys(first.schema.names, pa.string())
            with _csv(path, texts) as file:
                yield file.schema, iter(file)
    except pa.ArrowInvalid as error:
        reason = " ".join(str(error).split())
        raise InputError(separator.refusal(path, reason)) from error


def _csv(path: Path, types: dict[str, pa.DataType]) -> csv.CSVStreamingReader:
    return csv.open_csv(
        path,
        read_options=csv.ReadOptions(block_size=BLOCK),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True
        ),
    )


@contextlib.contextmanager
def writing(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """Open a table to be written: it appears under its name when all of it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}{PARTIAL}")
    try:
        with partial.open("wb") as file:
            with _writer(file, path, schema) as writer:
                yield writer.write_batch
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _writer(file: object, path: Path, schema: pa.Schema) -> pq.ParquetWriter | csv.CSVWriter:
    if path.suffix == ".parquet":
        return pq.ParquetWriter(file, schema, dictionary_pagesize_limit=DICTIONARY)
    return csv.CSVWriter(file, schema, write_options=csv.WriteOptions(quoting_style="needed"))


def sweep(path: Path) -> None:
    """Remove what a writer of this table left behind when it was killed."""
    for partial in path.parent.glob(f".{path.name}.*{PARTIAL}"):
        partial.unlink(missing_ok=True)
