"""The files of an adopted table: contract, params, gates and the card of the data."""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..contract import InputError
from . import toml
from .decision import Decision
from .draft import Draft
from .parts import FOLDS

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=False,  # noqa: S701 (TOML and Markdown, escaped where they are made)
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
SIGNED = "# Written by ml data adopt: "
CARD = ("<!-- Written by ml data adopt: ", " -->")
FEW = 2000  # rows: below, leaves of a few rows remember them
MANY = 30_000  # rows: from here on one least is tried, which halves the time of the forest
# Of several classes each round of boosting grows one tree a class: so many in all, in fewer, larger steps.
TREES = 300
LEAST = 20  # rounds, also where they grow more


def families(task: str, rows: int, classes: int) -> dict[str, dict[str, Any]]:
    """Return what is tried for a task: a line, a forest and boosted trees, bounded so that they stay small."""
    few = rows < FEW
    leaves = [5, 20] if few else [10, 40] if rows < MANY else [10]
    rounds, rates = (100, [0.03, 0.1]) if 100 * classes <= TREES else (max(LEAST, TREES // classes), [0.1, 0.3])
    boosting = {"max_iter": rounds, "max_leaf_nodes": 4 if few else 8}
    forest = {"n_estimators": 100, "max_leaf_nodes": 50 if few else 200}
    if task == "regression":
        return {
            "linear": _family("linear_model.Ridge", {}, {"alpha": [0.1, 10.0, 100.0]}),
            "forest": _family("ensemble.RandomForestRegressor", forest, {"min_samples_leaf": leaves}),
            "boosting": _family("ensemble.HistGradientBoostingRegressor", boosting, {"learning_rate": rates}),
        }
    return {
        "linear": _family("linear_model.LogisticRegression", {"max_iter": 1000}, {"C": [0.03, 0.3, 3.0]}),
        "forest": _family("ensemble.RandomForestClassifier", forest, {"min_samples_leaf": leaves}),
        "boosting": _family("ensemble.HistGradientBoostingClassifier", boosting, {"learning_rate": rates}),
    }


def _family(estimator: str, fixed: dict[str, Any], grid: dict[str, Any]) -> dict[str, Any]:
    return {"estimator": f"sklearn.{estimator}", **({"fixed": fixed} if fixed else {}), "grid": grid}


def contract(document: Mapping[str, Any]) -> str:
    """Return contract.toml."""
    tables = [toml.table("problem", document["problem"])]
    tables += [toml.table(f"columns\x1f{name}", column) for name, column in document["columns"].items()]
    tables += [toml.table("derive", each, many=True) for each in document.get("derive", [])]
    return _signed(_filled("contract.jinja", tables=tables))


def params(draft: Draft, split: Mapping[str, Any], costs: Mapping[str, Any]) -> str:
    """Return params.toml."""
    tried = families(draft.target.task, len(draft.table), len(draft.target.column.values))
    text = _filled(
        "params.jinja",
        split=toml.table("split", split),
        train=toml.table("train", {"scoring": draft.target.metric, "folds": FOLDS, "seed": 0}),
        families=[toml.table(f"train\x1ffamilies\x1f{name}", each) for name, each in tried.items()],
        costs=_priced(costs),
        several="matrix" in costs,
    )
    return _signed(text)


def _priced(costs: Mapping[str, Any]) -> str:
    """Return the costs of wrong answers: of several classes a table for each truth."""
    tables = [toml.table(f"costs\x1fmatrix\x1f{truth}", row) for truth, row in costs.get("matrix", {}).items()]
    return "\n".join(tables) if tables else toml.table("costs", costs) if costs else ""


def gates(promises: Mapping[str, Mapping[str, Any]]) -> str:
    """Return gates.toml; why a gate refuses nothing is told as of this table, which later ones may be unlike."""
    dated = {
        name: {key: f"as adopted, {value}" if key == "report_only" else value for key, value in each.items()}
        for name, each in promises.items()
    }
    return _signed(_filled("gates.jinja", **{name: toml.table(name, each) for name, each in dated.items()}))


def card(draft: Draft, source: str, origin: str, apart: tuple[str, int], seen: Sequence[Decision]) -> str:
    """Return the README of the data; `apart` are a table of rows without a target, and how many."""
    agreed = draft.contract
    told = {each.about: each.evidence for each in reversed(seen)}
    columns = [
        {
            "name": _cell(column.name),
            "type": column.type,
            "role": column.role if column.available else "known only afterwards",
            "seen": _cell(told.get(column.name, "")),
        }
        for column in agreed.columns
    ]
    lines = [_cell(str(each)) for each in seen if each.about[:1] != "["]
    text = _filled(
        "card.jinja",
        source=source,
        rows=len(draft.table),
        columns=columns,
        origin=_cell(origin),
        unlabelled=apart[1],
        target=_cell(agreed.target.name),
        apart=apart[0],
        decisions=lines,
    )
    return _signed(text, *CARD)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("`", "'").replace("<", "&lt;").split())


def _filled(template: str, **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(values).rstrip("\n") + "\n"


def _signed(text: str, mark: str = SIGNED, end: str = "") -> str:
    """Return a file with the digest of its text, so that an edit by hand is seen later."""
    return f"{text}\n{mark}{hashed(text)}{end}\n"


def signed(text: str) -> bool:
    """Tell whether a file is, to the letter, what adopt wrote."""
    for mark, end in ((SIGNED, ""), CARD):
        head, found, last = text.rpartition(f"\n{mark}")
        if found and last == f"{hashed(head)}{end}\n":
            return True
    return False


def hashed(text: str) -> str:
    """Return a digest of a text, to the letter."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest(text: str) -> str:
    """Return a digest of what a TOML file of the sample says, but for who owns it: comments mean nothing there."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"a file of the project is no TOML ({error}); mend it") from error
    document.get("problem", {}).pop("owner", None)
    return hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest()[:16]
