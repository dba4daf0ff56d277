"""What is tried: every choice of every family, as a pipeline."""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.model_selection import ParameterGrid
from sklearn.pipeline import Pipeline

from .. import features
from ..config import Family, Params
from ..contract import Contract, InputError


@dataclass(frozen=True)
class Candidate:
    """One family with one choice of its grid, and its score in cross-validation on train."""

    family: str
    choice: Mapping[str, Any]
    pipeline: Pipeline
    score: float = float("nan")


def of(family: Family, contract: Contract, params: Params) -> Iterator[Candidate]:
    """Yield every choice of a family; what cannot be made is an InputError that names the family."""
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
