"""Everything that was found in recent rows, and the one verdict: calm or drifted."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..contract import Contract, InputError
from ..data import Violation
from ..gates import FAIL, Verdict
from .drift import Drift

# A rule that a larger share of rows breaks is drift; a smaller one is reported.
STRANGE = 0.01


@dataclass(frozen=True)
class Watch:
    """What was found in so many rows; the promises are judged where labels came back."""

    version: str
    rows: int
    drifts: Sequence[Drift]
    broken: Sequence[Violation]
    volume: str
    labelled: int
    promises: Sequence[Verdict]
    shared: int = 0  # labels of rows that nothing tells apart: they are left out
    unjudged: str = ""  # why the promises could not be judged, though labels came

    @property
    def alarms(self) -> list[str]:
        """Return everything that is drift, one phrase each."""
        moved = [f"{drift.column} (effect {drift.effect:.3f})" for drift in self.drifts if drift.drifted]
        unseen = [f"{d.column} (unseen categories)" for d in self.drifts if d.unseen > STRANGE and not d.drifted]
        broken = [f"{each.column} ({each.rule})" for each in self.broken if each.count > STRANGE * self.rows]
        failed = [f"the promise of {verdict.gate}" for verdict in self.promises if verdict.verdict == FAIL]
        return [*([self.volume] if self.volume else []), *moved, *unseen, *broken, *failed]

    @property
    def headline(self) -> str:
        """Say in one sentence what was decided, and in another what could not be."""
        more = f" Labels could not be judged: {self.unjudged}." if self.unjudged else ""
        if self.alarms:
            return f"Drifted: {', '.join(self.alarms)}.{more}"
        calm = f"nothing has drifted in {self.rows} rows.{more}"
        return f"Not judged: {calm}" if self.unjudged else f"Calm: {calm}"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "verdict": "drifted" if self.alarms else "unjudged" if self.unjudged else "calm",
            "alarms": self.alarms,
            "version": self.version,
            "rows": self.rows,
            "columns": [asdict(drift) | {"missing": drift.missing, "unseen": drift.unseen} for drift in self.drifts],
            "broken": [{"column": each.column, "rule": each.rule, "rows": each.count} for each in self.broken],
            "labelled": self.labelled,
            "shared": self.shared,
            "promises": [verdict.as_dict() for verdict in self.promises],
            "unjudged": self.unjudged,
        }


def volume(rows: int, expected: Sequence[int]) -> str:
    """Return what is wrong with the number of rows, or nothing."""
    if not expected or expected[0] <= rows <= expected[1]:
        return ""
    return f"the volume ({rows} rows, {expected[0]} to {expected[1]} are expected)"


def strange(found: Sequence[Violation], contract: Contract) -> list[Violation]:
    """Return the rules broken by rows; an unseen category is counted with its column, as the service counts it."""
    categories = {column.name for column in contract.columns if column.type == "category"}
    return [each for each in found if each.rows and not (each.column in categories and "is none of" in each.rule)]


def logged(path: Path) -> pd.DataFrame:
    """Read the rows of a prediction log of the service; a last line that is still being written is left out."""
    rows = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                break
            try:
                rows.append(dict(json.loads(line)["row"]))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    f"{path}: line {number} is none of a prediction log ({error}); name another"
                ) from error
    return pd.DataFrame(rows, dtype=object)


def joint(rows: pd.DataFrame, labels: pd.DataFrame, contract: Contract) -> list[str]:
    """Return by which columns labels are joined: the key, and the time too where both have it and a key repeats.

    Without a key it is the time alone, where no two rows may share one.
    """
    key = [column.name for column in contract.columns if column.role == "key"]
    if not key and contract.time and contract.time.unique:
        return [contract.time.name]
    both = rows.columns.intersection(labels.columns)
    if not key or not contract.time or not {*key, contract.time.name} <= {*both}:
        return key
    if rows[contract.time.name].isna().all():
        return key
    repeats = labels.duplicated(key).any() or rows.duplicated(key).any()
    return [*key, contract.time.name] if repeats else key


def joined(
    rows: pd.DataFrame, labels: pd.DataFrame, contract: Contract, where: str, key: Sequence[str]
) -> pd.DataFrame:
    """Return the typed rows whose label came back, with it, joined by these columns."""
    if not key:
        raise InputError(
            'contract.toml: no column has role = "key" and no time is unique, by which labels could be joined; give one'
        )
    for name in (*key, contract.target.name):
        if name not in labels:
            raise InputError(f"{where}: has no column {name}, by which labels are joined; add it")
    for name in key:
        if name not in rows or rows[name].isna().all():
            said = f"the rows to monitor have no {name}, by which labels are joined"
            raise InputError(f"{said}; add it, or serve with --log-keys")
    known = labels.dropna(subset=[*key, contract.target.name])
    if known.empty:
        named = " and ".join([*key, contract.target.name])
        raise InputError(f"{where}: no row has {named}; give the labels that are known")
    twice = known.duplicated(key, keep=False)
    if contract.time and contract.time.name in key and not twice.all():
        # Nothing more tells them apart: which row each is of is unknown.
        known = known[~twice]
    elif twice.any():
        time = contract.time.name if contract.time and contract.time.name not in key else ""
        more = f", or give {time} in the labels and in the rows to monitor" if time else ""
        said = f"{twice.sum()} labels share their {' and '.join(key)}"
        raise InputError(f"{where}: {said}; keep one each{more}")
    found = rows.drop(columns=contract.target.name, errors="ignore").merge(known, on=[*key], how="inner")
    if found.empty:
        raise InputError(f"{where}: no label has the key of a row to monitor; check that both speak of the same rows")
    return found
