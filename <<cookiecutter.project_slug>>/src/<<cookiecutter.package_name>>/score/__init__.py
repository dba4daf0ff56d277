"""Batch predictions: tables of any length through the model of a bundle, in flat memory."""

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from .. import bundle, model, tensors
from ..contract import InputError, Refusal, classes
from ..data import tables
from ..model import Model
from ..rule import CostMatrix, labels
from .rows import Rows, absent, read

__all__ = ["Part", "Scored", "elsewhere", "rejected", "table"]
# Which row of its table a bad one is, the first below the header being 1, and what is wrong with it.
ASIDE = (pa.field("input_row", pa.int64()), pa.field("reasons", pa.string()))
Told = Callable[[int], object]


@dataclass(frozen=True)
class Part:
    """One table to be scored, and where its predictions and its bad rows go."""

    source: Path
    target: Path
    aside: Path


@dataclass
class Scored:
    """What became of the rows of one table."""

    rows: int = 0
    rejected: int = 0
    unseen: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, read: int, found: Rows, lacking: list[str]) -> None:
        """Count a batch, of a table that lacks these columns."""
        self.rows += read
        self.absent.update(dict.fromkeys(lacking, read))
        self.unseen.update(found.unseen)
        if found.faults:
            self.rejected += int(found.bad.sum())
            self.reasons.update({f"{each.column} {each.rule}": int(each.rows.sum()) for each in found.faults})

    def merge(self, other: "Scored") -> None:
        """Count another table too."""
        self.rows += other.rows
        self.rejected += other.rejected
        self.unseen.update(other.unseen)
        self.absent.update(other.absent)
        self.reasons.update(other.reasons)


def table(part: Part, loaded: Model, *, strict: bool = False, told: Told = lambda _: None) -> Scored:
    """Write the rows of a table, every column kept, with their predictions; `told` hears of every batch.

    Rows that cannot be scored go to a table of their own, with their numbers and the reasons.

    Raises:
        Refusal: there are such rows, and `strict` is set; nothing is written.
    """
    done = Scored()
    for path in (part.target, part.aside):
        tables.sweep(path)
    with tables.reading(part.source) as (schema, batches):
        lacking = absent(loaded.contract, schema.names, str(part.source))
        added = _fields(loaded)
        scored = _widened(schema, part.source, added)
        refused = _widened(schema, part.source, [*ASIDE])
        # The predictions come last: where they are, the bad rows are too.
        with tables.writing(part.target, scored) as write, tables.writing(part.aside, refused) as reject:
            for batch in batches:
                found = read(loaded.contract, batch)
                if found.faults:
                    if strict:
                        raise _refusal(part.source, done.rows, found)
                    why = [pa.array(found.places(done.rows)), pa.array(found.reasons())]
                    reject(_beside(batch.filter(pa.array(found.bad)), refused, why))
                write(_predicted(batch, found, loaded, scored))
                done.add(batch.num_rows, found, lacking)
                told(batch.num_rows)
    if not done.rejected:
        part.aside.unlink()
    return done


def elsewhere(part: Part, packed: bytes, strict: bool) -> Scored:  # noqa: FBT001 (a task has no keywords)
    """Do the same on a worker of a cluster, which sees the same disk."""
    return table(part, _opened(packed), strict=strict)


@functools.lru_cache(maxsize=1)
def _opened(packed: bytes) -> Model:
    """Return the model: a worker opens it once, not once a table."""
    return model.load(bundle.unpack(packed))


def rejected(target: Path) -> Path:
    """Return where the rows go that cannot be scored: a table or folder of its own beside the predictions."""
    if target.name in ("", ".."):
        target = target.resolve()  # it has a name of its own
    return target.with_name(f"{target.stem}.rejected{target.suffix}")


def _fields(loaded: Model) -> list[pa.Field]:
    """Return what is added to each row; names that a column of the table hardly has."""
    if loaded.rule is None:
        return [pa.field("predicted_value", pa.float64())]
    if isinstance(loaded.rule, CostMatrix):
        named = [pa.field(f"predicted_probability_{name}", pa.float64()) for name in loaded.rule.classes]
        return [pa.field("predicted_label", pa.string()), *named]
    label = pa.scalar(loaded.contract.problem.positive).type
    return [pa.field("predicted_label", label), pa.field("predicted_probability", pa.float64())]


def _widened(schema: pa.Schema, source: Path, fields: list[pa.Field]) -> pa.Schema:
    there = [each.name for each in fields if each.name in schema.names]
    if there:
        raise InputError(f"{source}: has a column {' and a column '.join(there)} already; rename or drop what is there")
    for each in fields:
        schema = schema.append(each)
    return schema


def _predicted(batch: pa.RecordBatch, found: Rows, loaded: Model, schema: pa.Schema) -> pa.RecordBatch:
    columns = found.columns
    if found.faults:
        good = ~found.bad
        batch, columns = batch.filter(pa.array(good)), {name: values[good] for name, values in columns.items()}
    rule, known = loaded.rule, classes(loaded.contract.target)
    several = isinstance(rule, CostMatrix)
    empty = np.empty((0, len(known)) if several else 0)
    scores = loaded.scores(tensors.stacked(loaded.contract, columns)) if batch.num_rows else empty
    added: list[Any] = [pa.array(each) for each in scores.T] if several else [pa.array(scores)]
    if rule is not None:
        named = known if several else (loaded.contract.negative, loaded.contract.problem.positive)
        added.insert(0, pa.array(named).take(pa.array(labels(scores, rule))))
    return _beside(batch, schema, added)


def _beside(batch: pa.RecordBatch, schema: pa.Schema, added: list[pa.Array]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([*batch.columns, *added], schema=schema)


def _refusal(source: Path, before: int, found: Rows) -> Refusal:
    """Name the first rows that cannot be scored; nobody has read those behind them."""
    places = found.places(before)[:5]
    findings = tuple(f"row {place}: {why}" for place, why in zip(places, found.reasons()[:5], strict=True))
    said = f"{source}: holds rows that cannot be scored, the first of them listed above; no row of it was written"
    return Refusal(f"{said}, and without --strict each is set aside with its reasons.", findings)
