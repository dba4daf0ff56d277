"""The column that is predicted: which it is, as what, and which rows have it."""

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ..contract import Column, InputError, Refusal, Value
from .columns import Found
from .decision import Decision, Wishes

# Numbers of so few values, all whole, are classes; from FEW on only where none is rare, as the tail of a count is.
CLASSES = 10
FEW = 5
RARER = 40  # rows of the rarest class: with fewer its share of the test rows has no interval
TRUE = ("true", "1", "1.0")
YES = (*TRUE, "yes", "y", "positive", "pos", "bad", "churned", "default", "fraud", "malignant", "died", "spam")
METRICS = {"classification": "roc_auc", "multiclass": "roc_auc_ovr", "regression": "r2"}


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
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    told = f"did you mean {alike[close[0]]!r}?" if close else f"there are {', '.join(map(repr, names[:10]))}{more}"
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
            raise InputError(f"--task regression: {column.name} is no number but {column.type}; leave --task out")
        notes.append(Decision(column.name, "is the target of a regression", why))
        return Target(replace(column, role="target", required=True, missing=()), task, None, METRICS[task])
    if column.type in ("text", "datetime"):
        what = found.reason or f"is {column.type}"
        raise InputError(f"{column.name}: {what} ({found.evidence}); name another target")
    counts = values.map(str).value_counts()
    if column.type != "boolean":
        names = sorted(map(str, counts.index), key=_place)
        column = Column(column.name, "category", values=tuple(names))
    if counts.min() < RARER:
        rare = f"{counts.idxmin()!r} has {counts.min()} rows"
        told = ", or join it with another class" if len(counts) > 2 else ""
        raise Refusal(f"{column.name}: {rare}, too few for any promise; about {RARER} would do{told}")
    column = replace(column, role="target", required=True)
    shares = ", ".join(f"{name} {share:.1%}" for name, share in (counts / counts.sum()).items())
    if len(counts) > 2:
        if wishes.positive:
            many = f"{column.name} has {len(counts)} classes"
            raise InputError(f"--positive: {many}, and none of several is positive; leave it out")
        notes.append(Decision(column.name, f"is the target, one of {len(counts)} classes", f"{why}: {shares}"))
        return Target(column, "multiclass", None, METRICS["multiclass"])
    positive = _positive(counts, wishes)
    notes.append(Decision(column.name, "is the target of a classification", why))
    said = "you said; " * bool(wishes.positive)
    notes.append(Decision(column.name, f"{positive!r} is the positive class", f"{said}{shares}"))
    kept: Value = positive.lower() in TRUE if column.type == "boolean" else positive
    return Target(column, "classification", kept, METRICS["classification"])


def _task(found: Found, wishes: Wishes) -> tuple[str, str]:
    """Tell numbers from classes; how many classes there are says which of the two tasks it is."""
    counts = found.values.dropna().value_counts()
    if wishes.task:
        return wishes.task, "--task"
    if found.column.type not in ("number", "integer") or len(counts) <= 2:
        return "classification", f"{len(counts)} values"
    if found.column.type == "number" or len(counts) > CLASSES:
        return "regression", found.evidence
    if len(counts) >= FEW and counts.min() < RARER:
        rare = f"{counts.idxmin()} in {counts.min()} rows"
        return "regression", f"{len(counts)} whole numbers, {rare}: something counted; --task multiclass if not"
    return "classification", f"{len(counts)} whole numbers, each in {counts.min()} rows or more; or --task regression"


def _place(name: str) -> tuple[float, str]:
    """Return what classes are sorted by: numbers by what they are."""
    try:
        return float(name), name
    except ValueError:
        return math.inf, name


def _positive(counts: "pd.Series[int]", wishes: Wishes) -> str:
    names = [str(name) for name in counts.index]
    if wishes.positive:
        # As a spreadsheet or pandas writes a whole number.
        named = next((name for name in (wishes.positive, f"{wishes.positive}.0") if name in names), None)
        if named is None:
            raise InputError(f"--positive {wishes.positive!r}: the target holds {', '.join(map(repr, names))}")
        return named
    said = [name for name in names if name.strip().lower() in YES]
    return said[0] if len(said) == 1 else names[-1]


def labelled(table: pd.DataFrame, found: Found, notes: list[Decision]) -> "pd.Series[bool]":
    """Tell which rows have a target; the others are set apart."""
    there = found.values.notna()
    if not there.all():
        some = f"{(~there).sum()} of {len(table)} rows"
        notes.append(Decision("(rows)", f"without {found.column.name} are set apart", some))
    return there


def costs(target: Target, shares: Mapping[Any, float]) -> dict[str, Any]:
    """Return what wrong answers cost where nobody said: as if all classes weighed the same."""
    if target.task == "regression":
        return {}
    if target.task == "classification":
        positive = float(shares[target.positive])
        odds = positive / (1 - positive)
        return {"false_positive": _weight(odds), "false_negative": _weight(1 / odds)}
    names = [str(name) for name in target.column.values]
    most = max(shares.values())
    weights = {name: _weight(most / shares[name]) for name in names}
    return {"matrix": {truth: {said: weights[truth] for said in names if said != truth} for truth in names}}


def _weight(ratio: float) -> float:
    return float(min(20, max(1, round(ratio))))
