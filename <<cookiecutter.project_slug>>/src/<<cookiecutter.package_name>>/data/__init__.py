"""Read the source and pin it in `data.lock`; what checks it and what splits it stand beside."""

import json
import tomllib
import urllib.request
import warnings
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .. import atomic, bundle
from ..contract import InputError, strict
from . import separator
from .check import Violation, convert, typed, unlisted
from .parts import Parts, groups, keys, parted, split, texts

__all__ = [
    "Lock",
    "Parts",
    "Violation",
    "convert",
    "digest",
    "fetch",
    "groups",
    "keys",
    "locked",
    "parted",
    "read",
    "read_lock",
    "split",
    "texts",
    "typed",
    "unlisted",
]

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
        if path.is_dir():
            raise InputError(f"{source}: is a folder; name a table in it")
        if not path.is_file():
            raise InputError(f"{source}: no such file; {otherwise}")
        return path
    target = root / "build" / "data" / Path(urlsplit(source).path).name
    try:
        with urllib.request.build_opener(_Secure).open(source, timeout=TIMEOUT) as answer:
            atomic.write(target, answer.read())
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
            return _parquet(path)
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
    if separator.foreign([*table.columns]):
        raise InputError(separator.refusal(path, "it is one column wide"))
    return table


def _parquet(path: Path) -> pd.DataFrame:
    """Read Parquet; an empty text is a missing value, as it is in CSV."""
    table = pq.read_table(path)
    for place, field in enumerate(table.schema):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if kind in (pa.string(), pa.large_string(), pa.string_view()):
            texts = table.column(place).cast(pa.large_string())
            empty = pc.equal(texts, "")
            if pc.any(empty).as_py():
                table = table.set_column(place, field.with_type(texts.type), pc.if_else(empty, None, texts))
    frame: pd.DataFrame = table.to_pandas()
    return frame.reset_index(drop=True)
