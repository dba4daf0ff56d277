"""`ml data`: check and refresh, without anything that trains or draws."""

import dataclasses
import shutil
from argparse import Namespace
from pathlib import Path

import pandas as pd

from .. import atomic, config, contract, data
from ..contract import InputError, Refusal
from ..data import snapshot

LOCK = Path("data/data.lock")
FRESH = Path("build/fresh")  # what a database answered, and its lock, until all is checked


def do_check(given: Namespace) -> int:
    """Tell whether the table keeps the contract."""
    if given.input:
        source, raw = str(given.input), data.read(given.input)
    else:
        lock = data.read_lock(LOCK)
        source, raw = lock.source, data.locked(lock, Path.cwd())
    print(f"{source}: {len(raw)} rows keep the contract{_copies(conforming(raw, source))}.")
    return 0


def do_refresh(given: Namespace) -> int:
    """Accept the table that keeps the contract: rewrite `data.lock`; nothing is replaced before all is checked."""
    queried = config.params(Path("params.toml")).source
    asked = not given.source and bool(queried.database)
    if asked:
        source, path = queried.snapshot, FRESH / queried.snapshot
        shutil.rmtree(FRESH, ignore_errors=True)  # what one that was killed left behind
        snapshot.take(queried, contract.read(Path("contract.toml"))[0], path)
    else:
        source = given.source or data.read_lock(LOCK).source
        path = data.fetch(source, Path.cwd())
        _inside(source)
    lock = data.Lock(source, 0, data.digest(path))
    as_promised(source, lock.sha256, given.sha256)
    table = conforming(data.read(path), source)
    lock = dataclasses.replace(lock, rows=len(table))
    _like_before(lock, accepted=given.accept)
    if asked:
        atomic.write(FRESH / LOCK, lock.dumps())
        atomic.swap(Path.cwd(), FRESH, ())
    else:
        atomic.write(LOCK, lock.dumps())
    print(f"{LOCK}: pins {source}, {lock.rows} rows{_copies(table)}, sha256 {lock.sha256[:12]}...")
    return 0


def _inside(source: str) -> None:
    """Refuse a table that no clone of the project would find."""
    steps = Path(source)
    lost = steps.is_absolute() or ".." in steps.parts or steps.parts[:1] == ("build",)
    if lost and not source.startswith("https://"):
        raise InputError(f"{source}: no clone of the project finds it there; copy it below data, and name it from here")


def _copies(table: pd.DataFrame) -> str:
    """Return how many rows are copies, which make every measurement look surer than it is."""
    copies = int(table.duplicated().sum())
    return f" ({copies} of them cop{'y' if copies == 1 else 'ies'} of others, cell by cell)" if copies else ""


def as_promised(source: str, found: str, promised: str | None) -> None:
    """Refuse other bytes than those whose digest somebody published."""
    if promised and found != promised.lower():
        raise InputError(f"{source}: its sha256 is {found}, not the one that was promised; ask who publishes it")


def _like_before(lock: data.Lock, *, accepted: bool) -> None:
    """Refuse a table whose volume is far from that of the last lock; its columns are those of the contract already."""
    if accepted or not LOCK.exists():
        return
    before = data.read_lock(LOCK)
    if not before.rows / 2 <= lock.rows <= 2 * before.rows:
        sentence = (
            f"{lock.source}: has {lock.rows} rows, the lock names {before.rows}; "
            "look whether something is lost or there twice, or take it by --accept"
        )
        raise Refusal(sentence)


def conforming(raw: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the typed table, or refuse it with a list of how it breaks the contract."""
    agreed, _ = contract.read(Path("contract.toml"))
    promise = config.gates(Path("gates.toml")).contract
    table, violations = data.typed(raw, agreed, promise.min_rows if promise else 0)
    if violations:
        sentence = f"{source}: breaks the contract as listed above; mend the table, or the contract if it is wrong."
        raise Refusal(sentence, tuple(map(str, violations)))
    return table
