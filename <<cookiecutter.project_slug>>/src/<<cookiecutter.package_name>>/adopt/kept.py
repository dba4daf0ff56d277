"""The files below data/: the table as it is read from now on, its lock and its card."""

import re
from pathlib import Path

import pandas as pd

from .. import data
from . import reading, texts
from .decision import Decision
from .draft import Draft
from .placing import TABLES

SOURCE = r"^\*\*Source\*\*: (.*)\. \*\*Licence\*\*"  # in the card


def files(
    draft: Draft, raw: reading.Raw, source: str, path: Path, root: Path, work: Path, notes: list[Decision]
) -> dict[str, bytes | Path]:
    """Return the files below data/: the table as it is read from now on, its lock and its card."""
    as_is = raw.as_is and not draft.changed
    made: dict[str, bytes | Path] = {}
    own = path.resolve() in {(root / name).resolve() for name in TABLES}
    inside = path.resolve().is_relative_to(root.resolve() / "data") and not own
    if as_is and (source.startswith("https://") or inside):
        kept = source if source.startswith("https://") else path.resolve().relative_to(root.resolve()).as_posix()
        table = path
    else:
        kept = f"data/table{'.parquet' if path.suffix.lower() == '.parquet' else '.csv'}"
        table = path if as_is else _written(draft.table, work / Path(kept).name)
        made[kept] = table
        odd = draft.changed or raw.notes or path.suffix.lower() == ".parquet"
        came = "adopted before" if own else "as it came"
        why = came if as_is else "rewritten as decided above" if odd else "rewritten as plain CSV"
        notes.append(Decision("(table)", f"is kept as {kept}", why))
    rest, apart = draft.unlabelled, f"data/unlabelled{Path(kept).suffix or '.csv'}"
    if len(rest):
        made[apart] = _written(rest, work / Path(apart).name)
    elif own and (root / apart).is_file():
        # Of a table that adopt wrote the rows without a target were set apart before.
        rest, made[apart] = data.read(root / apart), root / apart
    lock = data.Lock(kept, len(draft.table), data.digest(table))
    made["data/data.lock"] = lock.dumps()
    card = texts.card(draft, kept, _origin(source, root, own=own), (apart, len(rest)), notes)
    made["data/README.md"] = card.encode()
    return made


def _origin(source: str, root: Path, *, own: bool) -> str:
    """Return where the table came from: of one that adopt wrote the card knows."""
    card = root / "data" / "README.md"
    if own and card.is_file() and (told := re.search(SOURCE, card.read_text("utf-8"), re.MULTILINE)):
        return told[1].replace("\\|", "|")
    return source if source.startswith("https://") else f"the table {Path(source).name}"


def _written(table: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False, lineterminator="\n")
    return path
