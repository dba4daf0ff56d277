"""What is promised: `gates.toml` as frozen dataclasses."""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args, get_type_hints

from .toml import parsed, section


@dataclass(frozen=True)
class ContractGate:
    """The table keeps `contract.toml` and has so many rows."""

    min_rows: int


@dataclass(frozen=True)
class QualityGate:
    """The lower bound of the metric lies above the floor."""

    metric: str
    floor: float


@dataclass(frozen=True)
class BaselineGate:
    """The lower bound of the gain over the dumb baseline lies above the margin."""

    margin: float


@dataclass(frozen=True)
class OverfitGate:
    """The gap between the scores of training and validation stays below the limit."""

    limit: float


@dataclass(frozen=True)
class ParityGate:
    """The exported model equals the pipeline on every test row."""

    tolerance: float


@dataclass(frozen=True)
class BudgetGate:
    """The model is small, and one prediction takes so many times a reference computation."""

    megabytes: float
    latency: float


@dataclass(frozen=True)
class Gates:
    """Everything in `gates.toml`; a gate without a table there is not asked."""

    contract: ContractGate | None = None
    quality: QualityGate | None = None
    baseline: BaselineGate | None = None
    overfit: OverfitGate | None = None
    parity: ParityGate | None = None
    budget: BudgetGate | None = None


def gates(path: Path) -> Gates:
    """Read `gates.toml`, or raise an InputError that names the key."""
    asked = {name: get_args(hint)[0] for name, hint in get_type_hints(Gates).items()}
    document = parsed(path, tuple(asked))
    return Gates(**{name: section(asked[name], document, name, path) for name in document})
