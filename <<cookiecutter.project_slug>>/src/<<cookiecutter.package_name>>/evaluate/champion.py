"""The model in production against its challenger, on rows that neither trained on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .. import data, features, model, tensors
from ..bundle import Bundle
from ..config import Evaluate
from ..contract import Contract, Problem, classes
from .gains import gain
from .metrics import Rows

TEST = 2  # the number of the part that neither may have trained on


def against(
    rows: Rows,
    raw: pd.DataFrame,
    contract: Contract,
    split: Mapping[str, Any],
    champion: Bundle,
    metric: str,
    params: Evaluate,
) -> dict[str, Any]:
    """Measure how much better `rows`, predictions of the challenger on the test part, are than the champion's.

    Both are complete models: the champion answers by its own export, contract and rule, and reads the test part as the
    source holds it (`raw`), for only so it is told what it would be told in production.
    """
    loaded = model.load(champion, "the champion")
    named = {"version": champion.manifest["version"], "digest": champion.digest}
    reason = incomparable(split, champion.manifest["split"], contract, loaded.contract)
    if not reason:
        known, reason = reread(raw, loaded.contract, champion.manifest["split"])
    if reason:
        return {**named, "incomparable": reason}
    scores = loaded.scores(tensors.stacked(loaded.contract, features.arrays(loaded.contract, known)))
    return {
        **named,
        "metric": metric,
        **gain(metric, rows, Rows(rows.truth, scores, loaded.rule), params.resamples),
    }


def incomparable(ours: Mapping[str, Any], theirs: Mapping[str, Any], contract: Contract, champion: Contract) -> str:
    """Return why two models cannot be compared on our test rows, or nothing.

    The champion saw none of them where both splits hash the same key, salt and shares, or where its cut into the test
    part is not later than ours.
    """
    old, new = champion.problem, contract.problem
    if (old.task, old.target, old.positive) != (new.task, new.target, new.positive):
        return f"it predicts {_predicted(old)}, not {_predicted(new)}"
    if old.task == "multiclass" and classes(champion.target) != classes(contract.target):
        return f"it knows the classes {', '.join(map(str, classes(champion.target)))}, in this order"
    if reason := _seen(ours, theirs):
        return reason
    for column in champion.read:
        found = next((c for c in contract.columns if c.name == column.name), None)
        if champion.demands(column) if found is None else found.type != column.type:
            return f"it needs the column {column.name} ({column.type}), which the table no longer has"
    return ""


def _seen(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """Return why it may have seen our test rows, and what to keep, or nothing."""
    seen = "so that it may have trained on our test rows; keep"
    if not ours["by"] == theirs["by"] == "time":
        return f"its split differs, {seen} [split] as it was" if ours != theirs else ""
    if ours["column"] != theirs["column"]:
        return f'it is split by {theirs["column"]}, not by {ours["column"]}, {seen} role = "time" on that column'
    if theirs["cuts"][1] > ours["cuts"][1]:
        begin = f"its test rows begin at {theirs['cuts'][1]}, ours at {ours['cuts'][1]} already"
        return f"{begin}, {seen} the newest rows, and the shares of [split]"
    return ""


def _predicted(problem: Problem) -> str:
    named = f"{problem.target} ({problem.task})"
    return named if problem.positive is None else f"{named} = {problem.positive}"


def reread(raw: pd.DataFrame, contract: Contract, split: Mapping[str, Any]) -> tuple[pd.DataFrame, str]:
    """Return test rows of the source as the contract of a model cleans and types them, or why that proves nothing.

    By another contract it would be told spellings that it never met, and look worse than it is; and a key of another
    type or spelling has another hash, so that rows that are unseen by our split may be of its train part.
    """
    columns, unread = {}, ""
    for column in contract.columns:
        values = raw[column.name] if column.name in raw else pd.Series(None, raw.index, dtype=object)
        cleaned = tensors.clean(column, [*values.where(values.notna(), None)])
        columns[column.name], wrong = data.convert(pd.Series(cleaned, raw.index), column)
        if column in contract.read and wrong.any() and not unread:
            unread = f"it reads {column.name} as {column.type}, which {wrong.sum()} test rows do not hold"
    known = pd.DataFrame(columns, raw.index)
    elsewhere = int((data.parted(known, split) != TEST).sum()) if split["by"] == "hash" and not unread else 0
    if elsewhere:
        key = ", ".join(split["key"])
        unread = f"its contract reads the key {key} so that {elsewhere} test rows are none of its own"
    return known, unread
