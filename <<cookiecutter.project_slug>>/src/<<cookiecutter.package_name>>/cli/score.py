"""`ml score`: predictions for whole tables."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from .. import bundle, model, score
from ..contract import InputError
from ..data import tables
from ..score import Part, Scored, folder


def do_score(given: Namespace) -> int:
    """Score a table, or every table of a folder, and say what became of the rows."""
    opened = bundle.open_file(given.bundle)
    loaded = model.load(opened, str(given.bundle))
    with tqdm(desc="score", unit="row", unit_scale=True, disable=None) as bar:

        def run(parts: list[Part]) -> Iterator[tuple[Part, Scored]]:
            for part in parts:
                yield part, score.table(part, loaded, strict=given.strict, told=bar.update)

        if given.input.is_dir():
            done, before = folder.score(given.input, given.output, opened.digest, run)
        else:
            ((_, done),), before = run([_part(given.input, given.output)]), 0
    aside = score.rejected(given.output)
    version = opened.manifest["version"]
    print(f"{given.output}: {done.rows - done.rejected} of {done.rows} rows scored by {version}.")
    if before:
        print(f"{before} tables had been scored before, and were left as they are.")
    if done.unseen:
        print(f"{done.unseen} values were categories that the model never met; these rows were scored all the same.")
    if not done.rejected:
        return 0
    print(*(f"{reason}: {count} rows" for reason, count in done.reasons.most_common()), sep="\n")
    print(f"{aside}: {done.rejected} rows could not be scored; each stands there with the reasons.")
    return 3


def _part(source: Path, target: Path) -> Part:
    if target.is_dir() or target.suffix not in tables.SUFFIXES:
        raise InputError(f"{target}: is neither .csv nor .parquet; name such a file as --output")
    if source.resolve() in (target.resolve(), score.rejected(target).resolve()):
        raise InputError(f"{target}: is the input; name another --output")
    return Part(source, target, score.rejected(target))
