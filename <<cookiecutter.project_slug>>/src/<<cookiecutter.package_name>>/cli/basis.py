"""What `ml train` and `ml evaluate` begin with: the table, checked and split, and all that is agreed about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .. import config, contract, data
from ..contract import Contract
from ..evaluate import scorers
from .data import LOCK, conforming


@dataclass(frozen=True)
class Basis:
    """What training and evaluation both stand on."""

    parts: data.Parts
    raw: pd.DataFrame  # the test part as the source holds it
    lock: data.Lock
    contract: Contract
    document: dict[str, Any]
    params: config.Params


def begin() -> Basis:
    """Read, check and split the table."""
    agreed, document = contract.read(Path("contract.toml"))
    params = config.params(Path("params.toml"))
    scorers.fitting(params.train.scoring, agreed.problem.task, "params.toml, [train]: scoring")
    lock = data.read_lock(LOCK)
    raw = data.locked(lock, Path.cwd())
    parts = data.split(conforming(raw, lock.source), agreed, params.split)
    return Basis(parts, raw.loc[parts.places], lock, agreed, document, params)


def promised(promises: config.Gates, agreed: Contract) -> str:
    """Return the metric of [quality], which is never left out, or raise an InputError that says what may be meant."""
    assert promises.quality
    scorers.fitting(promises.quality.metric, agreed.problem.task, "gates.toml, [quality]: metric")
    return promises.quality.metric
