"""The files below data/: the table as it is read from now on, its lock and its card."""

from pathlib import Path

import pandas as pd

from .. import data
from . import reading, texts
from .decision import Decision
from .draft import Draft


def files(
    draft: Draft, raw: reading.Raw, source: str, path: Path, root: Path, work: Path, notes: list[Decision]
) -> dict[str, bytes | Path]:
    """Return the files below data/: the table as it is read from now on, its lock and its card."""
    as_is = raw.as_is and not draft.changed
    made: dict[str, bytes | Path] = {}
    inside = path.resolve().is_relative_to(root.resolve() / "data")
    if as_is and (source.startswith("https://") or inside):
        kept = source if source.startswith("https://") else path.resolve().relative_to(root.resolve()).as_posix()
        table = path
    else:
        kept = f"data/table{'.parquet' if path.suffix.lower() == '.parquet' else '.csv'}"
        table = path if as_is else _written(draft.table, work / Path(kept).name)
        made[kept] = table
        odd = draft.changed or raw.notes or path.suffix.lower() == ".parquet"
        why = "as it came" if as_is else "rewritten as decided above" if odd else "rewritten as plain CSV"
        notes.append(Decision("(table)", f"is kept as {kept}", why))
    apart = ""
    if len(draft.unlabelled):
        apart = f"data/unlabelled{Path(kept).suffix or '.csv'}"
        made[apart] = _written(draft.unlabelled, work / Path(apart).name)
    lock = data.Lock(kept, len(draft.table), data.digest(table))
    origin = f"the table {Path(source).name}" if not source.startswith("https://") else source
    made["data/data.lock"] = lock.dumps()
    made["data/README.md"] = texts.card(draft, kept, origin, apart, notes).encode()
    return made


def _written(table: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False, lineterminator="\n")
    return path
