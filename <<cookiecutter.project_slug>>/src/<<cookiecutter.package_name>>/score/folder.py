"""A folder of tables, part by part: what a run that was stopped has done, the next one does not do again."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .. import atomic, bundle
from ..contract import InputError
from ..data.tables import SUFFIXES
from . import Part, Scored, rejected

# Readers of folders of tables pass over names that begin so.
RECORD = "_scored.json"
COUNTED = ("rows", "rejected", "unseen", "absent", "reasons")
Run = Callable[[list[Part]], Iterable[tuple[Part, Scored]]]


def score(source: Path, target: Path, digest: str, run: Run) -> tuple[Scored, int]:
    """Score every part that is not done yet; return what became of all rows, and how many parts were done before.

    A part is done when its predictions are there, made of the same bytes as far as size and time tell, by the same
    model; the record of it is written after the part itself.
    """
    parts, record = _parts(source, target), _record(target, digest)
    done: dict[str, Any] = record["parts"]
    left = [part for part in parts if not (part.target.exists() and _known(part, done.get(part.source.name)))]
    # Before they are read: a table that changes meanwhile is another one to the next run.
    stamps = {part.source.name: _stamp(part) for part in left}
    for part, scored in run(left):
        done[part.source.name] = {**stamps[part.source.name], **{name: getattr(scored, name) for name in COUNTED}}
        atomic.write(target / RECORD, bundle.dumps(record))
    total = Scored()
    for part in parts:
        kept = done[part.source.name]
        total.merge(Scored(**{name: kept[name] for name in COUNTED}))
    return total, len(parts) - len(left)


def _parts(source: Path, target: Path) -> list[Part]:
    if target.is_file() or target.suffix in SUFFIXES:
        raise InputError(f"{target}: {source} is a folder, so --output must be one; name a folder")
    if not target.resolve().name:
        raise InputError(f"{target}: leaves no place beside it for the rows that cannot be scored; name another folder")
    if source.resolve() in (target.resolve(), rejected(target).resolve()):
        raise InputError(f"{target}: is the folder of the input; name another --output")
    found = sorted(path for path in source.iterdir() if path.suffix in SUFFIXES and path.name[0] not in "._")
    if not found:
        raise InputError(f"{source}: holds no .csv and no .parquet; name a folder of tables")
    return [Part(path, target / path.name, rejected(target) / path.name) for path in found]


def _record(target: Path, digest: str) -> dict[str, Any]:
    """Return what was done there, if it was done by this model."""
    try:
        record = dict(json.loads((target / RECORD).read_text("utf-8")))
        made = record["model"]
    except FileNotFoundError:
        return {"model": digest, "parts": {}}
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{target / RECORD}: is damaged ({error}); delete {target}, or name another") from error
    if made != digest:
        raise InputError(f"{target}: holds predictions of another model ({made[:12]}...); name another --output")
    return record


def _known(part: Part, kept: dict[str, Any] | None) -> bool:
    return kept is not None and {name: kept.get(name) for name in ("size", "modified")} == _stamp(part)


def _stamp(part: Part) -> dict[str, int]:
    found = part.source.stat()
    return {"size": found.st_size, "modified": found.st_mtime_ns}
