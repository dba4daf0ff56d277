"""PostgreSQL by ADBC: Arrow batches as they come, a fifth of the work of reading rows, in flat memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pyarrow as pa
from adbc_driver_manager import Error
from adbc_driver_postgresql import dbapi

from ..config import Source
from ..contract import Contract, InputError
from . import snapshot

CONNECT = "10"  # seconds


@contextmanager
def answered(source: Source, contract: Contract) -> Iterator[Iterator[pa.RecordBatch]]:
    """Yield the batches of the answer."""
    secret = snapshot.password()
    try:
        with dbapi.connect(_address(source.database, secret)) as connection, connection.cursor() as cursor:
            cursor.execute(source.query)
            reader = cursor.fetch_record_batch()
            snapshot.check(reader.schema.names, contract)
            yield (snapshot.typed(batch, contract) for batch in reader)
    except Error as error:
        said = snapshot.hidden(error, secret, quote(secret, safe=""))
        raise InputError(f"{snapshot.WHERE}: PostgreSQL refuses ({said})") from error


def _address(database: str, secret: str) -> str:
    """Return the address with the password, and with a session that can only read."""
    parts = urlsplit(database)
    query = dict(parse_qsl(parts.query))
    query["options"] = f"{query.get('options', '')} -c default_transaction_read_only=on".strip()
    user, at, host = parts.netloc.rpartition("@")
    if secret and at:
        user = f"{user}:{quote(secret, safe='')}"
    elif secret:
        query["password"] = secret
    return parts._replace(
        netloc=f"{user}{at}{host}", query=urlencode({"connect_timeout": CONNECT, **query}, quote_via=quote)
    ).geturl()
