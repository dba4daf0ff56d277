"""Search candidates by cross-validation inside train; choose family and threshold on validation."""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.metrics import get_scorer
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupKFold,
    KFold,
    ParameterGrid,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from . import data, features, model
from .config import Costs, Family, Params
from .contract import Contract, InputError, classes
from .data import Parts
from .pipeline import fitted
from .rule import Rule, cost_matrix


@dataclass(frozen=True)
class Candidate:
    """One family with one choice of its grid, and its score in cross-validation on train."""

    family: str
    choice: Mapping[str, Any]
    pipeline: Pipeline
    score: float = float("nan")


@dataclass(frozen=True)
class Trained:
    """The winner, fitted on train alone, and how it was chosen."""

    pipeline: Pipeline
    rule: Rule
    record: dict[str, Any]


@dataclass(frozen=True)
class Work:
    """What every candidate is tried on, and how."""

    rows: pd.DataFrame
    wanted: model.Array
    groups: Any
    scoring: str
    folds: BaseCrossValidator


Search = Callable[[Sequence[Candidate], Work], Sequence[float]]


def fit(parts: Parts, contract: Contract, params: Params, search: Search | None = None) -> Trained:
    """Find the best choice of every family, then the best family and the threshold on validation.

    The winner is not fitted again on more rows: what is judged is what ships. `search` scores the candidates, here one
    by one or elsewhere; the scores are the same.
    """
    train, y = features.inputs(contract, parts.train), features.target(contract, parts.train)
    validation, wanted = features.inputs(contract, parts.validation), features.target(contract, parts.validation)
    scorer = _scorer(params.train.scoring)
    groups = None if params.split.by == "time" else data.groups(parts.train, contract)
    work = Work(train, y, groups, params.train.scoring, folds(contract, params, grouped=groups is not None))
    rule = _priced(contract, params.costs, y, params.train.folds)
    # One thread: the sums inside a fit depend on their order, and so would the bytes of the model.
    with threadpool_limits(1):
        finalists: list[tuple[Pipeline, dict[str, Any]]] = []
        for best in _search(work, contract, params, search or one_by_one):
            pipeline = fitted(best.pipeline, train, y)
            record: dict[str, Any] = {
                "family": best.family,
                "choice": dict(best.choice),
                "cross_validation": best.score,
                "train": float(scorer(pipeline, train, y)),
                "validation": float(scorer(pipeline, validation, wanted)),
            }
            if not np.isfinite(record["validation"]):
                raise _unscored(work.scoring, best, "on validation")
            finalists.append((pipeline, record))
        pipeline, record = max(finalists, key=lambda finalist: finalist[1]["validation"])
        if contract.problem.task == "classification":
            rule = threshold(pipeline.predict_proba(validation)[:, 1], wanted, params.costs)
    tried = [finalist for _, finalist in finalists]
    return Trained(pipeline, rule, {**record, "scoring": params.train.scoring, "finalists": tried})


def _priced(contract: Contract, costs: Costs, y: model.Array, folds: int) -> Rule:
    """Return the cost matrix of several classes, or nothing; costs of another task are refused."""
    known = classes(contract.target)
    if contract.problem.task != "multiclass":
        if costs.matrix:
            task = contract.problem.task
            raise InputError(f"params.toml, [costs.matrix]: is for multiclass, not for {task}; remove it")
        return None
    if (costs.false_positive, costs.false_negative) != (1.0, 1.0):
        raise InputError("params.toml, [costs]: of several classes none is positive; write [costs.matrix.TRUTH]")
    for name in {*costs.matrix, *(label for row in costs.matrix.values() for label in row)}:
        if name not in known:
            raise InputError(f"params.toml, [costs.matrix]: {name!r} is no class; known: {', '.join(map(str, known))}")
    counts = np.bincount(y, minlength=len(known))
    if counts.min() < folds:
        rare = f"{counts.min()} train rows have {contract.target.name} = {known[counts.argmin()]}"
        raise InputError(f"params.toml, [train]: folds is {folds}, and {rare}; each fold needs one: take fewer folds")
    return cost_matrix(known, costs.matrix)


def threshold(scores: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any], costs: Costs) -> float:
    """Return the cheapest threshold on these rows, midway between two scores.

    Midway, so that the rounding of an exported model flips no label.
    """
    order = np.argsort(scores)
    ranked, hits = scores[order], wanted[order]
    # Cutting below row i: the positives before it are missed, the negatives from it on are false alarms.
    missed = np.concatenate([[0], np.cumsum(hits)])
    alarms = np.concatenate([[0], np.cumsum(1 - hits)])
    price = costs.false_negative * missed + costs.false_positive * (alarms[-1] - alarms)
    edges = np.concatenate([[0.0], ranked, [1.0]])
    cuts = (edges[:-1] + edges[1:]) / 2
    apart = np.diff(edges) > 2 * model.TOLERANCE
    return float(cuts[np.argmin(np.where(apart, price, np.inf))])


def _search(work: Work, contract: Contract, params: Params, search: Search) -> Iterator[Candidate]:
    """Yield the best candidate of every family, the earlier one of equals."""
    candidates = [c for family in params.train.families for c in _candidates(family, contract, params)]
    scored = [replace(c, score=score) for c, score in zip(candidates, search(candidates, work), strict=True)]
    for family in params.train.families:
        yield max((c for c in scored if c.family == family.name), key=lambda c: c.score)


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
            raise _unscored(work.scoring, candidate, f"in fold {fold} of {len(scores)}")
    return float(np.mean(scores))


def _unscored(scoring: str, candidate: Candidate, where: str) -> InputError:
    return InputError(
        f"params.toml, [train]: {scoring} of {candidate.family} {dict(candidate.choice)} is no number {where}, whose "
        "rows may have one class only; take fewer folds, another scoring, or more rows"
    )


def numbered(place: int, candidates: Sequence[Candidate], work: Work) -> float:
    """Return the score of the candidate at this place."""
    return tried(candidates[place], work)


def folds(contract: Contract, params: Params, *, grouped: bool) -> BaseCrossValidator:
    """Return how train is folded: forward in time, or at random with the rows of one key in one fold."""
    if params.split.by == "time":
        return TimeSeriesSplit(params.train.folds)
    strata = contract.problem.task != "regression"
    kind = (StratifiedGroupKFold if strata else GroupKFold) if grouped else (StratifiedKFold if strata else KFold)
    return kind(params.train.folds, shuffle=True, random_state=params.train.seed)


def _candidates(family: Family, contract: Contract, params: Params) -> Iterator[Candidate]:
    where = f"params.toml, [train.families.{family.name}]"
    estimator = _estimator(family, contract.problem.task, where)
    if "random_state" in estimator.get_params() and "random_state" not in family.fixed:
        estimator.set_params(random_state=params.train.seed)
    pipeline = Pipeline([("features", features.preprocessing(contract)), ("model", estimator)])
    for choice in ParameterGrid(dict(family.grid)):
        settings = {f"model__{name}": value for name, value in choice.items()}
        try:
            candidate = Candidate(family.name, choice, clone(pipeline).set_params(**settings))
        except ValueError as error:
            raise InputError(f"{where}: {str(error).splitlines()[0]}") from error
        if contract.problem.task != "regression" and not hasattr(candidate.pipeline, "predict_proba"):
            raise InputError(f"{where}: {family.estimator} tells no probabilities (predict_proba); choose another")
        yield candidate


def _estimator(family: Family, task: str, where: str) -> BaseEstimator:
    module, _, name = family.estimator.rpartition(".")
    try:
        estimator = getattr(importlib.import_module(module), name)(**family.fixed)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise InputError(f"{where}: {family.estimator!r} cannot be made ({error}); mend estimator or fixed") from error
    fitting = is_regressor if task == "regression" else is_classifier
    if not isinstance(estimator, BaseEstimator) or not fitting(estimator):
        raise InputError(f"{where}: {family.estimator!r} is no estimator of scikit-learn for {task}; choose another")
    return estimator


def _scorer(name: str) -> Any:
    try:
        return get_scorer(name)
    except ValueError as error:
        raise InputError(f"params.toml, [train]: scoring {name!r} is no scorer of scikit-learn") from error
