"""Search candidates by cross-validation inside train; choose family and threshold on validation."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from .. import data, features, tensors
from ..config import Params
from ..contract import Contract
from ..data import Parts
from ..pipeline import fitted
from ..rule import Rule
from . import candidates
from .candidates import Candidate
from .costs import priced, threshold
from .trial import Search, Work, folds, numbered, one_by_one, tried, unscored

__all__ = ["Candidate", "Search", "Trained", "Work", "fit", "folds", "numbered", "one_by_one", "threshold", "tried"]


@dataclass(frozen=True)
class Trained:
    """The winner, fitted on train alone, and how it was chosen."""

    pipeline: Pipeline
    rule: Rule
    record: dict[str, Any]


@dataclass(frozen=True)
class Known:
    """Rows of which the target is known."""

    inputs: pd.DataFrame
    y: tensors.Array

    def score(self, scorer: Any, pipeline: Pipeline) -> float:
        """Return what a scorer of scikit-learn says of a pipeline on these rows."""
        return float(scorer(pipeline, self.inputs, self.y))


def fit(parts: Parts, contract: Contract, params: Params, search: Search | None = None) -> Trained:
    """Find the best choice of every family, then the best family and the threshold on validation.

    Of many rows a sample is searched, and the winner fitted on all of train; never on those of other parts: what is
    judged is what ships. `search` scores the candidates, here one by one or elsewhere; the scores are the same.
    """
    train = Known(features.inputs(contract, parts.train), features.target(contract, parts.train))
    validation = Known(features.inputs(contract, parts.validation), features.target(contract, parts.validation))
    groups = None if params.split.by == "time" else data.groups(parts.train, contract)
    some = _sample(len(train.y), params)
    few = Known(train.inputs.iloc[some], train.y[some])
    known = None if groups is None else groups[some]
    cv = folds(contract, params, grouped=groups is not None)
    work = Work(few.inputs, few.y, known, params.train.scoring, cv)
    scorer = get_scorer(params.train.scoring)
    rule = priced(contract, params.costs, few.y, params.train.folds)
    # One thread: the sums inside a fit depend on their order, and so would the bytes of the model.
    with threadpool_limits(1):
        best = _search(work, contract, params, search or one_by_one)
        finalists = [_finalist(each, few, validation, scorer, work.scoring) for each in best]
        pipeline, record = max(finalists, key=lambda finalist: finalist[1]["validation"])
        if len(few.y) < len(train.y):
            pipeline = fitted(clone(pipeline), train.inputs, train.y)
            record = record | {"train": train.score(scorer, pipeline), "validation": validation.score(scorer, pipeline)}
        if contract.problem.task == "classification":
            rule = threshold(pipeline.predict_proba(validation.inputs)[:, 1], validation.y, params.costs)
    told = [finalist for _, finalist in finalists]
    searched = {"rows": len(few.y), "of": len(train.y)}
    return Trained(pipeline, rule, {**record, "scoring": work.scoring, "finalists": told, "searched": searched})


def _finalist(
    best: Candidate, few: Known, validation: Known, scorer: Any, scoring: str
) -> tuple[Pipeline, dict[str, Any]]:
    """Fit the best of a family, and record how it does on what it learned from and on validation."""
    pipeline = fitted(best.pipeline, few.inputs, few.y)
    told = validation.score(scorer, pipeline)
    if not np.isfinite(told):
        raise unscored(scoring, best, "on validation")
    record = {"family": best.family, "choice": dict(best.choice), "cross_validation": best.score}
    return pipeline, {**record, "train": few.score(scorer, pipeline), "validation": told}


def _sample(rows: int, params: Params) -> tensors.Array:
    """Return the places of the rows that are searched, in their order: all, or as many as were asked for at random."""
    if rows <= params.train.sample:
        return np.arange(rows)
    return np.sort(np.random.default_rng(params.train.seed).choice(rows, params.train.sample, replace=False))


def _search(work: Work, contract: Contract, params: Params, search: Search) -> Iterator[Candidate]:
    """Yield the best candidate of every family, the earlier one of equals."""
    every = [c for family in params.train.families for c in candidates.of(family, contract, params)]
    scored = [replace(c, score=score) for c, score in zip(every, search(every, work), strict=True)]
    for family in params.train.families:
        yield max((c for c in scored if c.family == family.name), key=lambda c: c.score)
