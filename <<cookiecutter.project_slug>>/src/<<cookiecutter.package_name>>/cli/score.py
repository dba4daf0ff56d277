"""`ml score`: predictions for whole tables."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .. import bundle, cluster, model, score
from ..contract import InputError
from ..data import tables
from ..model import Model
from ..score import Part, Scored, folder


def do_score(given: Namespace) -> int:
    """Score a table, or every table of a folder, and say what became of the rows."""
    opened = bundle.open_file(given.bundle)
    loaded = model.load(opened, str(given.bundle))
    with tqdm(desc="score", unit="row", unit_scale=True, disable=None) as bar:
        if given.scheduler:
            with cluster.connected(given.scheduler) as client:
                packed = given.bundle.read_bytes()
                done, before = _scored(given, opened.digest, lambda parts: _there(client, parts, packed, given, bar))
        else:
            done, before = _scored(given, opened.digest, lambda parts: _here(parts, loaded, given, bar))
    return _told(done, before, given.output, opened.manifest["version"])


def _scored(given: Namespace, digest: str, run: folder.Run) -> tuple[Scored, int]:
    if given.input.is_dir():
        return folder.score(given.input, given.output, digest, run)
    ((_, done),) = run([_part(given.input, given.output)])
    return done, 0


def _here(parts: list[Part], loaded: Model, given: Namespace, bar: Any) -> Iterator[tuple[Part, Scored]]:
    for part in parts:
        yield part, score.table(part, loaded, strict=given.strict, told=bar.update)


def _there(client: Any, parts: list[Part], packed: bytes, given: Namespace, bar: Any) -> Iterator[tuple[Part, Scored]]:
    """Do one task a table; the workers see the same disk, by absolute paths."""
    absolute = {Part(p.source.resolve(), p.target.resolve(), p.aside.resolve()): p for p in parts}
    tasks = cluster.gathered(
        client, score.elsewhere, list(absolute), packed, given.strict, named=lambda part: str(part.source)
    )
    for part, scored in tasks:
        bar.update(scored.rows)
        yield absolute[part], scored


def _told(done: Scored, before: int, target: Path, version: str) -> int:
    """Say what became of the rows."""
    print(f"{target}: {done.rows - done.rejected} of {done.rows} rows scored by {version}.")
    if before:
        print(f"{before} tables had been scored before, and were left as they are.")
    for name, count in done.absent.items():
        print(f"{name}: no such column in {count} rows; they were scored as if it were missing.")
    for name, count in done.unseen.items():
        met = "1 value was a category" if count == 1 else f"{count} values were categories"
        print(f"{name}: {met} that the contract does not list; rows with it were scored all the same.")
    if not done.rejected:
        return 0
    print(*(f"{reason}: {count} row{'s' * (count > 1)}" for reason, count in done.reasons.most_common()), sep="\n")
    print(f"{score.rejected(target)}: {done.rejected} rows could not be scored; each stands there with the reasons.")
    return 3


def _part(source: Path, target: Path) -> Part:
    if target.is_dir() or target.suffix not in tables.SUFFIXES:
        raise InputError(f"{target}: is neither .csv nor .parquet; name such a file as --output")
    if source.resolve() in (target.resolve(), score.rejected(target).resolve()):
        raise InputError(f"{target}: is the input; name another --output")
    return Part(source, target, score.rejected(target))
