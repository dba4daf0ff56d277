"""Read the source, pin it in `data.lock`, validate it, split it."""

import hashlib
import json
import tomllib
import urllib.request
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from .. import bundle
from ..config import Split
from ..contract import Contract, InputError, classes, strict
from . import separator
from .check import Violation, convert, typed

__all__ = [
    "Lock",
    "Parts",
    "Violation",
    "convert",
    "digest",
    "fetch",
    "groups",
    "locked",
    "parted",
    "read",
    "read_lock",
    "split",
    "typed",
]

# Fewer rows in a part measure nothing: no interval of them covers what it promises.
LEAST = 15
# Nor do fewer of one of several classes.
OF_CLASS = 5
TIMEOUT = 60  # seconds without an answer


@dataclass(frozen=True)
class Lock:
    """What the project was last trained and judged on."""

    source: str
    rows: int
    sha256: str

    def dumps(self) -> bytes:
        """Return the lock as TOML."""
        # A text of JSON is a text of TOML too, quotes and backslashes included.
        source = json.dumps(self.source, ensure_ascii=False)
        return f'source = {source}\nrows = {self.rows}\nsha256 = "{self.sha256}"\n'.encode()


def read_lock(path: Path) -> Lock:
    """Read `data.lock`, or raise an InputError."""
    try:
        return strict(Lock, tomllib.loads(path.read_text("utf-8")), str(path))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run ml data refresh --source TABLE") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is not TOML ({error}); run ml data refresh --source TABLE") from error


def locked(lock: Lock, root: Path) -> pd.DataFrame:
    """Read the table that the lock names, refusing other bytes than those it pins."""
    path = fetch(lock.source, root, "restore it, or name another by ml data refresh --source")
    found = digest(path)
    if found != lock.sha256:
        raise InputError(
            f"{lock.source}: its sha256 is {found[:12]}..., data.lock pins {lock.sha256[:12]}...; "
            "restore the table, or accept it by ml data refresh"
        )
    return read(path)


def fetch(source: str, root: Path, otherwise: str = "name one that is there") -> Path:
    """Return the local path of a source; a URL is downloaded into `build/data`."""
    if not source.startswith("https://"):
        path = root / source
        if not path.is_file():
            raise InputError(f"{source}: no such file; {otherwise}")
        return path
    target = root / "build" / "data" / Path(urlsplit(source).path).name
    try:
        with urllib.request.build_opener(_Secure).open(source, timeout=TIMEOUT) as answer:
            bundle.write(target, answer.read())
    except (OSError, ValueError, HTTPException) as error:
        raise InputError(f"{source}: cannot be downloaded ({error}); check the address") from error
    return target


class _Secure(urllib.request.HTTPRedirectHandler):
    """Follows no redirect that leaves https."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if not newurl.startswith("https://"):
            raise OSError(f"it leads to {newurl}, which is no https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    return bundle.sha256(path.read_bytes())


def read(path: Path) -> pd.DataFrame:
    """Read CSV (every cell as text, so that nothing is guessed) or Parquet."""
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path).reset_index(drop=True)
        with warnings.catch_warnings():
            # Rows longer than the header would lose their last fields with no more than a warning.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], index_col=False)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; name a CSV or Parquet table") from error
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path}: is empty; restore the table") from error
    except (pd.errors.ParserError, pd.errors.ParserWarning, UnicodeDecodeError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(separator.refusal(path, reason)) from error
    if len(table.columns) == 1 and any(mark in str(table.columns[0]) for mark in ";\t|"):
        raise InputError(separator.refusal(path, "it is one column wide"))
    return table


@dataclass(frozen=True)
class Parts:
    """The three parts, the record that proves which row went where, and which rows of the table the test part is."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame
    record: dict[str, Any]
    places: "pd.Index[Any]"


def split(table: pd.DataFrame, contract: Contract, params: Split) -> Parts:
    """Split by hash of the key, or by time; the time order is kept inside every part.

    Raises:
        InputError: the columns named do not exist, or a part is too small or has one class only.
    """
    if table.empty:
        raise InputError("the table has no rows; add data")
    if contract.time:
        table = table.sort_values(contract.time.name, kind="stable")
    part, record = _by_time(table, contract, params) if params.by == "time" else _by_hash(table, contract, params)
    frames = [table[part == number].reset_index(drop=True) for number in range(3)]
    for name, frame in zip(("train", "validation", "test"), frames, strict=True):
        if len(frame) < LEAST:
            raise InputError(f"the {name} part has {len(frame)} rows, at least {LEAST} are needed; add data")
        if contract.problem.task == "classification" and frame[contract.target.name].nunique() < 2:
            raise InputError(f"all rows of the {name} part have one class of {contract.target.name}; add data")
        if contract.problem.task == "multiclass":
            _enough(frame[contract.target.name], contract, name)
    train, validation, test = frames
    return Parts(train, validation, test, record, table.index[part == 2])


def _enough(target: "pd.Series[Any]", contract: Contract, part: str) -> None:
    """Refuse a part that knows too little of a class."""
    counts = target.value_counts()
    for value in classes(contract.target):
        if (rows := int(counts.get(value, 0))) < OF_CLASS:
            rare = f"the {part} part has {rows} rows with {contract.target.name} = {value}"
            raise InputError(f"{rare}, at least {OF_CLASS} are needed; add rows, or join classes by aliases")


def groups(table: pd.DataFrame, contract: Contract) -> Any:
    """Return a number for the key of each row where a key repeats, or None."""
    keys = [column.name for column in contract.columns if column.role == "key" and column.name in table]
    return table.groupby(keys, dropna=False).ngroup().to_numpy() if keys and table.duplicated(keys).any() else None


def _by_hash(table: pd.DataFrame, contract: Contract, params: Split) -> tuple[Any, dict[str, Any]]:
    # Without a key a row is known by all that it holds, whatever the order of the columns.
    key = list(params.key) or sorted(name for name in table.columns if name != contract.target.name)
    for name in key:
        if name not in table:
            raise InputError(f"params.toml, [split]: key names {name!r}, which is no column; name one of the contract")
    record = {"by": "hash", "key": key, "salt": params.salt, "shares": list(params.shares)}
    return parted(table, record), record


def parted(table: pd.DataFrame, record: Mapping[str, Any]) -> Any:
    """Return the number of the part into which the hash of its key puts each row of a typed table."""
    texts = zip(*(table[name].map(str) for name in record["key"]), strict=True)
    places = np.array([_place(record["salt"], "\x1f".join(row)) for row in texts])
    return np.digitize(places, np.cumsum(record["shares"])[:2])


def _place(salt: str, value: str) -> float:
    """Return where in [0, 1) a key falls."""
    return int.from_bytes(hashlib.sha256(f"{salt}\x1f{value}".encode()).digest()[:8]) / 2**64


def _by_time(table: pd.DataFrame, contract: Contract, params: Split) -> tuple[Any, dict[str, Any]]:
    if contract.time is None:
        raise InputError('params.toml, [split]: by = "time" needs a column with role = "time" in contract.toml')
    times = table[contract.time.name]
    if times.isna().any():
        raise InputError(f"{contract.time.name}: {times.isna().sum()} rows have no time; set required = true")
    # The cut is a moment, not a row: rows of one moment stay together.
    cuts = [times.iloc[int(share * len(times))] for share in np.cumsum(params.shares)[:2]]
    part = (times >= cuts[0]).astype(int) + (times >= cuts[1])
    return part.to_numpy(), {"by": "time", "column": contract.time.name, "cuts": [c.isoformat() for c in cuts]}
