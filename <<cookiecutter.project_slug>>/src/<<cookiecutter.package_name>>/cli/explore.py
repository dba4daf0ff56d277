"""`ml data explore`."""

from argparse import Namespace
from pathlib import Path

from .. import atomic, config, contract, data, report
from ..report import explore
from ..report.readable import many
from .data import LOCK, conforming


def do_explore(_: Namespace) -> int:
    """Look at the train part before anything is modelled, and write what is seen as a page."""
    lock = data.read_lock(LOCK)
    agreed, _document = contract.read(Path("contract.toml"))
    raw = data.locked(lock, Path.cwd())
    parts = data.split(conforming(raw, lock.source), agreed, config.params(Path("params.toml")).split)
    seen = explore.described(raw, parts, agreed, lock)
    path = Path("build/report/data.html")
    atomic.write(path, report.data_page(seen, lock.source).encode())
    look = sum(finding.weight == "look" for finding in seen["findings"])
    notes = many(len(seen["findings"]) - look, "note")
    print(f"{path}: {len(parts.train)} rows of the train part, {many(look, 'finding')} worth a look, {notes}.")
    return 0
