"""Tables that hold no leak, and the leaks that are planted in them."""

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measured import config, contract, data
from sklearn import datasets

# Projects made from the template, below the folder that this is started in.
SAMPLES = {"customers": Path("classification"), "bikes": Path("regression")}
NUMBER = {"type": "number"}


@dataclass(frozen=True)
class Table:
    """A table as it is read, its contract, how it is split, and the target as numbers."""

    raw: pd.DataFrame
    document: dict[str, Any]
    split: config.Split
    y: Any

    @property
    def classes(self) -> bool:
        """Tell whether two classes are told apart."""
        return bool(self.document["problem"]["task"] == "classification")

    def plus(self, columns: Mapping[str, Any], **described: Any) -> "Table":
        """Return the table with more columns; those that are not described are numbers."""
        document = copy.deepcopy(self.document)
        document["columns"] |= {name: described.get(name, NUMBER) for name in columns}
        return replace(self, raw=self.raw.assign(**columns), document=document)


def tables() -> Iterator[tuple[str, Table]]:
    """Yield the tables in which leaks are planted."""
    for name, folder in SAMPLES.items():
        agreed, document = contract.read(folder / "contract.toml")
        raw = data.read(folder / "data" / "sample.csv")
        told = raw[agreed.target.name]
        y = (told == agreed.problem.positive) if agreed.problem.task == "classification" else told
        yield name, Table(raw, document, config.params(folder / "params.toml").split, y.to_numpy(float))
    for name, load in (("breast cancer", datasets.load_breast_cancer), ("diabetes", datasets.load_diabetes)):
        known = load(as_frame=True)
        yield name, _of(known.data, known.target.to_numpy(float))


def digits() -> Iterator[tuple[str, Table]]:
    """Yield each pair of digits that is to be told apart."""
    known = datasets.load_digits(as_frame=True)
    for one, other in itertools.combinations(range(10), 2):
        some = known.target.isin([one, other])
        yield f"digits {one} and {other}", _of(known.data[some], (known.target[some] == one).to_numpy(float))


def _of(table: pd.DataFrame, y: Any) -> Table:
    """Return a table of numbers, split by a hash of its rows."""
    classes = set(np.unique(y)) == {0, 1}
    problem = {**dict.fromkeys(("question", "decision", "owner"), "none"), "target": "target"}
    problem |= {"task": "classification", "positive": "1"} if classes else {"task": "regression"}
    target = {"type": "category", "values": ["0", "1"]} if classes else NUMBER
    columns = dict.fromkeys(table, NUMBER) | {"target": target | {"role": "target"}}
    document = {"problem": problem, "columns": columns}
    raw = table.reset_index(drop=True).assign(target=[str(int(v)) for v in y] if classes else y).astype(object)
    return Table(raw, document, config.Split(by="hash", salt="1"), y)


def _noisy(table: Table, rng: Any) -> Table:
    return table.plus({"leak": table.y + rng.normal(0, 0.1 * np.std(table.y), len(table.y))})


def _sum(table: Table, rng: Any) -> Table:
    part = rng.normal(0, 2 * np.std(table.y), len(table.y))
    return table.plus({"leak": table.y - part, "other": part})


def _difference(table: Table, rng: Any) -> Table:
    part = rng.normal(0, 2 * np.std(table.y), len(table.y))
    return table.plus({"leak": table.y + part, "other": part})


def _ratio(table: Table, rng: Any) -> Table:
    part = rng.uniform(1, 5, len(table.y))
    return table.plus({"leak": (table.y if table.y.min() > 0 else table.y + 1) * part, "other": part})


def _category(table: Table, _: Any) -> Table:
    bins = table.y if table.classes else pd.Series(table.y).rank(pct=True).mul(30).round()
    kinds = [f"kind {value:g}" for value in bins]
    return table.plus({"leak": kinds}, leak={"type": "category", "values": sorted(set(kinds))})


def _missing(table: Table, rng: Any) -> Table:
    filled = np.where(table.y == 1, rng.normal(size=len(table.y)), np.nan)
    return table.plus({"leak": filled}, leak=NUMBER | {"required": False})


def _twins(table: Table, rng: Any) -> Table:
    some = table.raw.sample(frac=0.2, random_state=0)
    if "customer_id" in some:
        some = some.assign(customer_id=[str(9_000_000 + i) for i in range(len(some))])
    else:
        name = str(some.columns[0])
        some = some.assign(**{name: some[name].astype(float) + 1e-6 * rng.random(len(some))})
    raw = pd.concat([table.raw, some], ignore_index=True)
    return replace(table, raw=raw, y=np.append(table.y, table.y[some.index]))


def _again(table: Table, rng: Any) -> Table:
    hidden = rng.normal(size=len(table.y))
    return table.plus({"hidden": hidden, "leak": np.exp(hidden)}, hidden=NUMBER | {"available": False})


def _keys(table: Table, rng: Any) -> Table:
    keys = {"customer": [str(i // 3) for i in range(len(table.y))], "leak": rng.integers(0, 10**6, len(table.y))}
    document = copy.deepcopy(table.document)
    for described in document["columns"].values():
        if described.get("role") == "key":
            described["role"] = "ignore"
    planted = replace(table, document=document).plus(
        keys, customer={"type": "category", "values": sorted(set(keys["customer"])), "role": "key"}
    )
    return replace(planted, split=replace(table.split, by="hash", key=("leak",), salt="1"))


def _later(table: Table, rng: Any) -> Table:
    own = [name for name, described in table.document["columns"].items() if described.get("role") == "time"]
    begin = pd.Timestamp("2024-01-01")
    moments = pd.to_datetime(table.raw[own[0]]) if own else begin + pd.to_timedelta(np.arange(len(table.y)), "h")
    late = pd.Series(moments) + pd.to_timedelta(rng.integers(1, 30, len(table.y)), "D")
    told = {} if own else {"made": pd.Series(moments).dt.strftime("%Y-%m-%dT%H:%M:%S")}
    kinds = {"leak": {"type": "datetime"}, "made": {"type": "datetime", "role": "time"}}
    planted = table.plus({**told, "leak": late.dt.strftime("%Y-%m-%dT%H:%M:%S")}, **kinds)
    known = planted.document.get("derive", [])
    made = {"name": "waited", "operation": "days_between", "columns": [own[0] if own else "made", "leak"]}
    return replace(planted, document={**planted.document, "derive": [*known, made]})


def _switched_on(table: Table, _: Any) -> Table:
    document = copy.deepcopy(table.document)
    for name in ("casual", "registered"):
        del document["columns"][name]["available"]
    return replace(table, document=document)


Plant = Callable[[Table, Any], Table]
# With the word that the refusal has to say.
PLANTS: Mapping[str, tuple[Plant, str]] = {
    "target with noise": (_noisy, "leak alone"),
    "sum of two": (_sum, "leak and other alone"),
    "difference of two": (_difference, "leak and other alone"),
    "ratio of two": (_ratio, "leak and other alone"),
    "category": (_category, "leak alone"),
    "missing values that tell": (_missing, "leak alone"),
    "near duplicates": (_twins, "have a twin in train"),
    "copy of an unavailable column": (_again, "leak repeats hidden"),
    "keys in two parts": (_keys, "share their key"),
    "later moment": (_later, "leak lies after"),
    "casual and registered": (_switched_on, "casual and registered alone"),
}


def fits(plant: str, name: str, table: Table) -> bool:
    """Tell whether a leak can be planted in a table: only of classes a missing value tells all, and time is unique."""
    if plant == "missing values that tell":
        return table.classes
    if plant == "near duplicates":
        return name != "bikes"
    return plant != "casual and registered" or name == "bikes"
