"""What a database answers, as a Parquet table typed by the contract: only the snapshot is trained on, never a query."""

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from .. import tensors
from ..config import Source
from ..contract import Column, Contract, InputError
from . import tables

# The one place that a password comes from: it stands in no file, no lock and no message.
PASSWORD = "DATABASE_PASSWORD"  # noqa: S105 (a name)
# Drivers take it among the options of an address too.
SECRETS = ("password", "passwd", "pwd", "sslpassword")
WHERE = "params.toml, [source]"
ROWS = 50_000  # of a batch
TYPES = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "datetime": pa.timestamp("us"),
    "category": pa.string(),
    "text": pa.string(),
}
Batches = AbstractContextManager[Iterable[pa.RecordBatch]]


def take(source: Source, contract: Contract, path: Path) -> None:
    """Write what the query answers to a Parquet file, whole or not at all, in flat memory."""
    with answered(source, contract) as batches, tables.writing(path, schema(contract)) as write:
        for batch in batches:
            write(batch)


def answered(source: Source, contract: Contract) -> Batches:
    """Ask the database in a transaction that can only read."""
    parts = urlsplit(source.database)
    if parts.password or any(name.lower() in SECRETS for name, _ in parse_qsl(parts.query)):
        raise InputError(f"{WHERE}: database holds a password; take it out, and set {PASSWORD} in the environment")
    if not source.query.strip():
        raise InputError(f"{WHERE}: query is missing; write the SELECT whose rows are the table")
    try:
        if parts.scheme in ("postgresql", "postgres"):
            from . import postgres as way  # noqa: PLC0415 (an extra)
        else:
            from . import sql as way  # type: ignore[no-redef] # noqa: PLC0415 (an extra)
    except ImportError as error:
        extra = "postgres" if parts.scheme.startswith("postgres") else "sql"
        raise InputError(f"{WHERE}: needs the extra {extra} ({error}); install it: uv sync --extra {extra}") from error
    return way.answered(source, contract)


def schema(contract: Contract) -> pa.Schema:
    """Return the columns of a snapshot; one with markers in words stays text, for cleaning to read."""
    return pa.schema([(column.name, kind(column)) for column in contract.columns])


def kind(column: Column) -> pa.DataType:
    """Return the Arrow type of a column of the contract."""
    words = any(isinstance(old, str) for old in column.replacements)
    return pa.string() if words else TYPES[column.type]


def check(names: list[str], contract: Contract) -> None:
    """Refuse an answer that has not exactly the columns of the contract."""
    wanted = [column.name for column in contract.columns]
    for name in wanted:
        if names.count(name) != 1:
            raise InputError(f"{WHERE}: the query answers {names.count(name)} columns {name}; select it once")
    for name in names:
        if name not in wanted:
            raise InputError(f"{WHERE}: the query answers a column {name}, which contract.toml does not know")


def typed(batch: pa.RecordBatch, contract: Contract) -> pa.RecordBatch:
    """Give every column the type of the contract, in its order."""
    return pa.RecordBatch.from_arrays(
        [_typed(batch.column(column.name), column) for column in contract.columns], schema=schema(contract)
    )


def _typed(values: pa.Array, column: Column) -> pa.Array:
    # PostgreSQL's numeric has no Arrow type of its own and comes as text.
    values = values.storage if isinstance(values, pa.ExtensionArray) else values
    if pa.types.is_timestamp(values.type) and values.type.tz:
        if not column.zone:
            raise InputError(f"{WHERE}: {column.name} has a time zone; name one in contract.toml (zone of the column)")
        assert column.clock
        offset = pa.scalar(column.clock.utcoffset(None), pa.duration(values.type.unit))
        values = pc.add(values.cast(pa.timestamp(values.type.unit)), offset)
    try:
        if column.zone and pa.types.is_string(values.type) and kind(column) != values.type:
            moments = [None if text is None else tensors.instant(text, column.clock) for text in values.to_pylist()]
            return pa.array(moments, kind(column))
        return values.cast(kind(column))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{WHERE}: {column.name} {column.misread} ({reason}); cast it in the query") from error


def hidden(text: object, *secrets: str) -> str:
    """Return what a driver said on one line, without the password."""
    said = " ".join(str(text).split())
    for secret in secrets:
        said = said.replace(secret, "***") if secret else said
    return said


def password() -> str:
    """Return the password, or nothing: then the driver's own ways apply."""
    return os.environ.get(PASSWORD, "")
