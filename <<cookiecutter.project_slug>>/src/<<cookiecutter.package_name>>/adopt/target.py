"""The column that is predicted: which it is, as what, and which rows have it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ..contract import Column, InputError, Refusal, Value
from .columns import Found
from .decision import Decision, Wishes

# Numbers of so few values, all whole, are classes.
CLASSES = 10
RARER = 40  # rows of the rarer class: with fewer its share of the test rows has no interval
YES = ("yes", "y", "true", "1", "positive", "pos", "bad", "churned", "default", "fraud", "malignant", "died", "spam")
METRICS = {"classification": "roc_auc", "regression": "r2"}


@dataclass(frozen=True)
class Target:
    """What is predicted, and how its model is measured."""

    column: Column
    task: str
    positive: Value | None
    metric: str


def named(wanted: str, names: list[str], option: str) -> str:
    """Return the column that was asked for; one that is not there gets a suggestion."""
    if wanted in names:
        return wanted
    alike = {name.casefold().replace("_", " ").strip(): name for name in names}
    close = difflib.get_close_matches(wanted.casefold().replace("_", " ").strip(), [*alike], 1)
    told = f"did you mean {alike[close[0]]!r}?" if close else f"there are {', '.join(map(repr, names[:10]))}"
    raise InputError(f"{option} {wanted!r}: the table has no such column; {told}")


def chosen(found: Found, wishes: Wishes, notes: list[Decision]) -> Target:
    """Return what is predicted; a column that nobody can predict is refused."""
    column, values = found.column, found.values.dropna()
    if values.nunique() < 2:
        many = "no value" if values.empty else f"one value, {values.iloc[0]!r},"
        raise Refusal(f"{column.name}: has {many} in all rows; there is nothing to predict")
    task, why = _task(found, wishes)
    if task == "regression":
        if column.type not in ("number", "integer"):
            raise InputError(f"--task regression: {column.name} is a {column.type}, no number; leave --task out")
        notes.append(Decision(column.name, "is the target of a regression", why))
        return Target(replace(column, role="target", required=True, missing=()), task, None, METRICS[task])
    if column.type == "text":
        raise InputError(f"{column.name}: {found.reason or 'is text'} ({found.evidence}); name another target")
    counts = values.map(str).value_counts()
    if len(counts) > 2:
        raise InputError(
            f"{column.name}: has {len(counts)} classes, and adopt knows two values, or numbers by --task regression; "
            'name another target, or write contract.toml by hand with task = "multiclass"'
        )
    if column.type != "boolean":
        column = Column(column.name, "category", values=tuple(sorted(counts.index)))
    if counts.min() < RARER:
        rare = f"{counts.idxmin()!r} has {counts.min()} rows"
        raise Refusal(f"{column.name}: {rare}, too few for any promise; about {RARER} would do")
    positive = _positive(counts, wishes)
    notes.append(Decision(column.name, f"is the target of a {task}", why))
    shares = ", ".join(f"{name} {share:.1%}" for name, share in (counts / counts.sum()).items())
    notes.append(Decision(column.name, f"{positive!r} is the positive class", shares))
    kept: Value = positive.lower() in ("true", "1") if column.type == "boolean" else positive
    return Target(replace(column, role="target", required=True), task, kept, METRICS[task])


def _task(found: Found, wishes: Wishes) -> tuple[str, str]:
    distinct = found.values.dropna().nunique()
    if wishes.task:
        return wishes.task, "--task"
    whole = found.column.type == "integer" and distinct <= CLASSES
    if found.column.type in ("number", "integer") and distinct > 2 and not whole:
        return "regression", found.evidence
    return "classification", f"{distinct} values"


def _positive(counts: "pd.Series[int]", wishes: Wishes) -> str:
    names = [str(name) for name in counts.index]
    if wishes.positive:
        if wishes.positive not in names:
            raise InputError(f"--positive {wishes.positive!r}: the target holds {', '.join(map(repr, names))}")
        return wishes.positive
    said = [name for name in names if name.strip().lower() in YES]
    return said[0] if len(said) == 1 else names[-1]


def labelled(table: pd.DataFrame, found: Found, notes: list[Decision]) -> "pd.Series[bool]":
    """Tell which rows have a target; the others are set apart."""
    there = found.values.notna()
    if not there.all():
        some = f"{(~there).sum()} of {len(table)} rows"
        notes.append(Decision(found.column.name, "rows without it are set apart", some))
    return there


def costs(target: Target, shares: Mapping[Any, float]) -> dict[str, float]:
    """Return what wrong answers cost where nobody said: as if both classes weighed the same."""
    positive = float(shares[target.positive])
    return {"false_positive": 1.0, "false_negative": float(min(20, max(1, round((1 - positive) / positive))))}
