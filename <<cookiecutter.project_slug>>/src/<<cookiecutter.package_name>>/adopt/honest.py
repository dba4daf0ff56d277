"""The first honest run: what a model of this table reaches on rows that it never saw, and the test rows stay unread."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from threadpoolctl import threadpool_limits

from .. import data, evaluate, export, features, model, tensors, train
from ..config import Params
from ..contract import Contract, InputError
from ..data import Parts
from ..evaluate import Rows
from ..pipeline import fitted
from ..rule import unit

LARGEST = 20_000  # rows of a part that trees are fitted on, and asked
ENOUGH = 10_000  # rows of validation: with fewer, train is predicted out of fold too


@dataclass(frozen=True)
class Run:
    """A model fitted on train, and what it says of rows that it did not see."""

    contract: Contract
    parts: Parts
    params: Params
    metric: str
    trained: train.Trained
    content: bytes
    table: pd.DataFrame
    rows: Rows

    @property
    def test(self) -> int:
        """How many rows will be tested."""
        return len(self.parts.test)

    @property
    def value(self) -> float:
        """The metric on unseen rows."""
        return evaluate.score(self.metric, self.rows)

    @property
    def gap(self) -> float:
        """The score in train less that in validation, as the overfit gate measures it."""
        return self._gap(self.trained.pipeline)

    def tree(self, **settings: Any) -> tuple[float, float]:
        """Return gap and score on validation of a tree, such as one that knows its rows by heart."""
        kind = DecisionTreeRegressor if self.rows.rule is None else DecisionTreeClassifier
        steps = [("features", features.preprocessing(self.contract)), ("model", kind(random_state=0, **settings))]
        tree = fitted(Pipeline(steps), *self._learned)
        return self._gap(tree), self._score(tree, *self._validation)

    def _gap(self, pipeline: Pipeline) -> float:
        return self._score(pipeline, *self._learned) - self._score(pipeline, *self._validation)

    def _score(self, pipeline: Pipeline, inputs: pd.DataFrame, wanted: tensors.Array) -> float:
        return evaluate.score(self.metric, Rows(wanted, said(pipeline, inputs), self.rows.rule))

    @cached_property
    def _learned(self) -> tuple[pd.DataFrame, tensors.Array]:
        return self._known(self.parts.train)

    @cached_property
    def _validation(self) -> tuple[pd.DataFrame, tensors.Array]:
        return self._known(self.parts.validation)

    def _known(self, table: pd.DataFrame) -> tuple[pd.DataFrame, tensors.Array]:
        """Return the inputs and the target of a part, of a large one some rows: more say no more."""
        some = table if len(table) <= LARGEST else table.sample(LARGEST, random_state=0)
        return features.inputs(self.contract, some), features.target(self.contract, some)


def said(pipeline: Pipeline, inputs: pd.DataFrame) -> tensors.Array:
    """Return the probability of the positive class, or of each of several, or the number."""
    classes = hasattr(pipeline, "predict_proba")
    return _scores(pipeline.predict_proba(inputs) if classes else pipeline.predict(inputs))


def _scores(said: Any) -> tensors.Array:
    """Return what was said as scores: of two classes that of the second alone."""
    found = np.asarray(said, np.float64)
    return found[:, 1] if found.ndim == 2 and found.shape[1] == 2 else found


def run(parts: Parts, agreed: Contract, params: Params, metric: str) -> Run:
    """Train as `ml train` does, and predict rows it did not see: validation, or all out of fold.

    By time, or where it has rows enough, validation says what there is to know.
    """
    trained = train.fit(parts, agreed, params)
    content = export.to_onnx(trained.pipeline, agreed)
    exported = model.Model(agreed, content, trained.rule)
    truth = features.target(agreed, parts.validation)
    proof = export.proof(trained.pipeline, exported, parts.validation, unit(truth, trained.rule))
    if not export.equal(proof):
        raise InputError(
            f"the exported {trained.record['family']} differs from the pipeline by {proof['largest']:.2g}: "
            "a column holds numbers that float32 cannot tell apart; leave it out or rescale it"
        )
    if params.split.by == "time" or len(parts.validation) >= ENOUGH:
        table, scores = parts.validation, said(trained.pipeline, features.inputs(agreed, parts.validation))
    else:
        table = pd.concat([parts.train, parts.validation], ignore_index=True)
        scores = _out_of_fold(table, agreed, params, trained.pipeline)
    rows = Rows(features.target(agreed, table), scores, trained.rule, data.groups(table, agreed))
    return Run(agreed, parts, params, metric, trained, content, table, rows)


def _out_of_fold(table: pd.DataFrame, agreed: Contract, params: Params, pipeline: Pipeline) -> tensors.Array:
    groups = data.groups(table, agreed)
    classes = hasattr(pipeline, "predict_proba")
    with threadpool_limits(1):
        found = cross_val_predict(
            clone(pipeline),
            features.inputs(agreed, table),
            features.target(agreed, table),
            groups=groups,
            cv=train.folds(agreed, params, grouped=groups is not None),
            method="predict_proba" if classes else "predict",
        )
    return _scores(found)
