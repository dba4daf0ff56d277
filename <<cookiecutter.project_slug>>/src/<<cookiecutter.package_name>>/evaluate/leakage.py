"""What single columns and pairs of columns tell of the target on their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.metrics import r2_score
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from .. import features
from ..contract import Contract
from ..contract import classes as values_of
from . import separation
from .ranking import roc_auc

ROWS = 5000  # more only make it slower: what tells almost everything shows in few
RARE = 50  # rows of each class, where there are so many: a fold without one tells nothing
FOLDS = 3
LEAVES = 64
PAIRS = 20  # the closest of each kind are looked at
STRONGEST = 10  # reported
PENALTIES = (0.1, 1.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Known:
    """The inputs of some rows, the target (1 or 0, the number of the class, or the number), and how many classes."""

    inputs: pd.DataFrame
    target: Any
    numbers: tuple[str, ...]
    classes: int

    @cached_property
    def folds(self) -> list[tuple[Any, Any]]:
        """Which rows each fold is fitted on, and which it is asked."""
        kind = (StratifiedKFold if self.classes else KFold)(FOLDS, shuffle=True, random_state=0)
        return list(kind.split(self.inputs, self.target))

    @property
    def several(self) -> bool:
        """Whether there are more than two classes, so that no number stands for them."""
        return self.classes > 2

    @property
    def resolved(self) -> float:
        """The error that is not told from none: that of one row of the rarest class."""
        return 1 / max(1, int(np.bincount(self.target).min())) if self.classes else 0.0

    @property
    def line(self) -> Any:
        """What the best weighted sum tells."""
        return separation.Line() if self.several else LinearRegression()


def alone(contract: Contract, table: pd.DataFrame, suspect: float) -> dict[str, Any]:
    """Return what the strongest columns and pairs reach alone, out of fold, in ROC AUC or R2.

    A column is asked by a small tree, so that no shape of relation hides; a pair by its best weighted sum, which covers
    sum and difference, and by that of its logarithms, which covers product and ratio. `rest` is what random trees
    or a line reach without the columns that reach `suspect`.
    """
    rows = table if len(table) <= ROWS else _drawn(contract, table)
    classes = 0 if contract.problem.task == "regression" else len(values_of(contract.target))
    known = Known(features.inputs(contract, rows), features.target(contract, rows), contract.numbers, classes)
    single: dict[tuple[str, ...], float] = {(str(name),): _column(known, str(name)) for name in known.inputs}
    suspected = {name for (name,), score in single.items() if score >= suspect}
    pairs = {pair: score for pair, score in _pairs(known) if not suspected & set(pair)}
    # A pair that is little better than the better of the two, as far as so many rows can tell, says nothing new.
    error = {pair: max(1 - s, known.resolved) for pair, s in pairs.items()}
    pairs = {pair: s for pair, s in pairs.items() if error[pair] < (1 - max(single[one,] for one in pair)) / 2}
    ranked = sorted((single | pairs).items(), key=lambda item: -item[1])[:STRONGEST]
    rests: dict[frozenset[str], float] = {}
    strongest = []
    for columns, score in ranked:
        without = frozenset(suspected | set(columns))
        if score >= suspect and without not in rests:
            rests[without] = _rest(known, without)
        strongest.append({"columns": list(columns), "score": score, "rest": rests.get(without)})
    return {"measure": "ROC AUC" if classes else "R2", "rows": len(rows), "strongest": strongest}


def _drawn(contract: Contract, table: pd.DataFrame) -> pd.DataFrame:
    """Return some rows, and of a class that has hardly any among them as many as there are, up to RARE."""
    drawn = table.sample(ROWS, random_state=0)
    if contract.problem.task == "regression":
        return drawn
    counts = drawn[contract.target.name].value_counts()
    every = [rows for value, rows in table.groupby(contract.target.name) if counts.get(value, 0) < RARE]
    more = [rows.sample(min(len(rows), RARE), random_state=0) for rows in every]
    return pd.concat([drawn, *(rows[~rows.index.isin(drawn.index)] for rows in more)])


def _column(known: Known, name: str) -> float:
    values = known.inputs[name]
    if name not in known.numbers:
        return _told(known, known.target, [_means(known, values, *fold) for fold in known.folds])
    tree = (DecisionTreeClassifier if known.classes else DecisionTreeRegressor)(
        max_leaf_nodes=LEAVES, min_samples_leaf=5, random_state=0
    )
    # A copy with noise is told better by a line than by steps.
    line = values.fillna(values.median()).fillna(0.0)
    return max(_score(known, tree, values.to_frame()), _score(known, known.line, line.to_frame()))


def _means(known: Known, values: "pd.Series[Any]", train: Any, test: Any) -> Any:
    """Return the mean of the target in the category of each row, as the other folds know it."""
    target = known.target
    if known.several:
        named = values.to_numpy()
        return separation.shares(named[train], target[train], named[test], known.classes)
    means = pd.Series(target[train]).groupby(values.to_numpy()[train]).mean()
    return values.iloc[test].map(means).fillna(target[train].mean()).to_numpy()


def _score(known: Known, estimator: Any, inputs: pd.DataFrame, target: Any = None) -> float:
    """Return the score of an estimator's predictions out of fold."""
    wanted = known.target if target is None else target
    table, said = inputs.to_numpy(np.float64, copy=True), []
    for train, test in known.folds:
        fitted = clone(estimator).fit(table[train], wanted[train])
        if known.several:
            said.append(separation.probabilities(fitted, table[test], known.classes))
        else:
            probable = hasattr(fitted, "predict_proba")
            told = separation.probabilities(fitted, table[test], 2)[:, 1] if probable else fitted.predict(table[test])
            said.append(told)
    return _told(known, wanted, said)


def _told(known: Known, wanted: Any, said: list[Any]) -> float:
    """Return how well predictions, fold by fold, tell the target."""
    order = np.concatenate([test for _, test in known.folds])
    if known.several:
        return separation.told(known.target[order], np.concatenate(said))
    if known.classes:
        return float(roc_auc(np.ones(len(order)), known.target[order], np.concatenate(said)))
    return float(r2_score(wanted[order], np.concatenate(said)))


def _pairs(known: Known) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the pairs whose weighted sum, or that of their logarithms, comes closest to the target."""
    numbers = known.inputs[list(known.numbers)].astype(np.float64)
    numbers = numbers.fillna(numbers.median()).loc[:, lambda t: t.std() > 0]
    positive = numbers.loc[:, (numbers > 0).all()]
    wanted = np.asarray(known.target, np.float64)
    logs = np.log(wanted) if not known.classes and (wanted > 0).all() else wanted
    logarithms = pd.DataFrame(np.log(positive.to_numpy()), columns=positive.columns)
    found: dict[tuple[str, ...], float] = {}
    for table, target in ((numbers, wanted), (logarithms, logs)):
        for pair in _closest(table, target, several=known.several):
            score = _score(known, known.line, table[list(pair)], None if known.classes else target)
            found[pair] = max(score, found.get(pair, -np.inf))
    yield from found.items()


def _closest(table: pd.DataFrame, target: Any, *, several: bool) -> list[tuple[str, str]]:
    """Return the pairs with the largest squared multiple correlation with the target, in closed form."""
    if table.shape[1] < 2 or not np.std(target) > 0:
        return []
    together = np.corrcoef(np.column_stack([table.to_numpy(), target]), rowvar=False)
    among, own = together[:-1, :-1], together[:-1, -1]
    if several:
        squared = separation.separated(table.to_numpy(), target)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            squared = (own[:, None] ** 2 + own**2 - 2 * np.outer(own, own) * among) / (1 - among**2)
    # Columns that are almost one column make the quotient noise.
    squared[~(np.abs(among) < 1 - 1e-9)] = -1
    first, second = np.triu_indices(len(own), 1)
    best = np.argsort(-squared[first, second], kind="stable")[:PAIRS]
    return [(str(table.columns[first[i]]), str(table.columns[second[i]])) for i in best]


def _rest(known: Known, without: frozenset[str]) -> float:
    """Return what all other columns reach together; without any, what is reached by knowing nothing."""
    others = known.inputs[[name for name in known.inputs if name not in without]]
    if others.empty or not len(others.columns):
        return 0.5 if known.classes else 0.0
    coded = others.apply(lambda values: values if values.name in known.numbers else values.astype("category").cat.codes)
    trees = (ExtraTreesClassifier if known.classes else ExtraTreesRegressor)(50, random_state=0)
    told = separation.shrunk() if known.several else make_pipeline(StandardScaler(), RidgeCV(PENALTIES))
    line = make_pipeline(SimpleImputer(keep_empty_features=True), told)
    # The better of the two: a weak rest would make an honest column stand out.
    return max(_score(known, trees, coded), _score(known, line, coded))
