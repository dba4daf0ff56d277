"""Columns that know the answer, which a table of its own cannot tell: found by what they reach alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from .. import features
from ..contract import Contract, InputError, Refusal
from ..evaluate import forbidden, leakage
from ..gates.leakage import stands_out
from .decision import Decision
from .document import featureless
from .draft import Draft
from .target import named

ALONE = 0.98
# Of few rows an honest column or pair reaches 0.997 by chance (the petals of iris), and a copy of the target 1.
FEW, ALONE_OF_FEW = 500, 0.999
ROUNDS = 10
SAME_ORDER = 0.999
# Of the rows in which one of two columns is missing, the other is too; and so many rows, or that is chance.
TOGETHER, EMPTY = 0.9, 30


@dataclass(frozen=True)
class Suspect:
    """One column, or two together, and what they reach against all others."""

    columns: tuple[str, ...]
    said: str


Ask = Callable[[Suspect], bool]


def alone(agreed: Contract, rows: int) -> float:
    """Return what a column of so many train rows must reach to be suspected."""
    return ALONE_OF_FEW if agreed.problem.task != "regression" and rows < FEW else ALONE


def hidden(draft: Draft, names: Sequence[str]) -> Draft:
    """Set `available = false` on the columns that the user knows to be told only after the outcome."""
    for name in dict.fromkeys(names):
        role = draft.contract[named(name, [*draft.document["columns"]], "--unavailable")].role
        if role in ("target", "key", "time"):
            raise InputError(f"--unavailable {name!r}: it is the {role} of this table, and no feature; leave it out")
        note = Decision(name, "is known only afterwards: available = false", "you said")
        draft = replace(draft, document=_hide(draft.document, {name}), decisions=(*_left(draft, {name}), note))
    return draft


def without(draft: Draft, train: pd.DataFrame, ask: Ask) -> tuple[Draft, tuple[str, ...]]:
    """Set `available = false` on every suspect that nobody clears; return the cleared ones too."""
    cleared, hidden = set[str](), {column.name for column in draft.contract.columns if not column.available}
    for _ in range(ROUNDS):
        draft, cleared = _asked(draft, _with(draft.contract, train, hidden - cleared, cleared), cleared, ask)
        suspects, strongest = _suspects(draft, train)
        found = [each for each in suspects if not cleared.issuperset(each.columns)]
        if not found:
            return replace(draft, decisions=(*draft.decisions, *strongest)), tuple(sorted(cleared))
        draft, cleared = _asked(draft, found, cleared, ask)
        hidden = {name for each in found for name in each.columns}
    return draft, tuple(sorted(cleared))


def _asked(draft: Draft, suspects: Sequence[Suspect], cleared: set[str], ask: Ask) -> tuple[Draft, set[str]]:
    """Hide the suspects that are not said to be honest; return the names of all that are, now or before."""
    notes = []
    for suspect in {each.columns: each for each in suspects}.values():
        honest = ask(suspect)
        word = "is honest, you said" if honest else "is taken to be known only afterwards: available = false"
        notes.append(Decision(" and ".join(suspect.columns), word, suspect.said))
        cleared = cleared | set(suspect.columns) if honest else cleared
    hidden = {name for each in suspects for name in each.columns} - cleared
    return replace(draft, document=_hide(draft.document, hidden), decisions=(*_left(draft, hidden), *notes)), cleared


def _left(draft: Draft, hidden: set[str]) -> Iterator[Decision]:
    """Yield what was decided and still holds where these are hidden: nothing is derived of them."""
    for each in draft.decisions:
        if each.about not in hidden or not each.decided.startswith(("gives", "is known")):
            yield each


def _with(agreed: Contract, train: pd.DataFrame, hidden: set[str], cleared: set[str]) -> list[Suspect]:
    """Return the features that are missing in the same rows as a hidden column: they became known with it.

    Rows without any feature tell nothing of that.
    """
    left = [each.name for each in agreed.inputs if each.role == "feature"]
    empty = train.loc[train[left].notna().any(axis=1)].isna()
    found = []
    for name in (each for each in left if each not in cleared):
        for other in sorted(hidden & {*empty}):
            either, both = (empty[name] | empty[other]).sum(), (empty[name] & empty[other]).sum()
            if both >= max(EMPTY, TOGETHER * either):
                found.append(Suspect((name,), f"is missing where {other} is, in {both} of {either} train rows"))
                break
    return found


def _suspects(draft: Draft, train: pd.DataFrame) -> tuple[list[Suspect], list[Decision]]:
    """Return the suspects, and the one column that tells the most, for whoever knows where it comes from."""
    agreed = draft.contract
    least = alone(agreed, len(train))
    with threadpool_limits(1):
        found = leakage.alone(agreed, train, least)
    told = {tuple(one["columns"]): f"alone {found['measure']} {one['score']:.3f}" for one in found["strongest"]}
    suspects = [
        Suspect(tuple(one["columns"]), f"{told[tuple(one['columns'])]}, all others {one['rest']:.3f}")
        for one in found["strongest"]
        if stands_out(one, least)
    ]
    copies = [Suspect(tuple(one["columns"]), str(one["said"])) for one in forbidden.copies(agreed, train)]
    note = "if it is known only afterwards, say --unavailable"
    strongest = [
        Decision(names[0], "tells the most of the target", f"{said}; {note}")
        for names, said in told.items()
        if len(names) == 1
    ]
    return [*suspects, *copies, *_ordered(agreed, train)], strongest[:1]


def _ordered(agreed: Contract, train: pd.DataFrame) -> list[Suspect]:
    """Return numbers that put the rows in the order of the target, as its logarithm does."""
    if agreed.problem.task != "regression":
        return []
    wanted = train[agreed.target.name].rank().to_numpy()
    inputs = features.inputs(agreed, train)[list(agreed.numbers)]
    found = []
    for name in inputs:
        values = inputs[name].astype(float)
        same = abs(np.corrcoef(values.fillna(values.min() - 1).rank(), wanted)[0, 1]) if values.std() > 0 else 0.0
        if same > SAME_ORDER:
            found.append(Suspect((str(name),), f"has the order of the target: rank correlation {same:.4f}"))
    return found


def _hide(document: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Return the contract in which these are not available, nor what is derived from them."""
    columns = {
        name: {**column, "available": False} if name in names else column
        for name, column in document["columns"].items()
    }
    derive = [
        each for each in document.get("derive", []) if each["name"] not in names and not names & set(each["columns"])
    ]
    left = {**document, "columns": columns, "derive": derive}
    if not derive:
        left.pop("derive")
    if featureless(left):
        said = ", ".join(sorted(names))
        raise Refusal(f"{said}: knows the answer, and no other column is left; add features")
    return left
