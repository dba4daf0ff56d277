"""What is tried: `params.toml` as frozen dataclasses."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ..contract import InputError, parsed, section, strict, table

LEAST_SAMPLE = 1000  # rows: on fewer no search could be trusted


@dataclass(frozen=True)
class Split:
    """How rows are divided into train, validation and test."""

    by: str
    shares: tuple[float, ...] = (0.6, 0.2, 0.2)
    key: tuple[str, ...] = ()
    salt: str = ""


@dataclass(frozen=True)
class Family:
    """One kind of estimator, its fixed arguments, and the grid of those to search."""

    name: str
    estimator: str
    fixed: Mapping[str, Any]
    grid: Mapping[str, Any]


@dataclass(frozen=True)
class Train:
    """The search: scoring is a scorer name of scikit-learn; candidates are tried on so many train rows at most."""

    scoring: str
    folds: int
    seed: int
    families: tuple[Family, ...]
    sample: int = 20_000


@dataclass(frozen=True)
class Costs:
    """What a wrong answer costs; the unit does not matter, the ratio does."""

    false_positive: float = 1.0
    false_negative: float = 1.0
    # Of several classes: the truth, what was said instead, and what that costs; a pair that is not named costs 1.
    matrix: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluate:
    """How finely the intervals are resampled."""

    resamples: int = 1000


@dataclass(frozen=True)
class Monitor:
    """What is watched: a path or an https URL of recent rows (none: nothing is), and how many are expected."""

    source: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Source:
    """The database whose answer `ml data refresh` makes the snapshot that the lock names."""

    database: str = ""
    query: str = ""
    snapshot: str = "data/snapshot.parquet"


@dataclass(frozen=True)
class Serving:
    """What answers: "onnx", or "sklearn" for a model that cannot be exported, at many times the cost."""

    backend: str = "onnx"


@dataclass(frozen=True)
class Params:
    """Everything in `params.toml`."""

    split: Split
    train: Train
    costs: Costs
    evaluate: Evaluate
    monitor: Monitor
    serving: Serving
    source: Source


def params(path: Path) -> Params:
    """Read `params.toml`, or raise an InputError that names the key."""
    document = parsed(path, ("split", "train", "costs", "evaluate", "monitor", "serving", "source"))
    where = f"{path}, [train]"
    train = table(document.get("train", {}), where)
    families = table(train.pop("families", {}), f"{path}, [train.families]")
    train["families"] = [_family(name, value, path) for name, value in families.items()]
    if not families:
        raise InputError(f"{where}: no family to try; add a table [train.families.NAME]")
    read = Params(
        split=section(Split, document, "split", path),
        train=strict(Train, train, where),
        costs=section(Costs, document, "costs", path),
        evaluate=section(Evaluate, document, "evaluate", path),
        monitor=section(Monitor, document, "monitor", path),
        source=section(Source, document, "source", path),
        serving=section(Serving, document, "serving", path),
    )
    _check(read, path)
    return read


def _family(name: str, value: object, path: Path) -> Family:
    where = f"{path}, [train.families.{name}]"
    return strict(Family, {"name": name, "fixed": {}, "grid": {}} | table(value, where), where)


def _check(read: Params, path: Path) -> None:
    split, train = read.split, read.train
    if split.by not in ("hash", "time"):
        raise InputError(f"{path}, [split]: by is {split.by!r}; use 'hash' or 'time'")
    if len(split.shares) != 3 or min(split.shares) <= 0 or abs(sum(split.shares) - 1) > 1e-9:
        raise InputError(f"{path}, [split]: shares must be three positive numbers that add up to 1")
    for family in train.families:
        _listed(family, path)
    if train.sample < LEAST_SAMPLE:
        raise InputError(f"{path}, [train]: sample must be {LEAST_SAMPLE} rows or more, not {train.sample}")
    if not 0 <= train.seed < 2**32:
        raise InputError(f"{path}, [train]: seed must be 0 or more, and below 2**32, not {train.seed}")
    if train.folds < 2:
        raise InputError(f"{path}, [train]: folds must be 2 or more, not {train.folds}")
    _priced(read.costs, path)
    _expected(read.monitor.rows, path)
    if read.serving.backend not in ("onnx", "sklearn"):
        raise InputError(f"{path}, [serving]: backend is {read.serving.backend!r}; use 'onnx' or 'sklearn'")
    kept = PurePosixPath(read.source.snapshot)
    if kept.is_absolute() or ".." in kept.parts or kept.suffix != ".parquet":
        raise InputError(f"{path}, [source]: snapshot is {str(kept)!r}; name a .parquet file of this project")
    if read.evaluate.resamples < 100:
        raise InputError(f"{path}, [evaluate]: resamples is 100 or more, not {read.evaluate.resamples}")


def _listed(family: Family, path: Path) -> None:
    try:
        json.dumps(asdict(family))
    except TypeError as error:
        where = f"{path}, [train.families.{family.name}]"
        raise InputError(f"{where}: holds a date or a time, which no estimator takes; remove it") from error
    for key, values in family.grid.items():
        if not isinstance(values, list) or not values:
            raise InputError(f"{path}, [train.families.{family.name}]: grid {key} must be a list of values")


def _priced(costs: Costs, path: Path) -> None:
    wrong = (cost for truth, row in costs.matrix.items() for said, cost in row.items() if said != truth)
    if min(costs.false_positive, costs.false_negative, *wrong) <= 0:
        raise InputError(f"{path}, [costs]: costs must be above 0")
    for truth, row in costs.matrix.items():
        if row.get(truth, 0):
            raise InputError(f"{path}, [costs.matrix.{truth}]: a right answer costs nothing; remove {truth}")


def _expected(rows: tuple[int, ...], path: Path) -> None:
    if rows and (len(rows) != 2 or rows[0] > rows[1]):
        raise InputError(f"{path}, [monitor]: rows is the least and the most that are expected, such as [1000, 50000]")
