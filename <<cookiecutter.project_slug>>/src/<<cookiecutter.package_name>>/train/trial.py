"""How a candidate is tried: in cross-validation inside train, here or wherever a cluster has room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from .. import tensors
from ..config import Params
from ..contract import Contract, InputError
from .candidates import Candidate


@dataclass(frozen=True)
class Work:
    """What every candidate is tried on, and how."""

    rows: pd.DataFrame
    wanted: tensors.Array
    groups: Any
    scoring: str
    folds: BaseCrossValidator


Search = Callable[[Sequence[Candidate], Work], Sequence[float]]


def folds(contract: Contract, params: Params, *, grouped: bool) -> BaseCrossValidator:
    """Return how train is folded: forward in time, or at random with the rows of one key in one fold."""
    if params.split.by == "time":
        return TimeSeriesSplit(params.train.folds)
    strata = contract.problem.task != "regression"
    kind = (StratifiedGroupKFold if strata else GroupKFold) if grouped else (StratifiedKFold if strata else KFold)
    return kind(params.train.folds, shuffle=True, random_state=params.train.seed)


def one_by_one(candidates: Sequence[Candidate], work: Work) -> list[float]:
    """Cross-validate every candidate here."""
    return [tried(candidate, work) for candidate in tqdm(candidates, desc="train", unit="candidate", disable=None)]


def tried(candidate: Candidate, work: Work) -> float:
    """Return the score of a candidate in cross-validation, wherever this runs."""
    try:
        # One thread: the sums inside a fit depend on their order.
        with threadpool_limits(1):
            scores = cross_val_score(
                candidate.pipeline,
                work.rows,
                work.wanted,
                groups=work.groups,
                scoring=work.scoring,
                cv=work.folds,
                error_score="raise",
            )
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"params.toml, [train.families.{candidate.family}]: {candidate.choice} cannot be fitted ({reason})"
        ) from error
    for fold, score in enumerate(scores, 1):
        # A mean that is no number would lose against none, and the first candidate would win unseen.
        if not np.isfinite(score):
            raise unscored(work.scoring, candidate, f"in fold {fold} of {len(scores)}")
    return float(np.mean(scores))


def unscored(scoring: str, candidate: Candidate, where: str) -> InputError:
    """Return the refusal of a score that is no number."""
    return InputError(
        f"params.toml, [train]: {scoring} of {candidate.family} {dict(candidate.choice)} is no number {where}, whose "
        "rows may have one class only; take fewer folds, another scoring, or more rows"
    )


def numbered(place: int, candidates: Sequence[Candidate], work: Work) -> float:
    """Return the score of the candidate at this place."""
    return tried(candidates[place], work)
