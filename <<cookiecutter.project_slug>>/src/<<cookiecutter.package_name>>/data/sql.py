"""Any database that SQLAlchemy knows: rows in chunks, each cell given the contract's type."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from .. import tensors
from ..config import Source
from ..contract import Column, Contract, InputError
from . import snapshot

# How each dialect is told that nothing may be written; the others are rolled back all the same.
READ_ONLY = {
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
    "postgresql": "SET TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}


@contextmanager
def answered(source: Source, contract: Contract) -> Iterator[Iterator[pa.RecordBatch]]:
    """Yield the answer in batches."""
    secret = snapshot.password()
    try:
        address = _address(source.database, secret)
        # A pool would keep the database open after the answer.
        engine = sqlalchemy.create_engine(address, hide_parameters=True, poolclass=NullPool)
        with engine.connect() as connection:
            if engine.dialect.name in READ_ONLY:
                connection.exec_driver_sql(READ_ONLY[engine.dialect.name])
            yield _batches(connection, source.query, contract)
            connection.rollback()
    # A dialect whose driver is not installed is an ImportError.
    except (SQLAlchemyError, ImportError) as error:
        said = snapshot.hidden(getattr(error, "orig", None) or error, secret)
        raise InputError(f"{snapshot.WHERE}: the database refuses ({said})") from error


def _address(database: str, secret: str) -> URL:
    address = sqlalchemy.make_url(database)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        # SQLite would make an empty one.
        raise InputError(f"{snapshot.WHERE}: {address.database}: no such database; name one that is there")
    return address.set(password=secret) if secret and address.username else address


def _batches(connection: Connection, query: str, contract: Contract) -> Iterator[pa.RecordBatch]:
    streamed = connection.execution_options(stream_results=True, max_row_buffer=snapshot.ROWS)
    answer = streamed.execute(sqlalchemy.text(query.replace(":", r"\:")))
    names = list(answer.keys())
    snapshot.check(names, contract)
    places = [names.index(column.name) for column in contract.columns]
    for chunk in answer.partitions(snapshot.ROWS):
        columns = list(zip(*chunk, strict=True))
        cells = [_cells(columns[place], column) for place, column in zip(places, contract.columns, strict=True)]
        yield pa.RecordBatch.from_arrays(cells, schema=snapshot.schema(contract))


def _cells(values: tuple[Any, ...], column: Column) -> pa.Array:
    kind = snapshot.kind(column)
    convert = str if kind == pa.string() else _converter(column)
    found: list[Any] = []
    for value in values:
        try:
            found.append(None if value is None else convert(value))
        except (ValueError, TypeError, OverflowError) as error:
            raise InputError(
                f"{snapshot.WHERE}: {column.name} holds {str(value)[:30]!r}, which {column.misread}; "
                "cast it in the query"
            ) from error
    return pa.array(found, kind)


def _integer(value: Any) -> int:
    if int(value) != float(value):
        raise ValueError("a fraction")
    return int(value)


def _boolean(value: Any) -> bool:
    if value not in (0, 1):
        raise ValueError("neither true nor false")
    return bool(value)


def _converter(column: Column) -> Callable[[Any], Any]:
    converters: Mapping[str, Callable[[Any], Any]] = {
        "number": float,
        "integer": _integer,
        "boolean": _boolean,
        "datetime": lambda value: tensors.instant(value, column.clock),
    }
    return converters[column.type]
