"""`ml data`: check, refresh, explore, adopt."""

import dataclasses
import shutil
import sys
import tomllib
from argparse import Namespace
from pathlib import Path

import pandas as pd

from .. import adopt, bundle, config, contract, data, report
from ..contract import InputError, Refusal
from ..data import snapshot
from ..report import explore

LOCK = Path("data/data.lock")
FRESH = Path("build/fresh")  # what a database answered, and its lock, until all is checked
WIDE = 60  # of a column of text


def do_check(given: Namespace) -> int:
    """Tell whether the table keeps the contract."""
    if given.input:
        source, raw = str(given.input), data.read(given.input)
    else:
        lock = data.read_lock(LOCK)
        source, raw = lock.source, data.locked(lock, Path.cwd())
    conforming(raw, source)
    print(f"{source}: {len(raw)} rows keep the contract.")
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
    lock = data.Lock(source, 0, data.digest(path))
    _as_promised(source, lock.sha256, given.sha256)
    raw = data.read(path)
    conforming(raw, source)
    lock = dataclasses.replace(lock, rows=len(raw))
    _like_before(lock, accepted=given.accept)
    if asked:
        bundle.write(FRESH / LOCK, lock.dumps())
        bundle.swap(Path.cwd(), FRESH, ())
    else:
        bundle.write(LOCK, lock.dumps())
    print(f"{LOCK}: pins {source}, {lock.rows} rows, sha256 {lock.sha256[:12]}...")
    return 0


def _as_promised(source: str, found: str, promised: str | None) -> None:
    """Refuse other bytes than those whose digest somebody published."""
    if promised and found != promised.lower():
        raise InputError(f"{source}: its sha256 is {found}, not the one that was promised; ask who publishes it")


def _like_before(lock: data.Lock, *, accepted: bool) -> None:
    """Refuse a table whose volume is far from that of the last lock; its columns are those of the contract already."""
    if accepted or not LOCK.exists():
        return
    before = data.read_lock(LOCK)
    if before.source == lock.source and not before.rows / 2 <= lock.rows <= 2 * before.rows:
        sentence = (
            f"{lock.source}: has {lock.rows} rows, the lock names {before.rows}; "
            "look whether something is lost or there twice, or take it by --accept"
        )
        raise Refusal(sentence)


def do_explore(_: Namespace) -> int:
    """Look at the train part before anything is modelled, and write what is seen as a page."""
    lock = data.read_lock(LOCK)
    agreed, _document = contract.read(Path("contract.toml"))
    raw = data.locked(lock, Path.cwd())
    parts = data.split(conforming(raw, lock.source), agreed, config.params(Path("params.toml")).split)
    seen = explore.described(raw, parts, agreed, lock)
    path = Path("build/report/data.html")
    bundle.write(path, report.data_page(seen, lock.source).encode())
    look = sum(finding.weight == "look" for finding in seen["findings"])
    told = "1 finding" if look == 1 else f"{look} findings"
    print(f"{path}: {len(parts.train)} rows of the train part, {told} worth a look.")
    return 0


def do_adopt(given: Namespace) -> int:
    """Make the project one of this table: show every decision, then write contract, params, gates and data."""
    root, source = Path.cwd(), str(given.table)
    path = data.fetch(source, root)
    if given.sha256:
        _as_promised(source, data.digest(path), given.sha256)
    wishes = adopt.Wishes(given.target, given.task, tuple(given.key), given.time, given.positive)
    with adopt.temporary(root) as work:
        found = adopt.adopt(source, path, wishes, root, _owner(), _cleared, Path(work))
        print(_table(found.decisions))
        told = [f"write {name}" for name in found.change.written] + [f"remove {name}" for name in found.change.gone]
        if given.dry_run or not told:
            print(f"It would {'; '.join(told)}." if told else "Nothing changes: the project is of this table already.")
            return 0
        kept = adopt.place(root, found.change, force=given.force)
    print(f"Done: {'; '.join(told)}.")
    if kept:
        print(f"{', '.join(kept)}: as they were, below {adopt.BACKUP}.")
    print("Next: make all. Then read contract.toml: whoever knows the table knows more of it than its cells tell.")
    return 0


def _owner() -> str:
    """Return who owns the problem now, or nobody."""
    try:
        return str(tomllib.loads(Path("contract.toml").read_text("utf-8"))["problem"]["owner"])
    except (OSError, ValueError, KeyError, TypeError):
        return "nobody yet"


def _cleared(suspect: adopt.Suspect) -> bool:
    """Ask on a terminal whether a suspect is known beforehand; elsewhere it is taken to be a leak."""
    if not sys.stdin.isatty():
        return False
    name = " and ".join(suspect.columns)
    return input(f"{name}: {suspect.said}. Is it known before the outcome? [y/N] ").strip().lower() in ("y", "yes")


def _table(decisions: tuple[adopt.Decision, ...]) -> str:
    """Return the decisions as three columns of plain text."""
    rows = [("what", "decided", "evidence"), *((each.about, each.decided, each.evidence) for each in decisions)]
    first, second = (min(WIDE, max(len(row[place]) for row in rows)) for place in (0, 1))
    return "\n".join(f"{row[0]:<{first}}  {row[1]:<{second}}  {row[2]}".rstrip() for row in rows)


def conforming(raw: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the typed table, or refuse it with a list of how it breaks the contract."""
    agreed, _ = contract.read(Path("contract.toml"))
    promise = config.gates(Path("gates.toml")).contract
    table, violations = data.typed(raw, agreed, promise.min_rows if promise else 0)
    if violations:
        sentence = f"{source}: breaks the contract in {len(violations)} rules, listed above; mend the table."
        raise Refusal(sentence, tuple(map(str, violations)))
    return table
