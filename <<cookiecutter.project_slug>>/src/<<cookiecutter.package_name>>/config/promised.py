"""What is promised: `gates.toml` as frozen dataclasses, one a gate.

`report_only` is the reason why a gate is measured and shown, and refuses nothing: mostly too few rows to tell.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args, get_type_hints

from ..contract import InputError, parsed, section
from . import keepable

# These gates are always asked: leaving one out is easier than lowering it, and worse.
NEVER_LEFT_OUT = ("contract", "leakage", "quality", "baseline", "parity")
# Rows, or keys where these repeat, in all and of the rarest class; with fewer no interval covers what it promises.
FEWEST, RARER = 50, 15


@dataclass(frozen=True)
class ContractGate:
    """The table keeps `contract.toml` and has so many rows."""

    min_rows: int


@dataclass(frozen=True)
class LeakageGate:
    """No column, nor two together, tell the target almost perfectly; no row stands in two parts.

    `alone` is the ROC AUC or R2 from which a column is suspected, `twins` the share of test rows that may have a twin
    in train, `cleared` the columns that somebody looked at and found honest.
    """

    alone: float
    twins: float = 0.01
    cleared: tuple[str, ...] = ()


@dataclass(frozen=True)
class QualityGate:
    """The lower bound of the metric lies above the floor."""

    metric: str
    floor: float
    inconclusive: str = "fail"


@dataclass(frozen=True)
class BaselineGate:
    """The lower bound of the gain over the dumb baseline lies above the margin."""

    margin: float
    inconclusive: str = "fail"


@dataclass(frozen=True)
class OverfitGate:
    """The gap between the scores of training and validation stays below the limit."""

    limit: float
    report_only: str = ""


@dataclass(frozen=True)
class ChampionGate:
    """The challenger is not worse than the champion by the margin, or with `rule = "better"` it is better."""

    margin: float
    rule: str = "not worse"
    inconclusive: str = "fail"
    report_only: str = ""


@dataclass(frozen=True)
class SlicesGate:
    """Every slice is surely above the floor, and none that is surely worse than the rest is so by more than the gap."""

    floor: float
    gap: float
    metric: str = ""
    inconclusive: str = "fail"
    report_only: str = ""


@dataclass(frozen=True)
class CalibrationGate:
    """The calibration error of probabilities, or the bias in spreads of the target, stays below the limit."""

    limit: float
    inconclusive: str = "fail"
    report_only: str = ""


@dataclass(frozen=True)
class ParityGate:
    """The exported model equals the pipeline on every test row."""

    tolerance: float


@dataclass(frozen=True)
class RobustnessGate:
    """No answer changes with the order or the company of rows and columns, and none is no number."""

    tolerance: float


@dataclass(frozen=True)
class BudgetGate:
    """The model is small on disk and in memory, and one prediction takes so many times a reference computation."""

    megabytes: float
    memory: float
    latency: float


@dataclass(frozen=True)
class ReproducibleGate:
    """Training again gives the same bytes; there is nothing to set."""


@dataclass(frozen=True)
class Gates:
    """Everything in `gates.toml`; a gate without a table there is not asked."""

    contract: ContractGate | None = None
    leakage: LeakageGate | None = None
    quality: QualityGate | None = None
    baseline: BaselineGate | None = None
    overfit: OverfitGate | None = None
    champion: ChampionGate | None = None
    slices: SlicesGate | None = None
    calibration: CalibrationGate | None = None
    parity: ParityGate | None = None
    robustness: RobustnessGate | None = None
    budget: BudgetGate | None = None
    reproducible: ReproducibleGate | None = None


def gates(path: Path) -> Gates:
    """Read `gates.toml`, or raise an InputError that names the key."""
    asked = {name: get_args(hint)[0] for name, hint in get_type_hints(Gates).items()}
    document = parsed(path, tuple(asked))
    for name in NEVER_LEFT_OUT:
        if name not in document:
            raise InputError(f"{path}: [{name}] is missing; without it no model can be trusted")
    read = Gates(**{name: section(asked[name], document, name, path) for name in document})
    for name, written in document.items():
        keepable.check(getattr(read, name), written, f"{path}, [{name}]")
    assert read.quality
    for name, promise in (("quality", read.quality), ("slices", read.slices)):
        if promise:
            keepable.reachable(promise.metric or read.quality.metric, promise.floor, f"{path}, [{name}]")
    return read
