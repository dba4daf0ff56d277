"""Make a project of somebody's own table: decide, show why, write contract, params, gates and data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from .. import atomic, config, data
from ..config import Split
from ..config.promised import LeakageGate
from ..contract import Contract, InputError, Refusal
from ..evaluate import overlap
from ..gates import FAIL, JUDGES
from . import again, honest, kept, leaks, parts, placing, promises, reading, target, texts
from .decision import Decision, Wishes
from .draft import Draft, drafted
from .leaks import Suspect
from .placing import Change

__all__ = [
    "BACKUP",
    "OWN",
    "Adopted",
    "Change",
    "Decision",
    "Suspect",
    "Wishes",
    "adopt",
    "edited",
    "place",
    "temporary",
    "unedited",
]
BACKUP, edited, unedited = placing.BACKUP, placing.edited, placing.unedited
place, temporary = placing.place, placing.temporary
OWN = (*placing.SAMPLES,)


@dataclass(frozen=True)
class Adopted:
    """What was decided, and the files that it makes."""

    decisions: tuple[Decision, ...]
    change: Change


def adopt(source: str, path: Path, wishes: Wishes, root: Path, owner: str, ask: leaks.Ask, work: Path) -> Adopted:
    """Return a project of this table, or refuse it: an InputError or a Refusal, each a sentence.

    `source` is how the table was named and `path` where it lies; `work` is a folder for what is made on the way.
    """
    raw = reading.read(path)
    draft = drafted(raw, wishes, owner)
    typed = _typed(draft, path)
    classes = None if draft.target.task == "regression" else typed[draft.target.column.name]
    wanted = Split(draft.by, parts.shares(len(typed), *parts.known(typed, draft.contract, draft.key)), draft.key)
    divided, split, draft = _split(draft, typed, wanted)
    draft, cleared = leaks.without(leaks.hidden(draft, wishes.unavailable), divided.train, ask)
    agreed = draft.contract
    _no_twins(agreed, divided, path)
    costs = target.costs(draft.target, {} if classes is None else classes.value_counts(normalize=True).to_dict())
    files: dict[str, bytes | Path] = {
        "contract.toml": texts.contract(draft.document).encode(),
        "params.toml": texts.params(draft, _plain(split), costs).encode(),
    }
    atomic.write(work / "params.toml", files["params.toml"])  # type: ignore[arg-type]
    params = config.params(work / "params.toml")
    run = honest.run(divided, agreed, params, draft.target.metric)
    notes = [*draft.decisions, *_chosen(split, divided, costs, run)]
    try:
        gates = promises.promises(run, notes, cleared)
    except Refusal as refusal:
        raise Refusal(f"{source}: {refusal}", tuple(map(str, notes))) from refusal
    files["gates.toml"] = texts.gates(gates).encode()
    atomic.write(work / "gates.toml", files["gates.toml"])  # type: ignore[arg-type]
    config.gates(work / "gates.toml")
    files |= kept.files(draft, raw, source, path, root, work, notes)
    notes.extend(again.otherwise(root, files))
    return Adopted(tuple(notes), placing.change(root, files))


def _typed(draft: Draft, path: Path) -> pd.DataFrame:
    """Return the table in the contract's types; it keeps the contract that was made of it."""
    typed, violations = data.typed(draft.table, draft.contract)
    if violations:
        said = "; ".join(str(each) for each in violations[:3])
        raise InputError(f"{path}: cannot be brought under a contract ({said}); mend these cells")
    return typed


def _split(draft: Draft, typed: pd.DataFrame, wanted: Split) -> tuple[data.Parts, Split, Draft]:
    """Split as was decided; by time only where each part, and each fold of train, has every class."""
    try:
        divided, split = parts.split(typed, draft.contract, wanted)
    except InputError as error:
        if wanted.by != "time":
            raise
        keys = tuple(column.name for column in draft.contract.columns if column.role == "key")
        divided, split = parts.split(typed, draft.contract, Split("hash", wanted.shares, keys))
        note = Decision("[split]", "not by time", str(error))
        return divided, split, replace(draft, decisions=(*draft.decisions, note))
    return divided, split, draft


def _plain(split: Split) -> dict[str, Any]:
    if split.by == "time":
        return {"by": split.by, "shares": [*split.shares]}
    key = {"key": [*split.key]} if split.key else {}
    return {"by": split.by, **key, "salt": split.salt, "shares": [*split.shares]}


def _no_twins(agreed: Contract, divided: data.Parts, path: Path) -> None:
    """Refuse rows that stand in two parts; validation stands for the test part, which is not looked at."""
    twins = overlap.twins(agreed, replace(divided, test=divided.validation))
    found = {"measure": "", "strongest": [], "findings": [], "twins": twins}
    verdict, said, _ = JUDGES["leakage"](found, LeakageGate(leaks.alone(agreed, len(divided.train))))
    if verdict == FAIL:
        said = said.replace("of the test rows", "of the validation rows")
        raise Refusal(f"{path}: {said}: take out the rows that stand there twice, or name by --key what they share")


def _chosen(split: Split, divided: data.Parts, costs: Mapping[str, Any], run: honest.Run) -> list[Decision]:
    sizes = f"{len(divided.train)} rows train, {len(divided.validation)} validation, {len(divided.test)} test"
    if (test := split.shares[-1]) > parts.LEAST_TEST:
        what = "keys" if split.key else "rows"
        sizes += f"; {test:.0%} of the {what} are tested, not {parts.LEAST_TEST:.0%}: they, or a class of them, are few"
    by = parts.worded(split.by, split.key)
    notes = [Decision("[split]", by if len(by) < 80 else "by hash of all other columns", sizes)]
    if costs:
        dearest = max(max(row.values()) for row in costs.get("matrix", {"": costs}).values())
        why = "its classes are about as frequent" if dearest == 1 else "rarer classes are dearer, so all weigh alike"
        notes.append(Decision("[costs]", _priced(costs), f"nobody said: {why}"))
    record = run.trained.record
    notes.append(
        Decision("[train]", f"{record['family']} is the first winner", f"of {len(record['finalists'])} families")
    )
    return notes


def _priced(costs: Mapping[str, Any]) -> str:
    if "matrix" not in costs:
        alarm, miss = costs["false_positive"], costs["false_negative"]
        if alarm > 1:
            return f"a false alarm costs {alarm:g} times a miss"
        return f"a miss costs {miss:g} times a false alarm" if miss > 1 else "a miss costs as much as a false alarm"
    dear = [f"{truth} {cost:g}" for truth, row in costs["matrix"].items() if (cost := max(row.values())) > 1]
    return f"a miss costs 1, but of {', '.join(dear)}" if dear else "every mistake costs the same"
