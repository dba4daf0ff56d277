"""Read the source, pin it in `data.lock`, validate it, split it."""

import tomllib
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from .. import bundle
from ..contract import InputError, strict
from .check import Violation, typed
from .split import Parts, split

__all__ = ["Lock", "Parts", "Violation", "digest", "fetch", "locked", "read", "read_lock", "split", "typed"]

TIMEOUT = 60  # seconds without an answer


@dataclass(frozen=True)
class Lock:
    """What the project was last trained and judged on."""

    source: str
    rows: int
    sha256: str

    def dumps(self) -> bytes:
        """Return the lock as TOML."""
        return f'source = "{self.source}"\nrows = {self.rows}\nsha256 = "{self.sha256}"\n'.encode()


def read_lock(path: Path) -> Lock:
    """Read `data.lock`, or raise an InputError."""
    try:
        return strict(Lock, tomllib.loads(path.read_text("utf-8")), str(path))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run ml data refresh --source TABLE") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not TOML ({error}); run ml data refresh --source TABLE") from error


def locked(lock: Lock, root: Path) -> pd.DataFrame:
    """Read the table that the lock names, refusing other bytes than those it pins."""
    path = fetch(lock.source, root)
    found = digest(path)
    if found != lock.sha256:
        raise InputError(
            f"{lock.source}: its sha256 is {found[:12]}..., data.lock pins {lock.sha256[:12]}...; "
            "restore the table, or accept it by ml data refresh"
        )
    return read(path)


def fetch(source: str, root: Path) -> Path:
    """Return the local path of a source; a URL is downloaded into `build/data`."""
    if not source.startswith("https://"):
        path = root / source
        if not path.is_file():
            raise InputError(f"{source}: no such file; restore it, or name another by ml data refresh --source")
        return path
    target = root / "build" / "data" / Path(urlsplit(source).path).name
    try:
        with urllib.request.urlopen(source, timeout=TIMEOUT) as answer:  # noqa: S310 (https alone)
            bundle.write(target, answer.read())
    except (urllib.error.URLError, TimeoutError) as error:
        raise InputError(f"{source}: cannot be downloaded ({error}); check the address") from error
    return target


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    return bundle.sha256(path.read_bytes())


def read(path: Path) -> pd.DataFrame:
    """Read CSV (every cell as text, so that nothing is guessed) or Parquet."""
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        table = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; name a CSV or Parquet table") from error
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path}: is empty; restore the table") from error
    except (pd.errors.ParserError, UnicodeDecodeError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: cannot be read as a table ({reason}); write UTF-8 CSV or Parquet") from error
    if len(table.columns) == 1 and any(mark in str(table.columns[0]) for mark in ";\t|"):
        raise InputError(f"{path}: is one column wide; separate columns by commas")
    return table
